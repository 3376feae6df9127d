import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validate } from './validate.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-validate-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function run(options: { config?: string; dataDir?: string }, env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await validate(options, { out: (line) => out.push(line), err: (line) => err.push(line), env });
  return { exit, out, err };
}
function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('every error stands on a line of its own with file, line, key and suggestion', async () => {
  const config = write('c.yaml', 'healing:\n  max_atempts: 3\nserver:\n  port: many\n');
  const { exit, out, err } = await run({ config });
  expect(exit).toBe(1);
  expect(out).toEqual([]);
  expect(err[0]).toMatch(/^.*c\.yaml:2: healing\.max_atempts: is not a known key; .* \(did you mean max_attempts\?\)$/);
  expect(err[1]).toBe(`${config}:4: server.port: expected a whole number from 0 to 65535, got text`);
  expect(err[2]).toBe('configuration is not valid: 2 errors');
});

test('a valid file is summed up in one line', async () => {
  const account = '{ email: a, provider: gemini, credential: env:A, enabled: false }';
  const config = write(
    'c.json',
    JSON.stringify({ server: { port: 0, host: '::1' }, routes: [{ match: 'a', to: ['b'] }] }),
  );
  expect(await run({ config })).toEqual({
    exit: 0,
    out: ['configuration is valid: 0 accounts, 1 route, listens on [::1]:0, auth off (auto)'],
    err: [],
  });
  const yaml = write('c.yaml', `accounts:\n  - ${account}\n`);
  expect((await run({ config: yaml })).out[0]).toContain('1 account (1 disabled), 0 routes');
});

test('warnings are told and do not fail', async () => {
  const config = write(
    'c.yaml',
    'accounts:\n  - { email: a, provider: gemini, credential: literal }\ntelemetry: { metrics: true }\n',
  );
  const { exit, err } = await run({ config });
  expect(exit).toBe(0);
  expect(err).toEqual([
    expect.stringMatching(/^warning: .*c\.yaml:2: accounts\[0\]\.credential: the credential stands in the file/),
    expect.stringMatching(/^warning: .*c\.yaml: telemetry\.metrics: /),
  ]);
});

test('a file with which the gateway would not start is not valid', async () => {
  const { exit, out, err } = await run({ config: write('c.yaml', 'server: { host: 0.0.0.0 }\n') });
  expect(exit).toBe(1);
  expect(out).toEqual([]);
  expect(err[0]).toMatch(/c\.yaml: server\.host: listening on 0\.0\.0\.0 .* no client key/);
});

test('a named file that is not there is wrong usage', async () => {
  const config = join(directory, 'missing.yaml');
  expect(await run({ config })).toEqual({ exit: 2, out: [], err: [`${config}: there is no such file`] });
});

test('without a name the file of the data directory is checked, and none is the defaults', async () => {
  expect((await run({ dataDir: directory })).out[0]).toContain('(no file: the defaults)');
  write('config.yaml', 'server: { port: 7 }\n');
  expect((await run({ dataDir: directory })).out[0]).toContain('127.0.0.1:7');
  expect((await run({}, { ANTIGRAVITY_TOOLS_HOME: directory })).out[0]).toContain('127.0.0.1:7');
});

test('a directory in place of the file is wrong usage', async () => {
  mkdirSync(join(directory, 'config.yaml'));
  expect((await run({ dataDir: directory })).exit).toBe(2);
});
