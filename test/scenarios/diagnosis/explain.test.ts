/** The command `explain`, against a running gateway and after it is gone; and the switch that takes its name out of the error messages. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ExplainFlags, explain } from '../../../src/cli/explain.ts';
import { labScript } from '../../../src/lab/script.ts';
import { startLab } from '../../../src/lab/server.ts';
import { askJson } from '../client.ts';
import { loopbackAccount, startTestGateway, type TestGateway, world } from '../gateway.ts';

let lab: Awaited<ReturnType<typeof startLab>>;
let gateway: TestGateway;
let id = '';
let message = '';

const failing = (stream: boolean) => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  stream,
  messages: [{ role: 'user', content: 'hi' }],
});
const gatewayWith = (monitor: Record<string, unknown>): Promise<TestGateway> =>
  startTestGateway({ accounts: [loopbackAccount('anthropic', 'ada', lab.url)], monitor });

beforeAll(async () => {
  lab = await startLab({ world, script: labScript({ default: '401' }) });
  gateway = await gatewayWith({});
  const answer = await askJson(`${gateway.url}/v1/messages`, failing(true));
  id = answer.headers['x-request-id'] ?? '';
  message = answer.text;
  await gateway.row(id);
});
afterAll(async () => {
  await gateway.close();
  await lab.close();
});

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  asked: string,
  flags: ExplainFlags,
  { env = {}, isTerminal = false, columns = 80 } = {},
): Promise<Printed> {
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await explain(asked, flags, {
    ...io,
    ...{ env, now: () => world.now(), terminal: { isTty: isTerminal, columns: () => columns } },
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const running = (): ExplainFlags => ({ dataDir: gateway.dataDirectory, port: String(gateway.port) });

it('stands in the error message, ready to be run', () => {
  expect(JSON.parse(message).error.message).toMatch(new RegExp(` - explain it: antigravity-tools explain ${id}$`));
});

it('prints verdict, summary, what shows it and what to do', async () => {
  const { code, out, err } = await run(id, running());
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^act · account\nAnthropic refused the credential of ada@example\.com\./);
  expect(out).toMatch(/\n\nWhat shows it\n {2}- path \/v1\/messages/);
  expect(out).toMatch(/\n {2}- attempt 1: ada@example\.com answered 401 after /);
  expect(out).toMatch(/\n\nWhat to do\n {2}- Make a new API key for ada@example\.com at https:/);
});

it('speaks the language of the terminal, or the one that is named', async () => {
  expect((await run(id, running(), { env: { LANG: 'de_DE.UTF-8' } })).out).toMatch(/^handeln · Konto\n/);
  expect((await run(id, { ...running(), language: 'fr' }, { env: { LANG: 'de_DE.UTF-8' } })).out).toMatch(/^agir/);
  expect(await run(id, { ...running(), language: 'ja' })).toMatchObject({ code: 2, out: '' });
});

it('colours only for a person, and not for one who wants none', async () => {
  const colourStart = '\u001b[';
  expect((await run(id, running(), { isTerminal: true })).out).toContain(colourStart);
  expect((await run(id, running(), { isTerminal: true, env: { NO_COLOR: '1' } })).out).not.toContain(colourStart);
  expect((await run(id, running())).out).not.toContain(colourStart);
});

it('fits a narrow terminal and leaves a pipe its whole lines', async () => {
  const narrow = await run(id, running(), { isTerminal: true, columns: 34, env: { NO_COLOR: '1' } });
  const lines = narrow.out.split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(34);
  expect(lines.slice(1, 3)).toEqual(['Anthropic refused the credential', 'of ada@example.com. The gateway']);
  const piped = await run(id, running());
  const words = (text: string): string => text.replace(/\s+/g, '');
  expect(words(narrow.out)).toBe(words(piped.out));
  expect(Math.max(...piped.out.split('\n').map((line) => line.length))).toBeGreaterThan(150);
});

it('says in one sentence that there is no such request', async () => {
  const { code, out, err } = await run('01NOBODY', running());
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe('antigravity-tools: the journal has no request with the id "01NOBODY"');
});

it('reads the journal itself when no gateway runs, as after a crash', async () => {
  const answered = JSON.parse((await run(id, { ...running(), json: true })).out);
  const copy = mkdtempSync(join(tmpdir(), 'agt-explain-'));
  try {
    cpSync(gateway.dataDirectory, copy, { recursive: true });
    const gone = { dataDir: copy, port: '1' };
    const read = await run(id, { ...gone, json: true });
    expect(read.code).toBe(0);
    const { verdict, stage, cause, evidence } = JSON.parse(read.out);
    expect({ verdict, stage, cause, evidence }).toEqual({
      verdict: answered.verdict,
      stage: answered.stage,
      cause: answered.cause,
      evidence: answered.evidence,
    });
    expect((await run('01NOBODY', gone)).err).toContain('no request with the id');
    writeFileSync(join(copy, 'config.yaml'), 'server: [this is wrong');
    expect((await run(id, gone)).code).toBe(0);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

it('says how to start a gateway where there is neither one nor a journal', async () => {
  const nowhere = mkdtempSync(join(tmpdir(), 'agt-explain-'));
  const { code, err } = await run(id, { dataDir: nowhere, port: '1' });
  rmSync(nowhere, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(err).toContain('antigravity-tools serve');
});

it('is left out of the messages when the configuration says so', async () => {
  const quiet = await gatewayWith({ explain: false });
  try {
    const { text } = await askJson(`${quiet.url}/v1/messages`, failing(false));
    expect(JSON.parse(text).error.message).toMatch(/last account ada@example\.com\)$/);
  } finally {
    await quiet.close();
  }
});

it('stands in the message of a request that was refused without an attempt, but only where the journal has a row', async () => {
  const { text } = await askJson(`${gateway.url}/v1/messages`, { model: 'claude-sonnet-4-5' });
  expect(text).toContain('antigravity-tools explain ');
  const nothing = await askJson(`${gateway.url}/v1/nothing-here`, {});
  expect(nothing.status).toBe(404);
  expect(nothing.text).not.toContain('antigravity-tools explain ');
});
