import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHome, noon, noonStamp, type TestHome } from './connect-home.testing.ts';

let home: TestHome;
beforeEach(() => {
  home = createHome();
});
afterEach(() => {
  home.remove();
});

describe('--write beside what a person has', () => {
  test('foreign keys stay, the old text is kept to the byte, and undo brings it back', () => {
    const own = '{\n  "permissions": { "allow": ["Bash"] },\n  "env": {\n    "FOO": "1"\n  },\n  "model": "opus"\n}';
    home.configure('server: { auth: { keys: [agt-9f1c7e25d8b34a60918273c4] } }');
    home.put('.claude/settings.json', own, 0o640);
    expect(home.run('claude', { write: true })).toMatchObject({ exit: 0, err: [expect.stringMatching(/chmod 600/)] });
    expect(JSON.parse(home.read('.claude/settings.json'))).toEqual({
      permissions: { allow: ['Bash'] },
      env: {
        FOO: '1',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:8045',
        ANTHROPIC_AUTH_TOKEN: 'agt-9f1c7e25d8b34a60918273c4',
      },
      model: 'opus',
    });
    expect(home.modeOf('.claude/settings.json')).toBe(0o640);
    expect(home.names('.claude')).toEqual(['settings.json', `settings.json.antigravity-tools.${noonStamp}.bak`]);
    expect(home.read(`.claude/settings.json.antigravity-tools.${noonStamp}.bak`)).toBe(own);
    expect(home.modeOf(`.claude/settings.json.antigravity-tools.${noonStamp}.bak`)).toBe(0o600);
    expect(home.run('claude', { undo: true }).exit).toBe(0);
    expect(home.read('.claude/settings.json')).toBe(own);
    expect(home.modeOf('.claude/settings.json')).toBe(0o640);
    expect(home.names('.claude')).toEqual(['settings.json']);
  });

  test('a key of another gateway is replaced where it stands, and shown shortened', () => {
    home.put('.claude/settings.json', '{"env": {"ANTHROPIC_API_KEY": "sk-ant-0123456789abcdefghij"}}');
    const { text } = home.run('claude', { write: true });
    expect(text).not.toContain('0123456789abcdefghij');
    expect(text).toContain('sk-a…hij');
    expect(JSON.parse(home.read('.claude/settings.json')).env).toEqual({
      ANTHROPIC_API_KEY: 'sk-antigravity-tools-no-key-needed',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8045',
    });
  });

  test('comments and order stay in files that may have them', () => {
    const before = '{\n  // mine\n  "theme": "x", /* y */\n  "provider": {\n    "other": {}, // keep\n  },\n}\n';
    home.put('.config/opencode/opencode.jsonc', before);
    home.run('opencode', { write: true });
    const after = home.read('.config/opencode/opencode.jsonc');
    expect(after.startsWith(before.slice(0, before.indexOf('// keep') + 7))).toBe(true);
    expect(after).toContain('"antigravity-tools": {');
    expect(home.names('.config/opencode')).not.toContain('opencode.json');
    home.put('.config/opencode/opencode.json', '{}');
    home.run('opencode', { undo: true });
    expect(home.read('.config/opencode/opencode.jsonc')).toBe(before);
  });

  test('Codex: another model_provider is replaced, its table and all else stay', () => {
    const before = `model_provider = "work" # mine\nmodel = "m"\n\n[model_providers.work]\nbase_url = "https://w"\n`;
    home.put('.codex/config.toml', before);
    home.put('.codex/.env', 'A=1\n');
    const { text } = home.run('codex', { write: true });
    expect(text).toContain('-model_provider = "work" # mine\n+model_provider = "antigravity-tools" # mine');
    const after = home.read('.codex/config.toml');
    expect(after.startsWith(before.replace('"work" #', '"antigravity-tools" #'))).toBe(true);
    expect(home.read('.codex/.env')).toBe('A=1\nANTIGRAVITY_TOOLS_KEY=sk-antigravity-tools-no-key-needed\n');
    home.run('codex', { undo: true });
    expect([home.read('.codex/config.toml'), home.read('.codex/.env')]).toEqual([before, 'A=1\n']);
    expect(home.names('.codex')).toEqual(['.env', 'config.toml']);
  });

  test('what would still win over the settings is told', () => {
    home.put('.codex/config.toml', 'profile = "p"\n[profiles.p]\nmodel_provider = "work"\n');
    expect(home.run('codex', { write: true }).err.join()).toMatch(/profile .* Codex follows that one/);
    const env = { GEMINI_API_KEY: 'AIzaSomethingElse0123456' };
    const { err } = home.run('gemini', { write: true }, { env });
    expect(err).toEqual([expect.stringMatching(/^GEMINI_API_KEY is set in this shell/)]);
    expect(err.join()).not.toContain(env.GEMINI_API_KEY);
  });

  test('each change has its own backup, and undo goes back one at a time', () => {
    home.put('.claude/settings.json', '{}');
    home.run('claude', { write: true, port: '1' });
    // The clock stands still, or was set back.
    home.run('claude', { write: true, port: '2' }, { nowMs: noon - 5_000 });
    const base = () => JSON.parse(home.read('.claude/settings.json')).env?.ANTHROPIC_BASE_URL;
    expect(base()).toBe('http://127.0.0.1:2');
    home.run('claude', { undo: true });
    expect(base()).toBe('http://127.0.0.1:1');
    home.run('claude', { undo: true });
    expect(home.read('.claude/settings.json')).toBe('{}');
    expect(home.run('claude', { undo: true }).text).toMatch(/^nothing to undo/);
  });

  test('what was changed after connecting is kept aside when undo takes the file back', () => {
    home.put('.claude/settings.json', '{}');
    home.run('claude', { write: true });
    const later = home.read('.claude/settings.json').replace('{', '{ "theme": "dark",');
    home.put('.claude/settings.json', later);
    expect(home.run('claude', { undo: true }).text).toContain(`settings.json.antigravity-tools.${noonStamp}.undone`);
    expect(home.read('.claude/settings.json')).toBe('{}');
    expect(home.read(`.claude/settings.json.antigravity-tools.${noonStamp}.undone`)).toBe(later);
  });

  test('undo works without a valid configuration', () => {
    home.put('.claude/settings.json', '{}');
    home.run('claude', { write: true });
    home.configure('server: 7');
    expect(home.run('claude', { undo: true })).toMatchObject({ exit: 0, err: [] });
    expect(home.read('.claude/settings.json')).toBe('{}');
  });
});
