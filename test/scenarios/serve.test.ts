/** The command as a person or a service manager runs it: what it prints, how it ends, and what it remembers. */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, rowsOf, type TestSetup, waitFor } from './gateway.ts';
import {
  type Home,
  makeHome,
  type RunningCommand,
  runCommand,
  type ServedGateway,
  serveFrom,
} from './served-process.ts';
import { answerSmall, askedOf } from './small-answers.ts';
import { serveJson, startUpstream, type Upstream, type UpstreamCall } from './upstream.ts';

let upstream: Upstream;
let behave: (call: UpstreamCall) => void | Promise<void> = answerSmall;
const homes: Home[] = [];
const processes: RunningCommand[] = [];

beforeAll(async () => {
  upstream = await startUpstream((call) => behave(call));
});
afterEach(async () => {
  behave = answerSmall;
  for (const { child, ended } of processes.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  for (const home of homes.splice(0)) home.remove();
});
afterAll(() => upstream.close());

function homeWith(setup: TestSetup | string): Home {
  const home = makeHome(setup);
  homes.push(home);
  return home;
}

async function serve(home: Home, more: readonly string[] = []): Promise<ServedGateway> {
  const gateway = await serveFrom(home, more);
  processes.push(gateway);
  return gateway;
}

const ada = () => loopbackAccount('anthropic', 'ada', upstream.url);
const bob = () => loopbackAccount('anthropic', 'bob', upstream.url);
const { path, body } = askedOf.anthropic;

function hello(gateway: ServedGateway, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return askJson(`${gateway.url}${path}`, body, headers);
}

describe('serve', () => {
  it('prints one line on stdout when it accepts connections, and ends with 0 on SIGTERM and on SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const gateway = await serve(homeWith({ accounts: [ada()] }));
      expect((await ask(`${gateway.url}/health`, { method: 'GET' })).status).toBe(200);
      expect((await ask(`${gateway.url}/readyz`, { method: 'GET' })).status).toBe(200);
      expect((await hello(gateway)).status).toBe(200);
      gateway.child.kill(signal);
      expect(await gateway.ended).toBe(0);
      expect(gateway.stdout()).toBe(`antigravity-tools ready on ${gateway.url}\n`);
      expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
    }
  });

  it('is the default command, and starts without any configuration', async () => {
    const home = homeWith('{}');
    const running = runCommand(['--port', '0', '--data-dir', home.dataDirectory], { HOME: home.directory });
    processes.push(running);
    const url = await waitFor('the ready line', () => /ready on (\S+)\n/.exec(running.stdout())?.[1], 30_000);
    const answer = await askJson(`${url}${path}`, body);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  it('keeps its data from other users of the machine', async () => {
    const home = homeWith({ accounts: [ada()] });
    const gateway = await serve(home);
    await hello(gateway);
    const mode = (at: string): string => (statSync(at).mode & 0o777).toString(8);
    expect(mode(home.dataDirectory)).toBe('700');
    const inside = readdirSync(home.dataDirectory, { recursive: true, withFileTypes: true });
    const modes = inside.map((entry) => {
      const wanted = entry.isDirectory() ? '700' : '600';
      const found = mode(join(entry.parentPath, entry.name));
      return found === wanted ? undefined : `${entry.name} has ${found}`;
    });
    expect(modes.filter(Boolean)).toEqual([]);
    const names = inside.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['admin.key', 'state.db', 'requests.db', 'logs']));
    expect(readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim().length).toBeGreaterThanOrEqual(43);
  });

  it('writes a log of JSON lines, one file a day, in which a request is found by its id', async () => {
    const home = homeWith({ accounts: [ada()] });
    const gateway = await serve(home);
    behave = (call) => (call.headers['anthropic-once'] ? answerSmall(call) : void call.response.writeHead(200).end());
    const failed = await hello(gateway);
    const id = failed.headers['x-request-id']!;
    const logs = join(home.dataDirectory, 'logs');
    const lines = await waitFor('the log of the request', () => {
      const files = readdirSync(logs);
      expect(files).toEqual([expect.stringMatching(/^app\.log\.\d{4}-\d{2}-\d{2}$/)]);
      const all = readFileSync(join(logs, files[0]!), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
      const mine = all.filter(({ request }) => request === id);
      return mine.some(({ msg }) => /Stream ended during peek/.test(msg)) && all;
    });
    for (const line of lines) {
      expect(line).toMatchObject({ time: expect.anything(), level: expect.anything(), msg: expect.any(String) });
    }
  });
});

interface Line {
  readonly request?: string;
  readonly msg: string;
}

/** Ends by itself, with a paragraph a person can act on. */
async function expectEnd(running: RunningCommand, code: number, said: RegExp): Promise<void> {
  processes.push(running);
  expect(await running.ended, running.stderr()).toBe(code);
  expect(running.stderr()).toMatch(said);
  expect(running.stderr()).not.toMatch(/\n\s+at |node:internal|Error: /);
  expect(running.stdout()).toBe('');
}

describe('serve refuses to start', () => {
  const start = (home: Home, more: readonly string[] = [], env: Record<string, string> = {}): RunningCommand =>
    runCommand(['serve', '--config', home.configFile, '--data-dir', home.dataDirectory, '--port', '0', ...more], {
      HOME: home.directory,
      ...env,
    });

  it('with an unknown key, and names file, line, key and the nearest known one', async () => {
    const home = homeWith('{\n "healing": {\n  "max_attemts": 3\n }\n}\n');
    await expectEnd(start(home), 2, /config\.json:3.*max_attemts.*max_attempts/s);
  });

  it('with a file that is no JSON and no YAML, or is not there', async () => {
    await expectEnd(start(homeWith('{ "server": [')), 2, /config\.json/);
    const home = homeWith('{}');
    await expectEnd(start({ ...home, configFile: join(home.directory, 'absent.yaml') }), 2, /absent\.yaml/);
  });

  it('with a wrong flag, a wrong port and a wrong variable', async () => {
    const home = homeWith('{}');
    await expectEnd(start(home, ['--prot', '1']), 2, /--prot/);
    await expectEnd(start(home, ['--port', 'many']), 2, /port/);
    await expectEnd(start(home, [], { LOG_LEVEL: 'loud' }), 2, /LOG_LEVEL/);
  });

  it('on a host of the network without a key', async () => {
    await expectEnd(start(homeWith('{}'), ['--host', '0.0.0.0']), 2, /0\.0\.0\.0.*key/s);
    const off = { accounts: [], server: { auth: { mode: 'off', keys: ['a-key-that-is-long-enough-0123456789'] } } };
    await expectEnd(start(homeWith(off), ['--host', '0.0.0.0']), 2, /auth/);
  });

  it('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await waitFor('the other server', () => other.listening);
    const port = String((other.address() as AddressInfo).port);
    const running = start(homeWith('{}'), ['--port', port]);
    processes.push(running);
    expect([1, 2]).toContain(await running.ended);
    expect(running.stderr()).toMatch(new RegExp(`${port}.*in use`));
    expect(running.stderr()).not.toMatch(/\n\s+at /);
    other.close();
  });

  it('in a data directory that is a file', async () => {
    const home = homeWith('{}');
    writeFileSync(home.dataDirectory, 'in the way');
    const running = start(home);
    processes.push(running);
    expect([1, 2]).toContain(await running.ended);
    expect(running.stderr()).toContain(home.dataDirectory);
    expect(running.stderr()).not.toMatch(/\n\s+at /);
  });
});

describe('serve on a host of the network', () => {
  it('asks for the key, except for its health', async () => {
    const key = 'a-key-that-is-long-enough-0123456789';
    const home = homeWith({ accounts: [ada()], server: { auth: { keys: [key] } } });
    const gateway = await serve(home, ['--host', '0.0.0.0']);
    expect((await hello(gateway)).status).toBe(401);
    expect((await hello(gateway, { 'x-api-key': key })).status).toBe(200);
    expect((await ask(`${gateway.url}/health`, { method: 'GET' })).status).toBe(200);
  });
});

describe('serve takes a changed configuration without a restart', () => {
  it('serves with a new account, and with none that was taken away', async () => {
    const home = homeWith({ accounts: [ada()] });
    const gateway = await serve(home);
    expect((await hello(gateway)).headers['x-account-email']).toBe('ada@example.com');
    home.configure({ accounts: [bob()] });
    await waitFor(
      'the new account',
      async () => (await hello(gateway)).headers['x-account-email'] === 'bob@example.com',
    );
    expect((await hello(gateway)).headers['x-account-email']).toBe('bob@example.com');
  });

  it('refuses a bad file whole, says why, and keeps the one before', async () => {
    const home = homeWith({ accounts: [ada()] });
    const gateway = await serve(home);
    home.configure(JSON.stringify({ accounts: [{ ...bob(), provider: 'nobody' }] }));
    await waitFor('the refusal', () => /not taken.*provider/.test(gateway.stderr()));
    for (let n = 0; n < 4; n += 1) expect((await hello(gateway)).headers['x-account-email']).toBe('ada@example.com');
    home.configure({ accounts: [bob()] });
    await waitFor(
      'the new account',
      async () => (await hello(gateway)).headers['x-account-email'] === 'bob@example.com',
    );
  });
});

describe('serve remembers after a restart', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('which account rests, ended by %s', async (signal) => {
    const home = homeWith({ accounts: [ada(), bob()] });
    const limited: string[] = [];
    behave = (call) => {
      if (!call.key.includes('ada')) return answerSmall(call);
      limited.push(call.key);
      call.response.setHeader('retry-after', '600');
      serveJson(call, 429, { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } });
    };
    const before = await serve(home);
    await waitFor('the limited account to be asked', async () => {
      expect((await hello(before)).headers['x-account-email']).toBe('bob@example.com');
      return limited.length === 1;
    });
    // A rest is on the disk a moment later, like everything else.
    await waitFor('the next answers', async () => (await hello(before)).status === 200);
    await new Promise((resolve) => setImmediate(resolve));
    await journalled(before, home);
    before.child.kill(signal);
    await before.ended;
    const after = await serve(home);
    for (let n = 0; n < 8; n += 1) expect((await hello(after)).headers['x-attempts']).toBe('1');
    expect(limited).toHaveLength(1);
    const rows = await rowsOf(after.url, readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim());
    expect(rows.length).toBeGreaterThan(2);
  });
});

/** Waits until the last request is in the journal: what was written before it is then on the disk as well. */
async function journalled(gateway: ServedGateway, home: Home): Promise<void> {
  const { headers } = await hello(gateway);
  const key = readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim();
  await waitFor('the row', async () =>
    (await rowsOf(gateway.url, key)).some(({ id }) => id === headers['x-request-id']),
  );
}
