import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { World } from '../model/ports.ts';
import { createLog, journalToLog } from './log.ts';
import { createRedactor } from './redact.ts';

let directory: string;
let now: number;
let elapsed: number;
const never = () => {
  throw new Error('not used');
};
const world: World = {
  now: () => now,
  elapsed: () => elapsed,
  alarm: never,
  sleep: never,
  random: never,
  id: never,
};
const at = (day: number, hour = 12) => new Date(2026, 2, day, hour, 30).getTime();

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'agt-log-')), 'logs');
  now = at(10);
  elapsed = 0;
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

function open(level: 'debug' | 'info' | 'warn' = 'info') {
  const redactor = createRedactor();
  redactor.add('canary-secret-value');
  return createLog({ directory, level, world, redact: redactor.text });
}
const lines = (file: string) =>
  readFileSync(join(directory, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('writes one JSON object a line to the file of the local day, for the owner only', async () => {
  const log = open();
  log.line('warn', 'hello', { request: 'A1', tries: 2 });
  await log.close();
  expect(lines('app.log.2026-03-10')).toEqual([
    { time: new Date(now).toISOString(), level: 'warn', request: 'A1', tries: 2, msg: 'hello' },
  ]);
  expect(statSync(join(directory, 'app.log.2026-03-10')).mode & 0o777).toBe(0o600);
});

it('begins a new file when the day changes, and loses no line by it', async () => {
  const log = open();
  for (const day of [10, 11, 12]) {
    now = at(day, day === 11 ? 0 : 23);
    for (let n = 0; n < 200; n += 1) log.line('info', `day ${day} line ${n}`);
  }
  await log.close();
  for (const day of [10, 11, 12]) {
    const found = lines(`app.log.2026-03-${day}`).map((line) => line.msg);
    expect(found).toEqual(Array.from({ length: 200 }, (_, n) => `day ${day} line ${n}`));
  }
});

it('goes on in the file of the same day after a restart', async () => {
  for (const msg of ['one', 'two']) {
    const log = open();
    log.line('info', msg);
    await log.close();
  }
  expect(lines('app.log.2026-03-10').map((line) => line.msg)).toEqual(['one', 'two']);
});

it('removes its own files after 14 days, at start and at the change of the day, and no other file', async () => {
  mkdirSync(directory, { recursive: true });
  const day = (n: number) => `app.log.2026-02-${String(n).padStart(2, '0')}`;
  for (const name of [day(23), day(24), day(25), 'app.log.2020-01-01.gz', 'notes.2020-01-01']) {
    writeFileSync(join(directory, name), '');
  }
  const log = open();
  log.line('info', 'x');
  expect(readdirSync(directory)).not.toContain(day(23));
  expect(readdirSync(directory)).toContain(day(24));
  now = at(11);
  log.line('info', 'y');
  await log.close();
  expect(readdirSync(directory).sort()).toEqual([
    'app.log.2020-01-01.gz',
    day(25),
    'app.log.2026-03-10',
    'app.log.2026-03-11',
    'notes.2020-01-01',
  ]);
});

it('takes secrets out of messages and fields alike', async () => {
  const log = open();
  log.line('info', 'canary-secret-value', {
    request: 'A',
    deep: { url: 'https://x/?key=abc', k: ['canary-secret-value'] },
  });
  await log.close();
  const text = readFileSync(join(directory, 'app.log.2026-03-10'), 'utf8');
  expect(text).not.toContain('canary-secret-value');
  expect(text).not.toContain('abc');
  expect(JSON.parse(text).request).toBe('A');
});

it('writes only lines of its level and above, and the level can be changed while it runs', async () => {
  const log = open('warn');
  log.line('info', 'no');
  log.setLevel('debug');
  log.line('debug', 'yes');
  await log.close();
  expect(lines('app.log.2026-03-10').map((line) => line.msg)).toEqual(['yes']);
});

it('keeps percent signs, line breaks and its own fields as they are meant', async () => {
  const log = open();
  log.line('info', '100%s %d\nnext', { time: 'forged', level: 'forged', msg: 'forged' });
  await log.close();
  expect(lines('app.log.2026-03-10')).toEqual([
    { time: new Date(now).toISOString(), level: 'info', msg: '100%s %d\nnext' },
  ]);
});

it('never throws when the disk refuses, counts what was lost, and tries again later', async () => {
  mkdirSync(join(directory, '..'), { recursive: true });
  writeFileSync(directory, 'a file where the directory should be');
  const log = open();
  log.line('info', 'lost');
  await log.flush();
  log.line('info', 'lost too');
  expect(log.lost).toBe(2);
  rmSync(directory);
  log.line('info', 'still too early');
  expect(log.lost).toBe(3);
  elapsed += 60_000;
  log.line('info', 'back');
  await log.close();
  expect(lines('app.log.2026-03-10').map((line) => line.msg)).toEqual(['back']);
});

it('survives a directory that is taken away under it', async () => {
  const log = open();
  log.line('info', 'one');
  await log.flush();
  rmSync(directory, { recursive: true });
  log.line('info', 'into the void');
  now = at(11);
  log.line('info', 'two');
  await log.close();
  expect(lines('app.log.2026-03-11').map((line) => line.msg)).toEqual(['two']);
});

it('a field that cannot be written does not stop anybody', async () => {
  const log = open();
  const ring: Record<string, unknown> = {};
  ring.self = ring;
  log.line('info', 'ring', {
    ring,
    big: 1n,
    get: {
      toJSON: () => {
        throw new Error('no');
      },
    },
  });
  log.line('info', 'after');
  await log.close();
  expect(lines('app.log.2026-03-10').at(-1)?.msg).toBe('after');
});

it('tells the facts of an exchange, each line with its request id', async () => {
  const log = open();
  const journal = journalToLog(log);
  journal.note({
    fact: 'exchange-started',
    id: 'A1',
    time: now,
    protocol: 'gemini',
    method: 'POST',
    path: '/p',
    model: 'm',
    stream: true,
    headers: {},
    body: new Uint8Array(),
  });
  journal.note({ fact: 'waiting', id: 'A1', ms: 1, forMs: 200, backoff: 'fixed', why: 'w' });
  await log.close();
  expect(lines('app.log.2026-03-10').map(({ request, msg }) => [request, msg])).toEqual([
    ['A1', 'gemini request POST /p, model m, streamed'],
    ['A1', 'Retry with fixed delay: 200 ms (w)'],
  ]);
});
