import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLIENT_NAMES, type ConnectFlags } from './connect.ts';
import type { ClientName } from './connect-clients.ts';
import { createHome, noon, type TestHome } from './connect-home.testing.ts';

const key = 'agt-9f1c7e25d8b34a60918273c4';

let home: TestHome;
beforeEach(() => {
  home = createHome();
});
afterEach(() => {
  home.remove();
});

describe('without a flag', () => {
  test('the environment is printed and nothing is touched', () => {
    expect(home.run('claude')).toMatchObject({ exit: 0, err: [] });
    expect(home.run('claude').out.slice(0, 2)).toEqual([
      'export ANTHROPIC_BASE_URL=http://127.0.0.1:8045',
      'export ANTHROPIC_AUTH_TOKEN=sk-antigravity-tools-no-key-needed',
    ]);
    expect(home.run('claude').out[2]).toMatch(/^# for good: .*connect claude --write$/);
    for (const name of CLIENT_NAMES) expect(home.run(name).exit).toBe(0);
    expect(home.names('.')).toEqual(['data']);
  });

  test('a shell takes the lines as they are', () => {
    const wanted = { claude: 'ANTHROPIC_AUTH_TOKEN', gemini: 'GEMINI_API_KEY', codex: 'OPENAI_API_KEY' } as const;
    home.configure(`server: { auth: { keys: ["it's$a'key#1234567890"] } }`);
    for (const [name, variable] of Object.entries(wanted)) {
      const script = `eval "$LINES_OF_CONNECT"; printf %s "$${variable}"`;
      const shell = spawnSync('sh', ['-c', script], { env: { LINES_OF_CONNECT: home.run(name as ClientName).text } });
      expect(shell.stdout.toString()).toBe("it's$a'key#1234567890");
    }
    const script = 'eval "$LINES_OF_CONNECT"; printf %s "$OPENCODE_CONFIG_CONTENT"';
    const shell = spawnSync('sh', ['-c', script], { env: { LINES_OF_CONNECT: home.run('opencode').text } });
    expect(JSON.parse(shell.stdout.toString()).provider['antigravity-tools'].options).toEqual({
      baseURL: 'http://127.0.0.1:8045/v1',
      apiKey: "it's$a'key#1234567890",
    });
  });

  test('PowerShell has its own form', () => {
    const { out } = home.run('gemini', {}, { platform: 'win32' });
    expect(out[0]).toBe("$env:GOOGLE_GEMINI_BASE_URL = 'http://127.0.0.1:8045'");
    expect(out).toContain('# export GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8045');
  });

  test('address and key come from flags over environment over file', () => {
    home.configure(`server: { port: 7001, auth: { keys: [${key}, other-key-of-the-gateway] } }`);
    const url = (flags: ConnectFlags, env = {}) => home.run('claude', flags, { env }).out[0]?.split('=')[1];
    expect(home.run('claude').out[1]).toBe(`export ANTHROPIC_AUTH_TOKEN=${key}`);
    expect(url({})).toBe('http://127.0.0.1:7001');
    expect(url({}, { PORT: '7002' })).toBe('http://127.0.0.1:7002');
    expect(url({ port: '7003' }, { PORT: '7002' })).toBe('http://127.0.0.1:7003');
    expect(url({ host: '0.0.0.0' })).toBe('http://127.0.0.1:7001');
    expect(url({ host: '::' })).toBe("'http://[::1]:7001'");
    expect(url({ host: 'gateway.lan' })).toBe('http://gateway.lan:7001');
  });

  test.each([
    ['a port that is picked at start', { port: '0' }, '', /port 0/],
    ['a key that is asked for but not there', { host: 'gateway.lan' }, '', /server\.auth\.keys has none/],
    ['a configuration with an error', {}, 'server: { prot: 1 }', /prot.*did you mean port/],
    ['two flags that exclude each other', { write: true, undo: true }, '', /exclude/],
  ])('%s is wrong usage', (_name, flags, yaml, sentence) => {
    home.configure(yaml);
    const { exit, err, out } = home.run('claude', flags);
    expect({ exit, out }).toEqual({ exit: 2, out: [] });
    expect(err.join('\n')).toMatch(sentence);
  });
});

describe('the command line', () => {
  test.each([
    [['claude'], 0, /^export ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:8045\n/, /^$/],
    [['claude', '--write', '--port', '9'], 0, /\+ {4}"ANTHROPIC_BASE_URL": "http:\/\/127\.0\.0\.1:9"/, /^$/],
    [['notepad'], 2, /^$/, /claude, gemini, codex, opencode/],
    [[], 2, /^$/, /missing required argument/],
  ] as const)('connect %j ends with %i', (words, code, out, err) => {
    const program = join(import.meta.dirname, 'antigravity-tools.ts');
    const env = { HOME: home.path, PATH: process.env.PATH };
    const ended = spawnSync(process.execPath, [program, 'connect', ...words], { env, encoding: 'utf8' });
    expect(ended.status).toBe(code);
    expect(ended.stdout).toMatch(out);
    expect(ended.stderr).toMatch(err);
  });
});

describe('--write in an empty home', () => {
  const files: Record<ClientName, readonly string[]> = {
    claude: ['.claude/settings.json'],
    gemini: ['.gemini/.env', '.gemini/settings.json'],
    codex: ['.codex/config.toml', '.codex/.env'],
    opencode: ['.config/opencode/opencode.json'],
  };

  test.each(CLIENT_NAMES)('%s: files are made, a second time changes nothing, and undo removes them', (name) => {
    home.configure(`server: { auth: { keys: [${key}] } }`);
    const first = home.run(name, { write: true });
    expect(first).toMatchObject({ exit: 0, err: [] });
    expect(first.text).not.toContain(key);
    expect(first.text).toContain('agt-…3c4');
    const contents = files[name].map(home.read);
    expect(contents.join('\n')).toContain(key);
    expect(contents.join('\n')).toContain('http://127.0.0.1:8045');
    for (const file of files[name]) expect(home.modeOf(file)).toBe(0o600);
    const folder = dirname(files[name][0] ?? '');
    const beside = home.names(folder);

    const second = home.run(name, { write: true }, { nowMs: noon + 60_000 });
    expect(second).toMatchObject({ exit: 0, err: [] });
    expect(second.text).toMatch(/nothing to change/);
    expect(home.names(folder)).toEqual(beside);
    expect(files[name].map(home.read)).toEqual(contents);

    const undone = home.run(name, { undo: true });
    expect(undone).toMatchObject({ exit: 0, err: [] });
    expect(undone.text).not.toContain(key);
    expect(home.names(folder)).toEqual([]);
    expect(home.run(name, { undo: true })).toMatchObject({ exit: 0, out: [expect.stringMatching(/^nothing to undo/)] });
  });

  test('what is written is what each client reads', () => {
    for (const name of CLIENT_NAMES) home.run(name, { write: true, port: '99' });
    const dummy = 'sk-antigravity-tools-no-key-needed';
    expect(JSON.parse(home.read('.claude/settings.json'))).toEqual({
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:99', ANTHROPIC_AUTH_TOKEN: dummy },
    });
    expect(home.read('.gemini/.env')).toBe(`GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:99\nGEMINI_API_KEY=${dummy}\n`);
    expect(JSON.parse(home.read('.gemini/settings.json'))).toEqual({
      security: { auth: { selectedType: 'gemini-api-key' } },
    });
    expect(home.read('.codex/config.toml').split('\n')).toEqual([
      'model_provider = "antigravity-tools"',
      '',
      expect.stringMatching(/^# /),
      '[model_providers.antigravity-tools]',
      'name = "antigravity-tools"',
      'base_url = "http://127.0.0.1:99/v1"',
      'env_key = "ANTIGRAVITY_TOOLS_KEY"',
      'wire_api = "responses"',
      '',
    ]);
    expect(home.read('.codex/.env')).toBe(`ANTIGRAVITY_TOOLS_KEY=${dummy}\n`);
  });

  test('opencode is told the models that the configuration names, each in its own dialect', () => {
    const account = '{ email: a, provider: gemini, credential: env:A, models: [gemini-3-flash, "x-*"] }';
    home.configure(
      `accounts: [${account}]\nroutes: [{ match: claude-haiku-4-5, to: ["*"] }, { match: "y*", to: [z] }]\n`,
    );
    home.run('opencode', { write: true });
    expect(JSON.parse(home.read('.config/opencode/opencode.json')).provider['antigravity-tools'].models).toEqual({
      'claude-haiku-4-5': {},
      'gemini-3-flash': { provider: { npm: '@ai-sdk/google' } },
    });
  });

  test('clients that keep their files elsewhere are found there', () => {
    const env = {
      CLAUDE_CONFIG_DIR: join(home.path, 'c'),
      GEMINI_CLI_HOME: join(home.path, 'g'),
      CODEX_HOME: join(home.path, 'x'),
      XDG_CONFIG_HOME: join(home.path, 'o'),
    };
    for (const name of CLIENT_NAMES) expect(home.run(name, { write: true }, { env }).exit).toBe(0);
    for (const file of ['c/settings.json', 'g/.gemini/.env', 'x/config.toml', 'o/opencode/opencode.json'])
      expect(existsSync(join(home.path, file))).toBe(true);
    for (const folder of ['.claude', '.gemini', '.codex', '.config'])
      expect(existsSync(join(home.path, folder))).toBe(false);
  });

  test('on Windows the home is USERPROFILE', () => {
    home.run(
      'claude',
      { write: true },
      { platform: 'win32', env: { USERPROFILE: join(home.path, 'u'), HOME: '/elsewhere' } },
    );
    expect(existsSync(join(home.path, 'u/.claude/settings.json'))).toBe(true);
  });
});
