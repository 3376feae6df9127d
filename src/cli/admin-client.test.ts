import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminFault, adminClient, clientAt, refusalOf } from './admin-client.ts';

const KEY = 'k'.repeat(43);
let directory = '';
const servers: Server[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-admin-'));
  writeFileSync(join(directory, 'admin.key'), `${KEY}\n`, { mode: 0o600 });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function faultOf(asked: Promise<unknown>): Promise<AdminFault> {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(AdminFault);
  return fault as AdminFault;
}

describe('the admin client', () => {
  it('asks with the key of the data directory and gives status and document', async () => {
    const seen: string[] = [];
    const url = await answering((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      request.resume();
      response.writeHead(409, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"the file has changed"}}');
    });
    const answer = await clientAt(url, directory).put('/api/config', { version: '1' });
    expect(seen).toEqual([`PUT /api/config Bearer ${KEY}`]);
    expect(answer.status).toBe(409);
    expect(refusalOf(answer)).toBe('the file has changed');
  });

  it('sends a body as JSON', async () => {
    const url = await answering((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(Buffer.concat(chunks)));
    });
    const answer = await clientAt(url, directory).post('/api/accounts', { email: 'ünï@example.com' });
    expect(answer.body).toEqual({ email: 'ünï@example.com' });
  });

  it('streams bytes as they come', async () => {
    const url = await answering((_request, response) => {
      response.write('a');
      response.end('b');
    });
    let text = '';
    for await (const bytes of await clientAt(url, directory).stream('/api/events')) text += Buffer.from(bytes);
    expect(text).toBe('ab');
  });

  it('says where no gateway answers, and how to start one', async () => {
    const url = await answering(() => {});
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const fault = await faultOf(clientAt(url, directory).get('/api/requests'));
    expect(fault.reason).toBe('absent');
    expect(fault.message).toContain(`no gateway answers on ${url}`);
    expect(fault.message).toContain('antigravity-tools serve');
  });

  it('says that the data directory is another one when the key is refused, without naming the key', async () => {
    const url = await answering((_request, response) => response.writeHead(401).end('{}'));
    const fault = await faultOf(clientAt(url, directory).get('/api/requests'));
    expect(fault.reason).toBe('key');
    expect(fault.message).toContain('--data-dir');
    expect(fault.message).not.toContain(KEY);
  });

  it('takes what does not answer in JSON for a stranger', async () => {
    const url = await answering((_request, response) => response.end('<html>'));
    expect((await faultOf(clientAt(url, directory).get('/api/requests'))).reason).toBe('stranger');
  });

  it('never follows a redirect with the key', async () => {
    let asked = 0;
    const other = await answering((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const url = await answering((_request, response) => response.writeHead(302, { location: other }).end());
    expect((await clientAt(url, directory).get('/api/requests')).status).toBe(302);
    expect(asked).toBe(0);
  });

  it('says that no gateway has run where there is no key', async () => {
    const fault = await faultOf(clientAt('http://127.0.0.1:1', join(directory, 'none')).get('/api/requests'));
    expect(fault.reason).toBe('absent');
    expect(fault.message).toContain(join(directory, 'none'));
  });

  it('settles the address as serve does: flag over environment over file', () => {
    const config = join(directory, 'config.yaml');
    writeFileSync(config, 'server: { port: 9001 }\n');
    const urlOf = (flags: object, env: Record<string, string>): string => {
      const client = adminClient({ flags: { dataDir: directory, ...flags }, env });
      return 'errors' in client ? client.errors.join() : client.url;
    };
    expect(urlOf({}, {})).toBe('http://127.0.0.1:9001');
    expect(urlOf({}, { PORT: '9002' })).toBe('http://127.0.0.1:9002');
    expect(urlOf({ port: '9003', host: '0.0.0.0' }, { PORT: '9002' })).toBe('http://127.0.0.1:9003');
    expect(urlOf({ port: '0' }, {})).toContain('--port');
  });
});
