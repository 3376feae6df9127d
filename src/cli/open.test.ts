import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../world.ts';
import { open } from './open.ts';
import { type BrowserCommand, browserCommand, launch } from './open-browser.ts';

const KEY = 'k'.repeat(43);
const LINK = 'http://127.0.0.1:1/sign-in?code=once';

let directory: string;
let server: Server;
let asked: string[];
let answer: { status: number; body: unknown };
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'agt-open-'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'admin.key'), `${KEY}\n`, { mode: 0o600 });
  asked = [];
  answer = { status: 200, body: { url: LINK, expires_in_s: 600 } };
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function run(flags: { print?: boolean } = {}, given: { screen?: boolean; opens?: boolean } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const launched: BrowserCommand[] = [];
  const code = await open(
    { ...flags, dataDir: directory, port: (server.address() as AddressInfo).port },
    {
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      env: given.screen === false ? {} : { DISPLAY: ':0' },
      signal: new AbortController().signal,
      platform: 'linux',
      launch: async (command) => {
        launched.push(command);
        return given.opens !== false;
      },
    },
  );
  return { code, out, err, launched };
}

describe('open', () => {
  it('asks the gateway for a link with the admin key, and opens the browser with it', async () => {
    const { code, out, launched } = await run();
    expect(asked).toEqual([`POST /api/session/link Bearer ${KEY}`]);
    expect(launched).toEqual([{ command: 'xdg-open', args: [LINK] }]);
    expect(out.join('\n')).not.toContain('code=');
    expect(code).toBe(0);
  });

  it('prints the link alone where it is asked to', async () => {
    const { code, out, launched } = await run({ print: true });
    expect([code, out, launched]).toEqual([0, [LINK], []]);
  });

  it.each([{ screen: false }, { opens: false }])(
    'prints the link where no browser can be started: %o',
    async (given) => {
      const { code, out } = await run({}, given);
      expect(out).toEqual([`Monitor: ${LINK} (once, within 10 minutes; again: antigravity-tools open)`]);
      expect(code).toBe(0);
    },
  );

  it('says what the gateway refused', async () => {
    answer = { status: 429, body: { error: { message: 'too many wrong attempts' } } };
    const { code, err, out } = await run();
    expect([code, out]).toEqual([1, []]);
    expect(err.join()).toContain('too many wrong attempts');
  });

  it('says that no gateway answers where none does', async () => {
    await new Promise((resolve) => server.close(resolve));
    server = createServer();
    const err: string[] = [];
    const io = {
      out: () => undefined,
      err: (line: string) => void err.push(line),
      env: {},
      platform: 'linux',
    } as const;
    const rest = { signal: new AbortController().signal, launch: async () => true };
    expect(await open({ dataDir: directory, port: 9 }, { ...io, ...rest })).toBe(1);
    expect(err.join()).toContain('antigravity-tools serve');
  });
});

describe('the browser', () => {
  const odd = 'http://127.0.0.1/?a=$(touch x)&b="; ls';
  it.each(['linux', 'darwin', 'win32'] as const)('gets the address as one argument on %s', (platform) => {
    expect(browserCommand(odd, platform, { DISPLAY: ':0' })?.args.at(-1)).toBe(odd);
  });

  it('is not looked for without a screen', () => {
    expect(browserCommand(odd, 'linux', { DISPLAY: '' })).toBeUndefined();
    expect(browserCommand(odd, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBeDefined();
  });

  it.each([
    ['that opens', process.execPath, ['-e', ''], true],
    ['that fails', process.execPath, ['-e', 'process.exit(3)'], false],
    ['that is not there', '/nowhere/xdg-open', [], false],
  ])('%s is told so', async (_what, command, args, isOpen) => {
    expect(await launch({ command, args }, createWorld())).toBe(isOpen);
  });
});
