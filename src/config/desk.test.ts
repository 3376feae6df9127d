import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigValue } from '../monitor/setting-views.ts';
import { KEYS } from './describe.ts';
import { createConfigDesk, type RunningDesk } from './desk.ts';
import { loadConfig, readConfigFile } from './load.ts';
import { type Flags, settle } from './overrides.ts';

const SECRET = 'client-key-4e1c7a9b2d5f8036';
const FILE = `# mine
server:
  auth: { keys: [${SECRET}] }
healing:
  idle: 30s   # patience
routes:
  - match: a # first
    to: [b]
`;

let directory: string;
let file: string;
let written: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-desk-'));
  file = join(directory, 'config.yaml');
  written = 0;
  writeFileSync(file, FILE);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function deskFor(flags: Flags = {}, env: Record<string, string> = {}, followed: string | null = file): RunningDesk {
  const loaded = loadConfig(undefined, readConfigFile, followed ?? undefined);
  if ('errors' in loaded) throw new Error('the file of the test is refused');
  const settled = settle(loaded.config, flags, env, { stated: loaded.stated, home: directory });
  if ('errors' in settled) throw new Error('the flags of the test are refused');
  const redact = (text: string): string => text.replaceAll('canary', '*');
  const deps = { settled, readFile: readConfigFile, redact, written: () => void written++ };
  return createConfigDesk(followed === null ? deps : { ...deps, file: followed });
}
async function shownOf(desk: RunningDesk, key: string): Promise<ConfigValue | undefined> {
  return (await desk.view()).values.find((value) => value.key === key);
}
async function change(desk: RunningDesk, changes: Record<string, string | null>) {
  return desk.change({ version: (await desk.view()).version, changes });
}
const text = (): string => readFileSync(file, 'utf8');

describe('the view', () => {
  it('has every key once, with value, default and source', async () => {
    const desk = deskFor();
    expect((await desk.view()).values.map(({ key }) => key)).toEqual(KEYS.map(({ key }) => key));
    const idle = { value: '30s', default: '90s', source: 'file', overruled: false, editable: true, kind: 'duration' };
    expect(await shownOf(desk, 'healing.idle')).toMatchObject(idle);
    expect(await shownOf(desk, 'healing.hold')).toMatchObject({
      ...{ value: 'balanced', default: 'balanced', source: 'default' },
      choices: ['live', 'balanced', 'safe'],
    });
    expect(await shownOf(desk, 'routes')).toMatchObject({ value: '- match: a # first\n  to: [ b ]\n', default: '[]' });
  });

  it('tells what a flag or the environment overrules, and what needs a restart', async () => {
    const desk = deskFor({ port: '9000' }, { HOST: '127.0.0.2', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:pw@otlp' });
    const common = { overruled: true, needs_restart: true };
    expect(await shownOf(desk, 'server.port')).toMatchObject({ ...common, value: '9000', source: 'flag' });
    expect(await shownOf(desk, 'server.host')).toMatchObject({ ...common, value: '127.0.0.2', source: 'environment' });
    const otlp = await shownOf(desk, 'telemetry.otlp');
    expect(otlp).toMatchObject({ overruled: true, needs_restart: false, source: 'environment' });
    expect(JSON.stringify(await desk.view())).not.toContain('pw');
  });

  it('tells secrets by their number, and has none in its text, values and warnings', async () => {
    writeFileSync(file, `${FILE}accounts: [{ email: canary, provider: gemini, credential: maple-street-7731 }]\n`);
    const desk = deskFor();
    expect(await shownOf(desk, 'server.auth.keys')).toMatchObject({ value: '1 key', editable: false, kind: 'secret' });
    const view = await desk.view();
    expect(JSON.stringify(view)).not.toMatch(/4e1c7a9b|maple/);
    expect(view.text).toContain('email: *');
    expect(view.warnings.join()).toContain('accounts[0].credential');
  });

  it('keeps to what is in force while the file is bad, says why it is bad, and does not show it', async () => {
    const desk = deskFor();
    writeFileSync(file, FILE.replace('idle: 30s', 'idle: 40s'));
    desk.taken();
    writeFileSync(file, `server: { auth: { kyes: [${SECRET}] } }\n`);
    const view = await desk.view();
    expect(view.values.find(({ key }) => key === 'healing.idle')?.value).toBe('40s');
    expect(view.text).toBe('');
    expect(view.warnings).toEqual([expect.stringMatching(/not in force: .*:1: server.auth.kyes/)]);
    expect(JSON.stringify(view)).not.toContain(SECRET);
  });

  it('has no secret that only a comment quotes, in the text or inside a list', async () => {
    writeFileSync(file, FILE.replace('# first', `# ${SECRET}`));
    const view = await deskFor().view();
    expect(JSON.stringify(view)).not.toContain(SECRET);
    expect(view.values.find(({ key }) => key === 'routes')?.value).toContain('# [hidden]');
  });

  it('says what waits for a restart', async () => {
    const desk = deskFor();
    await change(desk, { 'server.port': '9000' });
    expect((await desk.view()).warnings).toContain('server.port: 9000 holds after a restart; now: 8045');
    const overruled = deskFor({ port: '9001' });
    expect((await overruled.view()).warnings.join()).not.toContain('restart');
  });

  it('is of the defaults where there is no file, and can then not be changed without one to follow', async () => {
    rmSync(file);
    expect(await deskFor().view()).toMatchObject({ file, version: 'none', text: '' });
    const desk = deskFor({}, {}, null);
    const view = await desk.view();
    expect(view.file).toBeNull();
    expect(view.values.filter(({ editable }) => editable)).toEqual([]);
    expect(await change(desk, { 'healing.idle': '1s' })).toHaveProperty('refusal');
  });
});

describe('a change', () => {
  it('is written with every comment kept, and taken into force at once', async () => {
    const desk = deskFor();
    const outcome = await change(desk, { 'healing.idle': '45s', 'monitor.bodies': 'metadata', routes: null });
    const after = FILE.replace('30s', '45s').replace(/routes:.*/s, 'monitor:\n  bodies: metadata\n');
    expect(text()).toBe(after);
    expect(written).toBe(1);
    const values = 'view' in outcome ? outcome.view.values : [];
    expect(values.find(({ key }) => key === 'healing.idle')).toMatchObject({ value: '45s', source: 'file' });
  });

  it('makes the file where there is none', async () => {
    rmSync(file);
    expect(await change(deskFor(), { 'healing.idle': '45s' })).toHaveProperty('view');
    expect(text()).toBe('healing:\n  idle: 45s\n');
  });

  it.each([
    [{ 'healing.idle': '45' }, 'healing.idle', 5, /expected a duration/],
    [{ 'healing.hold': 'saef' }, 'healing.hold', 6, /did you mean safe/],
    [{ routes: '[{ match: a }]' }, 'routes[0].to', 6, /./],
    [{ 'healing.backoff.429': '{ kind: linear }' }, 'healing.backoff.429', 7, /needs base/],
    [{ 'server.auth.keys': '[x]' }, 'server.auth.keys', 0, /in the file/],
    [{ accounts: '[]' }, 'accounts', 0, /on their own page/],
    [{ 'server.auth': '{}' }, 'server.auth', 0, /not a key/],
    [{ __proto__x: '1' }, '__proto__x', 0, /not a key/],
    [{ 'state.url': 'redis://[hidden]@host' }, 'state.url', 0, /write the whole value/],
    [{ 'server.host': '0.0.0.0', 'server.auth.mode': 'off' }, 'server.host', 0, /everyone on the network/],
  ])('that is not good is refused whole with its line: %j', async (changes, key, line, said) => {
    const outcome = await change(deskFor(), { 'monitor.bodies': 'off', ...changes } as Record<string, string>);
    const { error } = 'refusal' in outcome ? outcome.refusal : { error: { issues: [] } };
    expect(error.issues[0]).toEqual({ key, line, message: expect.stringMatching(said) });
    expect([text(), written]).toEqual([FILE, 0]);
  });

  it('is refused when the file has changed since it was shown, before or during the writing', async () => {
    const desk = deskFor();
    const { version } = await desk.view();
    writeFileSync(file, `${FILE}# more\n`);
    expect(await desk.change({ version, changes: { 'healing.idle': '1s' } })).toHaveProperty('conflict');
    const second = change(desk, { 'healing.idle': '1s' });
    await Promise.resolve().then(() => Promise.resolve());
    writeFileSync(file, `${FILE}# even more\n`);
    expect(await second).toHaveProperty('conflict');
    expect([text(), written]).toEqual([`${FILE}# even more\n`, 0]);
  });

  it('waits for the one before it, and is then refused', async () => {
    const desk = deskFor();
    const { version } = await desk.view();
    const both = [desk.change({ version, changes: { 'healing.idle': '1s' } }), desk.change({ version, changes: {} })];
    expect((await Promise.all(both)).map((outcome) => Object.keys(outcome)[0])).toEqual(['view', 'conflict']);
  });

  it('says why where the file cannot be written', async () => {
    const inside = join(directory, 'none', 'config.yaml');
    const outcome = await change(deskFor({}, {}, inside), { 'healing.idle': '1s' });
    expect(outcome).toEqual({ fault: `${inside} cannot be written: ENOENT` });
    expect(existsSync(inside)).toBe(false);
  });
});
