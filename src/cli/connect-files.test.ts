import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHome, type TestHome } from './connect-home.testing.ts';

let home: TestHome;
beforeEach(() => {
  home = createHome();
});
afterEach(() => {
  home.remove();
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
    home.put(file, text);
    const before = readFileSync(join(home.path, file));
    const { exit, out, err } = home.run(name, { write: true });
    expect({ exit, out }).toEqual({ exit: 1, out: [] });
    expect(err).toEqual([expect.stringMatching(/^antigravity-tools: .*line \d+: .*nothing was changed$/)]);
    expect(readFileSync(join(home.path, file))).toEqual(before);
    expect(home.names(dirname(file))).toHaveLength(1);
  });

  test('bytes that are no text, and a folder in place of the file, are refused', () => {
    mkdirSync(join(home.path, '.claude'));
    writeFileSync(join(home.path, '.claude/settings.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(home.run('claude', { write: true })).toMatchObject({ exit: 1, err: [expect.stringMatching(/not UTF-8/)] });
    rmSync(join(home.path, '.claude/settings.json'));
    mkdirSync(join(home.path, '.claude/settings.json'));
    expect(home.run('claude', { write: true })).toMatchObject({
      exit: 1,
      err: [expect.stringMatching(/is not a file/)],
    });
    home.put('.codex', '');
    expect(home.run('codex', { write: true })).toMatchObject({
      exit: 1,
      err: [expect.stringMatching(/something of that name/)],
    });
  });

  test('in a read-only folder nothing is left behind', () => {
    home.put('.claude/settings.json', '{}');
    chmodSync(join(home.path, '.claude'), 0o555);
    chmodSync(home.path, 0o755);
    chmodSync(join(home.path, '.claude/settings.json'), 0o644);
    const { exit, err } = asSomebody(() => home.run('claude', { write: true }));
    expect({ exit, err }).toEqual({
      exit: 1,
      err: [expect.stringMatching(/^antigravity-tools: cannot write .*: this user may not do that there$/)],
    });
    expect([home.names('.claude'), home.read('.claude/settings.json')]).toEqual([['settings.json'], '{}']);
    chmodSync(join(home.path, '.claude'), 0o755);
  });

  test('a write-protected file is left alone', () => {
    home.put('.claude/settings.json', '{}', 0o444);
    for (const folder of ['.', '.claude']) chmodSync(join(home.path, folder), 0o777);
    const { exit, err } = asSomebody(() => home.run('claude', { write: true }));
    expect({ exit, err }).toEqual({ exit: 1, err: [expect.stringMatching(/cannot change .*settings\.json/)] });
    expect([home.names('.claude'), home.read('.claude/settings.json')]).toEqual([['settings.json'], '{}']);
  });

  test('when the second file cannot be changed the first is put back', () => {
    home.put('.gemini/.env', 'A=1\n', 0o666);
    mkdirSync(join(home.path, 'locked'));
    writeFileSync(join(home.path, 'locked/settings.json'), '{}');
    symlinkSync(join(home.path, 'locked/settings.json'), join(home.path, '.gemini/settings.json'));
    for (const folder of ['.', '.gemini']) chmodSync(join(home.path, folder), 0o777);
    chmodSync(join(home.path, 'locked'), 0o555);
    const { exit, err } = asSomebody(() => home.run('gemini', { write: true }));
    expect({ exit, err }).toEqual({ exit: 1, err: [expect.stringMatching(/cannot change .*settings\.json/)] });
    expect([home.read('.gemini/.env'), home.read('locked/settings.json')]).toEqual(['A=1\n', '{}']);
    expect(home.names('.gemini')).toEqual(['.env', 'settings.json']);
    chmodSync(join(home.path, 'locked'), 0o755);
  });
});

describe('links', () => {
  test('a link is followed and stays a link, and the backup lies beside the link', () => {
    const real = home.put('dotfiles/claude.json', '{"a": 1}\n');
    mkdirSync(join(home.path, '.claude'));
    symlinkSync('../dotfiles/claude.json', join(home.path, '.claude/settings.json'));
    home.run('claude', { write: true });
    expect(lstatSync(join(home.path, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ a: 1, env: {} });
    expect([home.names('dotfiles'), home.names('.claude').length]).toEqual([['claude.json'], 2]);
    home.run('claude', { undo: true });
    expect(lstatSync(join(home.path, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('{"a": 1}\n');
  });

  test('a link to a file that is not there yet makes that file', () => {
    mkdirSync(join(home.path, 'dotfiles'));
    mkdirSync(join(home.path, '.claude'));
    symlinkSync(join(home.path, 'dotfiles/claude.json'), join(home.path, '.claude/settings.json'));
    expect(home.run('claude', { write: true }).exit).toBe(0);
    expect(home.names('dotfiles')).toEqual(['claude.json']);
    home.run('claude', { undo: true });
    expect(home.names('dotfiles')).toEqual([]);
    expect(lstatSync(join(home.path, '.claude/settings.json')).isSymbolicLink()).toBe(true);
  });

  test('a circle of links is refused', () => {
    mkdirSync(join(home.path, '.claude'));
    symlinkSync('settings.json', join(home.path, '.claude/settings.json'));
    expect(home.run('claude', { write: true })).toMatchObject({ exit: 1, err: [expect.stringMatching(/circle/)] });
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
