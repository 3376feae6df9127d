/** `requests`, `logs` and `export` as processes of their own, beside a running gateway: through pipes that close early, and until a person ends them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labScript } from '../../src/lab/script.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import { askJson } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway, waitFor, world } from './gateway.ts';
import { runCommand } from './served-process.ts';

const command = fileURLToPath(new URL('../../src/cli/antigravity-tools.ts', import.meta.url));
const evil = '=cmd\u001b[2J';
let lab: Lab;
let gateway: TestGateway;
let ids: string[];
let here: string[];

beforeAll(async () => {
  lab = await startLab({
    world,
    script: labScript({ requests: [{ match: { model: 'claude-sick' }, weather: '401' }] }),
  });
  gateway = await startTestGateway({ accounts: [loopbackAccount('anthropic', 'ada', lab.url)] });
  here = ['--data-dir', gateway.dataDirectory, '--port', String(gateway.port)];
  ids = [];
  for (const model of ['claude-haiku-4-5', 'claude-sick', evil]) {
    const messages = [{ role: 'user', content: 'Hello' }];
    const answer = await askJson(`${gateway.url}/v1/messages`, { model, max_tokens: 99, messages });
    ids.push(answer.headers['x-request-id'] ?? '');
    await gateway.row(ids.at(-1)!);
  }
});
afterAll(async () => {
  await gateway.close();
  await lab.close();
});

/** A shell line with the command as `agt`. */
async function shell(line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const agt = `agt() { "${process.execPath}" --disable-warning=ExperimentalWarning "${command}" "$@"; }`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', `${agt}\n${line}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    err += piece.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('the journal at a terminal', () => {
  it('is a table, the newest last, without anything that a terminal obeys', async () => {
    const run = runCommand(['requests', ...here]);
    expect(await run.ended).toBe(0);
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.split(' ').at(-1))).toEqual(ids);
    expect(lines[3]).toContain('=cmd ');
    expect(run.stdout()).not.toContain('\u001b');
  });

  it('is JSON when it is asked for, and failures only', async () => {
    const run = runCommand(['requests', '--failed', '--json', ...here]);
    expect(await run.ended).toBe(0);
    const rows = run
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; outcome: string });
    expect(rows.map(({ id }) => id)).toEqual(ids.slice(1));
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
  });

  it('is written into a file or to stdout', async () => {
    const file = join(gateway.dataDirectory, 'out.har');
    const run = runCommand(['export', '--format', 'har', '--since', '1h', ...here, file]);
    expect([await run.ended, run.stderr()]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(file, 'utf8')).log.entries).toHaveLength(ids.length);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const piped = runCommand(['export', '--format', 'csv', ...here, '-']);
    expect(await piped.ended).toBe(0);
    expect(piped.stdout().split('\r\n')).toHaveLength(ids.length + 2);
    expect(piped.stdout()).toContain("'=cmd");
  });

  it('may be read by something that has seen enough', async () => {
    const flags = here.join(' ');
    const head = await shell(`agt export --format jsonl ${flags} - | head -c 10`);
    expect(head).toEqual({ code: 0, out: expect.stringMatching(/^\{"id":"01.$/), err: '' });
    // `true` has gone long before anything is said.
    for (const line of [`export --format har ${flags} -`, `requests ${flags}`, `logs --data-dir ${here[1]}`]) {
      expect(await shell(`agt ${line} | true`)).toEqual({ code: 0, out: '', err: '' });
    }
  });

  it('shows the log of one request', async () => {
    const run = runCommand(['logs', ids[1]!, '--data-dir', gateway.dataDirectory]);
    expect(await run.ended).toBe(0);
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toContain(` ${ids[1]} `);
  });

  it('follows the log until the person ends it, quietly', async () => {
    const run = runCommand(['logs', '--follow', '--data-dir', gateway.dataDirectory]);
    await waitFor('the first lines', () => run.stdout().includes(ids[0]!));
    const answer = await askJson(`${gateway.url}/v1/messages`, { model: 'claude-haiku-4-5' });
    await waitFor('the new line', () => run.stdout().includes(answer.headers['x-request-id'] ?? 'none'));
    run.child.kill('SIGINT');
    expect([await run.ended, run.stderr()]).toEqual([0, '']);
  });

  it.each([
    ['export', '--format', 'xml', 'f'],
    ['export', 'f'],
    ['export', '--format', 'csv', '--since', 'yesterday', 'f'],
    ['requests', '--limit', '0'],
  ])('calls %s %s %s %s wrong usage', async (...args) => {
    const run = runCommand(args.filter((arg) => arg !== undefined));
    expect(await run.ended).toBe(2);
    expect(run.stderr()).not.toBe('');
  });

  it.each([
    ['request', 'there is no command "request"; did you mean requests?'],
    ['frobnicate', 'there is no command "frobnicate"'],
  ])('does not take %s for a flag of the gateway', async (word, message) => {
    const run = runCommand([word, '--follow']);
    expect(await run.ended).toBe(2);
    expect(run.stderr().split('\n')[0]).toBe(`error: ${message}`);
  });
});
