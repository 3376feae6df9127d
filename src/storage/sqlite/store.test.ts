import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChance, randomText } from '../../lab/seed.ts';
import type { Fact } from '../../model/journal.ts';
import type { World } from '../../model/ports.ts';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { recordOf, type Stated } from '../record.testing.ts';
import { openStorage, type Storage } from './open.ts';
import type { JournalLimits } from './upkeep.ts';

const HOUR = 3_600_000;
const SOON = { timeout: 15_000, interval: 20 };
const MEGABYTE = 1024 ** 2;
let directory: string;
let storage: Storage;
let now: number;
let limits: JournalLimits;
let alarms: { readonly ms: number; readonly ring: () => void }[];
const world = {
  now: () => now,
  elapsed: () => performance.now(),
  alarm: (ms: number, ring: () => void) => {
    alarms.push({ ms, ring });
    const timer = setTimeout(ring, ms);
    return { cancel: () => clearTimeout(timer) };
  },
} as World;

/** Facts carry the whole record. */
const noted = new Map<string, FinishedRecord>();
const recorder = (finished: (record: FinishedRecord) => void) => ({
  see: (fact: Fact) => finished(noted.get(fact.id) as FinishedRecord),
});
function note(stated: Stated): void {
  noted.set(stated.row.id, recordOf({ time: now, ...stated }));
  storage.journal.note({ fact: 'exchange-ended', id: stated.row.id } as Fact);
}
const ids = async () => (await storage.query.list({ limit: 1_000 })).map((row) => row.id);
const path = () => join(directory, 'requests.db');
const bytes = () =>
  [path(), `${path()}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
const inFiles = (text: string) =>
  [path(), `${path()}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(text));

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'agt-store-'));
  now = Date.UTC(2026, 0, 1);
  limits = { retentionMs: HOUR, maxSizeBytes: 1024 * MEGABYTE };
  alarms = [];
  noted.clear();
  storage = await openStorage({ directory, world, recorder, limits: () => limits });
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('retention', () => {
  it('deletes by age when the next row is written, and not a millisecond early', async () => {
    note({ row: { id: 'old' } });
    await expect.poll(ids, SOON).toEqual(['old']);
    now += HOUR;
    note({ row: { id: 'new' } });
    await expect.poll(ids, SOON).toEqual(['new', 'old']);
    now += 1;
    note({ row: { id: 'newer' } });
    await expect.poll(ids, SOON).toEqual(['newer', 'new']);
  });

  it('deletes by age from time to time when nothing is written', async () => {
    note({ row: { id: 'old' } });
    await expect.poll(ids, SOON).toEqual(['old']);
    now += HOUR + 1;
    alarms.find((alarm) => alarm.ms === 60_000)?.ring();
    await expect.poll(ids, SOON).toEqual([]);
  });

  it('follows a limit that is changed while it runs', async () => {
    note({ row: { id: 'old' } });
    await expect.poll(ids, SOON).toEqual(['old']);
    now += 1_000;
    limits = { ...limits, retentionMs: 500 };
    note({ row: { id: 'new' } });
    await expect.poll(ids, SOON).toEqual(['new']);
  });

  it('stays within its size under a steady load, file and log together, and keeps the newest', async () => {
    limits = { ...limits, maxSizeBytes: 8 * MEGABYTE };
    const chance = createChance('load');
    let largest = 0;
    for (let n = 1; n <= 1_200; n += 1) {
      now += 1;
      // Letters of chance do not pack well: about 15 KB a row, 18 MB in all.
      const body = randomText(20_000, chance);
      note({ row: { id: `r${String(n).padStart(5, '0')}` }, rest: { request: { headers: {}, body } } });
      if (n % 25 === 0) {
        const newest = `r${String(n).padStart(5, '0')}`;
        await expect.poll(async () => (await ids())[0], SOON).toBe(newest);
        largest = Math.max(largest, bytes());
      }
    }
    const kept = await ids();
    expect(largest).toBeLessThanOrEqual(8 * MEGABYTE);
    expect(largest).toBeGreaterThan(6 * MEGABYTE);
    expect(kept.length).toBeGreaterThan(200);
    expect(kept).toEqual([...kept].sort().reverse());
    expect(kept[0]).toBe('r01200');
    expect(storage.dropped().records).toBe(0);
  }, 60_000);
});

describe('deleting', () => {
  const canary = 'canary-7f3a9c';
  const withCanary = (id: string): Stated => ({
    row: { id, model: `model-${canary}`, path: `/v1/${canary}`, conversation: `talk-${canary}` },
    attempts: [{ failure: `stream-error: ${canary}` }],
    rest: { request: { headers: { 'x-canary': canary }, body: `short ${canary}` }, error: `because ${canary}` },
  });

  it('takes the text out of the file and of its log', async () => {
    note(withCanary('a'));
    note({ row: { id: 'b' } });
    await expect.poll(ids, SOON).toEqual(['b', 'a']);
    expect(inFiles(canary)).toBe(true);
    expect(await storage.store.remove({ q: canary })).toBe(1);
    expect(await ids()).toEqual(['b']);
    expect(inFiles(canary)).toBe(false);
    expect(inFiles('claude-haiku-4-5')).toBe(true);
    expect(await storage.store.facets()).toEqual({
      models: ['claude-haiku-4-5', 'gemini-3-flash'],
      accounts: ['ada@example.com'],
    });
  });

  it('also when there are more rows than one step deletes', async () => {
    for (let n = 0; n < 450; n += 1) note(n % 2 === 0 ? withCanary(`c${n}`) : { row: { id: `b${n}` } });
    await expect.poll(async () => (await ids()).length, SOON).toBe(450);
    expect(await storage.store.remove({ path: `/v1/${canary}` })).toBe(225);
    expect((await ids()).filter((id) => id.startsWith('c'))).toEqual([]);
    expect(await ids()).toHaveLength(225);
    expect(inFiles(canary)).toBe(false);
  });

  it('of everything leaves nothing of it either, and rows that are written since get names of their own', async () => {
    for (let n = 0; n < 60; n += 1) note(withCanary(`c${n}`));
    await expect.poll(async () => (await ids()).length, SOON).toBe(60);
    expect(await storage.store.remove({})).toBe(60);
    expect(inFiles(canary)).toBe(false);
    note({ row: { id: 'after', model: 'another' } });
    await expect.poll(ids, SOON).toEqual(['after']);
    // The reading thread remembers the names of before.
    expect((await storage.query.find('after'))?.row.model).toBe('another');
    expect(await storage.store.facets()).toMatchObject({ models: ['another', 'gemini-3-flash'] });
  });

  it('of everything gives the room back', async () => {
    const chance = createChance('room');
    for (let n = 0; n < 300; n += 1) {
      note({ row: { id: `r${n}` }, rest: { request: { headers: {}, body: randomText(20_000, chance) } } });
    }
    await expect.poll(async () => (await ids()).length, SOON).toBe(300);
    await storage.store.vacuum();
    expect(bytes()).toBeGreaterThan(3 * MEGABYTE);
    expect(await storage.store.remove({})).toBe(300);
    expect(bytes()).toBeLessThan(0.3 * MEGABYTE);
    expect(await storage.store.sizes()).toEqual({ bytes: bytes(), requests: 0, oldest: null });
    note({ row: { id: 'after' } });
    await expect.poll(ids, SOON).toEqual(['after']);
    expect((await storage.query.list({ limit: 5, q: 'afte' })).map((row) => row.id)).toEqual(['after']);
  });
});

describe('an export', () => {
  it('gives every record whole, newest first, over many pages, while rows are written', async () => {
    for (let n = 100; n < 270; n += 1) {
      now += n % 3;
      note({ row: { id: `r${n}`, outcome: n % 2 === 0 ? 'ok' : 'failed' }, rest: { error: `e${n}` } });
    }
    await expect.poll(async () => (await ids()).length, SOON).toBe(170);
    const expected = (await ids()).filter((id) => Number(id.slice(1)) % 2 === 0);
    const seen: string[] = [];
    for await (const record of storage.store.records({ outcome: 'ok', limit: 1_000 })) {
      seen.push(record.row.id);
      expect(record).toEqual(await storage.query.find(record.row.id));
      if (seen.length === 10) note({ row: { id: 'late' } });
    }
    expect(seen).toEqual(expected);
    const some: string[] = [];
    for await (const record of storage.store.records({ limit: 60 })) some.push(record.row.id);
    expect(some).toHaveLength(60);
  });

  it('keeps every field that a record has', async () => {
    const rest: Stated['rest'] = {
      steps: [{ what: 'waiting', ms: 5, for_ms: 200, why: 'rest' }],
      changes: [{ n: 1, what: 'repaired', path: 'messages[0]', operation: 'set', before: '1', after: null }],
      marks: [{ end: 10, ms: 3 }],
      raw: [{ n: 1, body: 'event: x', marks: [{ end: 8, ms: 2 }] }],
      error: 'no account is left',
    };
    const attempts = [{ why: 'it may work elsewhere', hedge: true, resume: 'prefill' as const }];
    note({ row: { id: 'a', conversation: 'c1' }, attempts, rest });
    await expect.poll(ids, SOON).toEqual(['a']);
    const { search: _, ...whole } = noted.get('a') as FinishedRecord;
    expect(await storage.query.find('a')).toEqual(whole);
  });
});
