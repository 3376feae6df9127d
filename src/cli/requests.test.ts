import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testRecord } from '../monitor/export/record.testing.ts';
import type { RequestRow } from '../monitor/rows.ts';
import type { LiveRow } from '../monitor/views.ts';
import { clientAt } from './admin-client.ts';
import { writeExport } from './export.ts';
import { showRequests } from './requests.ts';
import { testTerminal, until } from './terminal-io.testing.ts';
import { widthOf } from './terminal-text.ts';

let home: string;
let server: Server;
let serve: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'agt-requests-'));
  mkdirSync(join(home, 'data'));
  writeFileSync(join(home, 'data', 'admin.key'), `${'k'.repeat(43)}\n`);
  server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});

const client = () => clientAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, join(home, 'data'));
const row = (id: string, more: Partial<RequestRow> = {}): RequestRow => testRecord({ id, ...more }).row;
const live = (id: string, state: LiveRow['state'], more: Partial<LiveRow> = {}): string => {
  const told = { ...row(id), state, ...(state === 'ended' ? {} : { outcome: null, status: null }), ...more };
  return `event: request\ndata: ${JSON.stringify(told)}\n\n`;
};

/** The journal as pages of at most `pageMax` rows, newest first. */
function journal(rows: readonly RequestRow[], asked: URLSearchParams[] = [], pageMax = 200) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    asked.push(query);
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Math.min(pageMax, Number(query.get('limit')));
    const next_cursor = to < rows.length ? String(to) : null;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ requests: rows.slice(from, to), next_cursor }));
  };
}

describe('the command requests', () => {
  it('shows a table of what is in the journal, the newest last', async () => {
    serve = journal([row('R2', { outcome: 'failed', status: 503 }), row('R1')]);
    const { io, shown } = testTerminal();
    expect(await showRequests(client(), {}, io)).toBe(0);
    expect(shown.out).toHaveLength(3);
    expect(shown.out[0]).toMatch(/^time +outcome +status +model .* id$/);
    expect(shown.out[1]).toMatch(/ ok +200 +claude-haiku-4-5 .* R1$/);
    expect(shown.out[2]).toMatch(/ failed +503 .* R2$/);
  });

  it('asks for as many pages as it needs, and only for failures when told', async () => {
    const asked: URLSearchParams[] = [];
    serve = journal(
      Array.from({ length: 30 }, (_, at) => row(`R${at}`)),
      asked,
      10,
    );
    const { io, shown } = testTerminal();
    expect(await showRequests(client(), { limit: 25, failed: true, json: true }, io)).toBe(0);
    expect(shown.out.map((line) => (JSON.parse(line) as RequestRow).id)).toEqual(
      Array.from({ length: 25 }, (_, at) => `R${24 - at}`),
    );
    expect(asked.map((query) => [query.get('outcome'), query.get('limit')])).toEqual([
      ...[
        ['failed', '25'],
        ['failed', '15'],
        ['failed', '5'],
      ],
    ]);
  });

  it.each([20, 40, 80, 120])('fits a terminal of %i columns and keeps out what it would obey', async (columns) => {
    const evil = '\u001b[2J漢字\u0007'.repeat(20);
    serve = journal([row('R1', { model: evil, path: `/${evil}`, account_email: evil, mapped_model: evil })]);
    const { io, shown } = testTerminal({ columns });
    await showRequests(client(), {}, io);
    for (const line of shown.out) {
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });

  it('ends with 1 and a sentence when no gateway answers', async () => {
    const { io, shown } = testTerminal();
    expect(await showRequests(clientAt('http://127.0.0.1:9', join(home, 'data')), {}, io)).toBe(1);
    expect(shown.err).toEqual([expect.stringMatching(/no gateway answers/)]);
  });

  it('follows the feed: a row when a request ends, once, and the newest of before', async () => {
    let feed: ServerResponse | undefined;
    const list = journal([row('R1')]);
    serve = (request, response) => {
      if (request.url !== '/api/events') return list(request, response);
      feed = response.writeHead(200, { 'content-type': 'text/event-stream' });
      feed.flushHeaders();
    };
    const { io, shown, ending } = testTerminal();
    const done = showRequests(client(), { follow: true }, io);
    await until(() => shown.out.length === 2);
    const events = [
      live('R2', 'asking'),
      ': ping\n\n',
      'event: other\ndata: {}\n\n',
      'event: request\ndata: {no json\n\n',
    ];
    const ends = [
      live('R1', 'ended'),
      live('R2', 'ended'),
      live('R2', 'ended'),
      live('R3', 'ended', { outcome: 'failed' }),
    ];
    const bytes = Buffer.from([...events, ...ends].join(''));
    for (let at = 0; at < bytes.length; at += 700) feed?.write(bytes.subarray(at, at + 700));
    await until(() => shown.out.length === 4);
    ending.abort();
    expect(await done).toBe(0);
    expect(shown.out.slice(1).map((line) => line.split(' ').at(-1))).toEqual(['R1', 'R2', 'R3']);
    expect(shown.err).toEqual([]);
    expect(shown.written).toBe('');
  });

  it('marks on a terminal what is under way, and takes the mark away before each row', async () => {
    const list = journal([]);
    serve = (request, response) => {
      if (request.url !== '/api/events') return list(request, response);
      response.writeHead(200).write(live('R1', 'answering', { model: 'claude-\u001b[2Jx' }));
      response.end(live('R1', 'ended'));
    };
    const { io, shown } = testTerminal({ isTty: true, columns: 60, env: { NO_COLOR: '1' } });
    expect(await showRequests(client(), { follow: true }, io)).toBe(1);
    expect(shown.written).toContain('1 under way: claude-x answering');
    expect(shown.written.endsWith('\r\u001b[2K')).toBe(true);
    expect(shown.out).toHaveLength(2);
    expect(shown.err.at(-1)).toContain('has ended the live feed');
  });
});

it('tells in one sentence that the gateway died while it was followed', async () => {
  const list = journal([]);
  serve = (request, response) => {
    if (request.url !== '/api/events') return list(request, response);
    response.writeHead(200).write(': ping\n\n');
    setTimeout(() => response.destroy(), 50);
  };
  const { io, shown } = testTerminal();
  expect(await showRequests(client(), { follow: true }, io)).toBe(1);
  expect(shown.err).toEqual([expect.stringMatching(/^antigravity-tools: the live feed broke off: /)]);
});

describe('the command export', () => {
  const write = (file: string, io: Parameters<typeof writeExport>[3]) =>
    writeExport(client(), '/api/requests/export?format=csv', file, io);

  it('writes a file that only its owner may read', async () => {
    serve = (_request, response) => void response.writeHead(200).end('a,b\r\n');
    const file = join(home, 'out.csv');
    expect(await write(file, testTerminal().io)).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('a,b\r\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes to stdout when the file is -', async () => {
    serve = (_request, response) => void response.writeHead(200).end('a,b\r\n');
    const { io, shown } = testTerminal();
    expect(await write('-', io)).toBe(0);
    expect(shown.written).toBe('a,b\r\n');
  });

  it('leaves what was there and no half of a file when the gateway breaks off', async () => {
    serve = (_request, response) => {
      response.writeHead(200).write('half');
      setImmediate(() => response.destroy());
    };
    const file = join(home, 'out.csv');
    writeFileSync(file, 'before');
    const { io, shown } = testTerminal();
    expect(await write(file, io)).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(home).sort()).toEqual(['data', 'out.csv']);
    expect(shown.err).toEqual([expect.stringContaining('not whole')]);
  });

  it('says where it cannot write, in words', async () => {
    serve = (_request, response) => void response.writeHead(200).end('a,b\r\n');
    const { io, shown } = testTerminal();
    const file = join(home, 'nowhere', 'out.csv');
    expect(await write(file, io)).toBe(1);
    expect(shown.err).toEqual([`antigravity-tools: ${file} cannot be written: there is no such directory`]);
  });

  it('tells the gateway’s own sentence when it refuses', async () => {
    serve = (_request, response) => {
      response
        .writeHead(503, { 'content-type': 'application/json' })
        .end('{"error":{"message":"the journal is sick"}}');
    };
    const { io, shown } = testTerminal();
    expect(await write(join(home, 'x'), io)).toBe(1);
    expect(shown.err).toEqual([expect.stringContaining('the journal is sick')]);
  });
});
