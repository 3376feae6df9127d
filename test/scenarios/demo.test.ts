import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const house = fileURLToPath(new URL('../..', import.meta.url));

function run(command: string, args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: house, env: { ...process.env, NO_COLOR: '1' } });
    let out = '';
    let err = '';
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes;
    });
    child.stderr.on('data', (bytes: Buffer) => {
      err += bytes;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('npm run demo -- --once', () => {
  it('builds, shows every answer whole and what healed it, and exits 0', async () => {
    const { code, out, err } = await run('npm', ['run', '--silent', 'demo', '--', '--once']);
    expect(err).toBe('');
    expect(out).toContain('18 of 18 answers arrived whole.');
    expect(out).toContain('signature refused → repaired');
    expect(out).toContain('ended → other account');
    expect(code).toBe(0);
  });
});

describe('the built command', () => {
  it('lists only what can be done, and explains a wrong use with exit code 2', async () => {
    const command = [`${house}/dist/cli/antigravity-tools.js`];
    const help = await run(process.execPath, [...command, '--help']);
    expect(help.code).toBe(0);
    const built = [
      'serve',
      'connect',
      'demo',
      'lab',
      'validate',
      'open',
      'explain',
      'requests',
      'logs',
      'export',
      'accounts',
    ];
    for (const name of built) expect(help.out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    for (const name of ['keys', 'doctor', 'service']) expect(help.out).not.toMatch(new RegExp(`^ {2}${name} `, 'm'));
    const wrong = await run(process.execPath, [...command, 'serve', '--prot', '1']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("unknown option '--prot'");
    expect(wrong.err).not.toContain('    at ');
  });
});
