import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLIENT_NAMES, type ConnectFlags, connect } from './connect.ts';
import type { ClientName } from './connect-clients.ts';

const key = 'agt-9f1c7e25d8b34a60918273c4';
const noon = Date.UTC(2026, 10, 20, 12);
const stamp = '20261120T120000000Z';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agt-connect-'));
  mkdirSync(join(home, 'data'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

interface Surrounding {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly nowMs?: number;
}

function run(
  name: ClientName,
  flags: ConnectFlags = {},
  { env = {}, platform = 'linux', nowMs = noon }: Surrounding = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    env: { HOME: home, ...env },
    platform,
    now: () => nowMs,
  };
  const exit = connect(name, { dataDir: join(home, 'data'), ...flags }, io);
  return { exit, out, err, text: out.join('\n') };
}

function configure(yaml: string): void {
  writeFileSync(join(home, 'data', 'config.yaml'), yaml);
}
function put(path: string, text: string, mode = 0o600): string {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode });
  chmodSync(full, mode);
  return full;
}
function read(path: string): string {
  return readFileSync(join(home, path), 'utf8');
}
function names(folder: string): string[] {
  return readdirSync(join(home, folder)).toSorted();
}
function modeOf(path: string): number {
  return statSync(join(home, path)).mode & 0o777;
}

describe('without a flag', () => {
  test('the environment is printed and nothing is touched', () => {
    expect(run('claude')).toMatchObject({ exit: 0, err: [] });
    expect(run('claude').out.slice(0, 2)).toEqual([
      'export ANTHROPIC_BASE_URL=http://127.0.0.1:8045',
      'export ANTHROPIC_AUTH_TOKEN=sk-antigravity-tools-no-key-needed',
    ]);
    expect(run('claude').out[2]).toMatch(/^# for good: .*connect claude --write$/);
    for (const name of CLIENT_NAMES) expect(run(name).exit).toBe(0);
    expect(names('.')).toEqual(['data']);
  });

  test('a shell takes the lines as they are', () => {
    const wanted = { claude: 'ANTHROPIC_AUTH_TOKEN', gemini: 'GEMINI_API_KEY', codex: 'OPENAI_API_KEY' } as const;
    configure(`server: { auth: { keys: ["it's$a'key#1234567890"] } }`);
    for (const [name, variable] of Object.entries(wanted)) {
      const script = `eval "$LINES_OF_CONNECT"; printf %s "$${variable}"`;
      const shell = spawnSync('sh', ['-c', script], { env: { LINES_OF_CONNECT: run(name as ClientName).text } });
      expect(shell.stdout.toString()).toBe("it's$a'key#1234567890");
    }
    const script = 'eval "$LINES_OF_CONNECT"; printf %s "$OPENCODE_CONFIG_CONTENT"';
    const shell = spawnSync('sh', ['-c', script], { env: { LINES_OF_CONNECT: run('opencode').text } });
    expect(JSON.parse(shell.stdout.toString()).provider['antigravity-tools'].options).toEqual({
      baseURL: 'http://127.0.0.1:8045/v1',
      apiKey: "it's$a'key#1234567890",
    });
  });

  test('PowerShell has its own form', () => {
    const { out } = run('gemini', {}, { platform: 'win32' });
    expect(out[0]).toBe("$env:GOOGLE_GEMINI_BASE_URL = 'http://127.0.0.1:8045'");
    expect(out).toContain('# export GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8045');
  });

  test('address and key come from flags over environment over file', () => {
    configure(`server: { port: 7001, auth: { keys: [${key}, other-key-of-the-gateway] } }`);
    const url = (flags: ConnectFlags, env = {}) => run('claude', flags, { env }).out[0]?.split('=')[1];
    expect(run('claude').out[1]).toBe(`export ANTHROPIC_AUTH_TOKEN=${key}`);
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
    configure(yaml);
    const { exit, err, out } = run('claude', flags);
    expect({ exit, out }).toEqual({ exit: 2, out: [] });
    expect(err.join('\n')).toMatch(sentence);
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
    configure(`server: { auth: { keys: [${key}] } }`);
    const first = run(name, { write: true });
    expect(first).toMatchObject({ exit: 0, err: [] });
    expect(first.text).not.toContain(key);
    expect(first.text).toContain('agt-…3c4');
    const contents = files[name].map(read);
    expect(contents.join('\n')).toContain(key);
    expect(contents.join('\n')).toContain('http://127.0.0.1:8045');
    for (const file of files[name]) expect(modeOf(file)).toBe(0o600);
    const folder = dirname(files[name][0] ?? '');
    const beside = names(folder);

    const second = run(name, { write: true }, { nowMs: noon + 60_000 });
    expect(second).toMatchObject({ exit: 0, err: [] });
    expect(second.text).toMatch(/nothing to change/);
    expect(names(folder)).toEqual(beside);
    expect(files[name].map(read)).toEqual(contents);

    const undone = run(name, { undo: true });
    expect(undone).toMatchObject({ exit: 0, err: [] });
    expect(undone.text).not.toContain(key);
    expect(names(folder)).toEqual([]);
    expect(run(name, { undo: true })).toMatchObject({ exit: 0, out: [expect.stringMatching(/^nothing to undo/)] });
  });

  test('what is written is what each client reads', () => {
    for (const name of CLIENT_NAMES) run(name, { write: true, port: '99' });
    const dummy = 'sk-antigravity-tools-no-key-needed';
    expect(JSON.parse(read('.claude/settings.json'))).toEqual({
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:99', ANTHROPIC_AUTH_TOKEN: dummy },
    });
    expect(read('.gemini/.env')).toBe(`GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:99\nGEMINI_API_KEY=${dummy}\n`);
    expect(JSON.parse(read('.gemini/settings.json'))).toEqual({
      security: { auth: { selectedType: 'gemini-api-key' } },
    });
    expect(read('.codex/config.toml').split('\n')).toEqual([
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
    expect(read('.codex/.env')).toBe(`ANTIGRAVITY_TOOLS_KEY=${dummy}\n`);
  });

  test('opencode is told the models that the configuration names, each in its own dialect', () => {
    const account = '{ email: a, provider: gemini, credential: env:A, models: [gemini-3-flash, "x-*"] }';
    configure(`accounts: [${account}]\nroutes: [{ match: claude-haiku-4-5, to: ["*"] }, { match: "y*", to: [z] }]\n`);
    run('opencode', { write: true });
    expect(JSON.parse(read('.config/opencode/opencode.json')).provider['antigravity-tools'].models).toEqual({
      'claude-haiku-4-5': {},
      'gemini-3-flash': { provider: { npm: '@ai-sdk/google' } },
    });
  });

  test('clients that keep their files elsewhere are found there', () => {
    const env = {
      CLAUDE_CONFIG_DIR: join(home, 'c'),
      GEMINI_CLI_HOME: join(home, 'g'),
      CODEX_HOME: join(home, 'x'),
      XDG_CONFIG_HOME: join(home, 'o'),
    };
    for (const name of CLIENT_NAMES) expect(run(name, { write: true }, { env }).exit).toBe(0);
    for (const file of ['c/settings.json', 'g/.gemini/.env', 'x/config.toml', 'o/opencode/opencode.json'])
      expect(existsSync(join(home, file))).toBe(true);
    for (const folder of ['.claude', '.gemini', '.codex', '.config'])
      expect(existsSync(join(home, folder))).toBe(false);
  });

  test('on Windows the home is USERPROFILE', () => {
    run('claude', { write: true }, { platform: 'win32', env: { USERPROFILE: join(home, 'u'), HOME: '/elsewhere' } });
    expect(existsSync(join(home, 'u/.claude/settings.json'))).toBe(true);
  });
});

describe('--write beside what a person has', () => {
  test('foreign keys stay, the old text is kept to the byte, and undo brings it back', () => {
    const own = '{\n  "permissions": { "allow": ["Bash"] },\n  "env": {\n    "FOO": "1"\n  },\n  "model": "opus"\n}';
    put('.claude/settings.json', own, 0o640);
    expect(run('claude', { write: true })).toMatchObject({ exit: 0, err: [expect.stringMatching(/chmod 600/)] });
    expect(JSON.parse(read('.claude/settings.json'))).toEqual({
      permissions: { allow: ['Bash'] },
      env: {
        FOO: '1',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:8045',
        ANTHROPIC_AUTH_TOKEN: 'sk-antigravity-tools-no-key-needed',
      },
      model: 'opus',
    });
    expect(modeOf('.claude/settings.json')).toBe(0o640);
    expect(names('.claude')).toEqual(['settings.json', `settings.json.antigravity-tools.${stamp}.bak`]);
    expect(read(`.claude/settings.json.antigravity-tools.${stamp}.bak`)).toBe(own);
    expect(modeOf(`.claude/settings.json.antigravity-tools.${stamp}.bak`)).toBe(0o600);
    expect(run('claude', { undo: true }).exit).toBe(0);
    expect(read('.claude/settings.json')).toBe(own);
    expect(modeOf('.claude/settings.json')).toBe(0o640);
    expect(names('.claude')).toEqual(['settings.json']);
  });

  test('a key of another gateway is replaced where it stands, and shown shortened', () => {
    put('.claude/settings.json', '{"env": {"ANTHROPIC_API_KEY": "sk-ant-0123456789abcdefghij"}}');
    const { text } = run('claude', { write: true });
    expect(text).not.toContain('0123456789abcdefghij');
    expect(text).toContain('sk-a…hij');
    expect(JSON.parse(read('.claude/settings.json')).env).toEqual({
      ANTHROPIC_API_KEY: 'sk-antigravity-tools-no-key-needed',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8045',
    });
  });

  test('comments and order stay in files that may have them', () => {
    const before = '{\n  // mine\n  "theme": "x", /* y */\n  "provider": {\n    "other": {}, // keep\n  },\n}\n';
    put('.config/opencode/opencode.jsonc', before);
    run('opencode', { write: true });
    const after = read('.config/opencode/opencode.jsonc');
    expect(after.startsWith(before.slice(0, before.indexOf('// keep') + 7))).toBe(true);
    expect(after).toContain('"antigravity-tools": {');
    expect(names('.config/opencode')).not.toContain('opencode.json');
    put('.config/opencode/opencode.json', '{}');
    run('opencode', { undo: true });
    expect(read('.config/opencode/opencode.jsonc')).toBe(before);
  });

  test('Codex: another model_provider is replaced, its table and all else stay', () => {
    const before = `model_provider = "work" # mine\nmodel = "m"\n\n[model_providers.work]\nbase_url = "https://w"\n`;
    put('.codex/config.toml', before);
    put('.codex/.env', 'A=1\n');
    const { text } = run('codex', { write: true });
    expect(text).toContain('-model_provider = "work" # mine\n+model_provider = "antigravity-tools" # mine');
    const after = read('.codex/config.toml');
    expect(after.startsWith(before.replace('"work" #', '"antigravity-tools" #'))).toBe(true);
    expect(read('.codex/.env')).toBe('A=1\nANTIGRAVITY_TOOLS_KEY=sk-antigravity-tools-no-key-needed\n');
    run('codex', { undo: true });
    expect([read('.codex/config.toml'), read('.codex/.env')]).toEqual([before, 'A=1\n']);
    expect(names('.codex')).toEqual(['.env', 'config.toml']);
  });

  test('what would still win over the settings is told', () => {
    put('.codex/config.toml', 'profile = "p"\n[profiles.p]\nmodel_provider = "work"\n');
    expect(run('codex', { write: true }).err.join()).toMatch(/profile .* Codex follows that one/);
    const env = { GEMINI_API_KEY: 'AIzaSomethingElse0123456' };
    const { err } = run('gemini', { write: true }, { env });
    expect(err).toEqual([expect.stringMatching(/^GEMINI_API_KEY is set in this shell/)]);
    expect(err.join()).not.toContain(env.GEMINI_API_KEY);
  });

  test('each change has its own backup, and undo goes back one at a time', () => {
    put('.claude/settings.json', '{}');
    run('claude', { write: true, port: '1' });
    // The clock stands still, or was set back.
    run('claude', { write: true, port: '2' }, { nowMs: noon - 5_000 });
    const base = () => JSON.parse(read('.claude/settings.json')).env?.ANTHROPIC_BASE_URL;
    expect(base()).toBe('http://127.0.0.1:2');
    run('claude', { undo: true });
    expect(base()).toBe('http://127.0.0.1:1');
    run('claude', { undo: true });
    expect(read('.claude/settings.json')).toBe('{}');
    expect(run('claude', { undo: true }).text).toMatch(/^nothing to undo/);
  });

  test('what was changed after connecting is kept aside when undo takes the file back', () => {
    put('.claude/settings.json', '{}');
    run('claude', { write: true });
    const later = read('.claude/settings.json').replace('{', '{ "theme": "dark",');
    put('.claude/settings.json', later);
    expect(run('claude', { undo: true }).text).toContain(`settings.json.antigravity-tools.${stamp}.undone`);
    expect(read('.claude/settings.json')).toBe('{}');
    expect(read(`.claude/settings.json.antigravity-tools.${stamp}.undone`)).toBe(later);
  });

  test('undo works without a valid configuration', () => {
    put('.claude/settings.json', '{}');
    run('claude', { write: true });
    configure('server: 7');
    expect(run('claude', { undo: true })).toMatchObject({ exit: 0, err: [] });
    expect(read('.claude/settings.json')).toBe('{}');
  });
});

describe('--write where it cannot be done', () => {
  test.each([
    ['claude', '.claude/settings.json', '{"env": '],
    ['claude', '.claude/settings.json', '{ // a comment\n}'],
    ['claude', '.claude/settings.json', '{"env": []}'],
    ['gemini', '.gemini/settings.json', '{"a": 1 "b": 2}'],
    ['codex', '.codex/config.toml', 'model_provider = work'],
    ['opencode', '.config/opencode/opencode.json', '[1]'],
    ['opencode', '.config/opencode/opencode.json', '{"a": "\uD800'],
  ] as const)('%s: %s with %j is refused, and nothing is touched', (name, file, text) => {
    put(file, text);
    const before = readFileSync(join(home, file));
    const { exit, out, err } = run(name, { write: true });
    expect({ exit, out }).toEqual({ exit: 1, out: [] });
    expect(err).toEqual([expect.stringMatching(/^antigravity-tools: .*line \d+: .*nothing was changed$/)]);
    expect(readFileSync(join(home, file))).toEqual(before);
    expect(names(dirname(file))).toHaveLength(1);
  });

  test('bytes that are no text, and a folder in place of the file, are refused', () => {
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude/settings.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(run('claude', { write: true })).toMatchObject({ exit: 1, err: [expect.stringMatching(/not UTF-8/)] });
    rmSync(join(home, '.claude/settings.json'));
    mkdirSync(join(home, '.claude/settings.json'));
    expect(run('claude', { write: true })).toMatchObject({ exit: 1, err: [expect.stringMatching(/is not a file/)] });
    put('.codex', '');
    expect(run('codex', { write: true })).toMatchObject({
      exit: 1,
      err: [expect.stringMatching(/a file, not a folder/)],
    });
  });

  test('in a read-only folder nothing is left behind', () => {
    put('.claude/settings.json', '{}');
    chmodSync(join(home, '.claude'), 0o555);
    chmodSync(home, 0o755);
    chmodSync(join(home, '.claude/settings.json'), 0o644);
    const { exit, err } = asSomebody(() => run('claude', { write: true }));
    expect({ exit, err }).toEqual({
      exit: 1,
      err: [expect.stringMatching(/^antigravity-tools: cannot write .*: this user may not do that there$/)],
    });
    expect([names('.claude'), read('.claude/settings.json')]).toEqual([['settings.json'], '{}']);
    chmodSync(join(home, '.claude'), 0o755);
  });

  test('when the second file cannot be changed the first is put back', () => {
    put('.gemini/.env', 'A=1\n', 0o644);
    mkdirSync(join(home, 'locked'));
    writeFileSync(join(home, 'locked/settings.json'), '{}');
    symlinkSync(join(home, 'locked/settings.json'), join(home, '.gemini/settings.json'));
    for (const folder of ['.', '.gemini']) chmodSync(join(home, folder), 0o777);
    chmodSync(join(home, 'locked'), 0o555);
    const { exit, err } = asSomebody(() => run('gemini', { write: true }));
    expect({ exit, err }).toEqual({ exit: 1, err: [expect.stringMatching(/cannot change .*settings\.json/)] });
    expect([read('.gemini/.env'), read('locked/settings.json')]).toEqual(['A=1\n', '{}']);
    expect(names('.gemini')).toEqual(['.env', 'settings.json']);
    chmodSync(join(home, 'locked'), 0o755);
  });
});

describe('links', () => {
  test('a link is followed and stays a link, and the backup lies beside the link', () => {
    const real = put('dotfiles/claude.json', '{"a": 1}\n');
    mkdirSync(join(home, '.claude'));
    symlinkSync('../dotfiles/claude.json', join(home, '.claude/settings.json'));
    run('claude', { write: true });
    expect(lstatSync(join(home, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ a: 1, env: {} });
    expect([names('dotfiles'), names('.claude').length]).toEqual([['claude.json'], 2]);
    run('claude', { undo: true });
    expect(lstatSync(join(home, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('{"a": 1}\n');
  });

  test('a link to a file that is not there yet makes that file', () => {
    mkdirSync(join(home, 'dotfiles'));
    mkdirSync(join(home, '.claude'));
    symlinkSync(join(home, 'dotfiles/claude.json'), join(home, '.claude/settings.json'));
    expect(run('claude', { write: true }).exit).toBe(0);
    expect(names('dotfiles')).toEqual(['claude.json']);
    run('claude', { undo: true });
    expect(names('dotfiles')).toEqual([]);
    expect(lstatSync(join(home, '.claude/settings.json')).isSymbolicLink()).toBe(true);
  });

  test('a circle of links is refused', () => {
    mkdirSync(join(home, '.claude'));
    symlinkSync('settings.json', join(home, '.claude/settings.json'));
    expect(run('claude', { write: true })).toMatchObject({ exit: 1, err: [expect.stringMatching(/circle/)] });
  });
});

/** Root may write anywhere: as root, the act is done as a user who owns nothing here. */
function asSomebody<T>(act: () => T): T {
  if (process.getuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}
