import { describe, expect, it } from 'vitest';
import type { World } from '../../model/ports.ts';
import { exampleRecord, exampleRow } from '../../monitor/example.testing.ts';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { createRecordQueue, type QueueLimits } from './journal.ts';
import { StorageError } from './link.ts';

/** A record of which everything but the size of the body is fixed: 1024 + 10 bytes without it. */
const record = (id: string, bodyChars = 0): FinishedRecord => ({
  ...exampleRecord({ row: exampleRow({ id }), request: { headers: {}, body: 'x'.repeat(bodyChars) } }),
  search: '0123456789',
});
const PLAIN_BYTES = 1034;

/** Alarms ring when they are told to; the worker answers when it is told to. */
function setup(limits: Partial<QueueLimits> = {}) {
  const alarms = new Set<{ ms: number; ring: () => void }>();
  const world = {
    now: () => 0,
    alarm(ms: number, ring: () => void) {
      const alarm = { ms, ring };
      alarms.add(alarm);
      return { cancel: () => alarms.delete(alarm) };
    },
  } as unknown as World;
  const asked: { records: readonly FinishedRecord[]; resolve: (n: number) => void; reject: (e: Error) => void }[] = [];
  const link = {
    ask: (_question: string, ask: { records: readonly FinishedRecord[] }) =>
      new Promise((resolve, reject) => asked.push({ records: ask.records, resolve, reject })),
  };
  const troubles: string[] = [];
  const queue = createRecordQueue(link as never, world, (text) => troubles.push(text), {
    limits: { batchBytesMax: 1024 * 1024, queueBytesMax: 1e9, queueRecordsMax: 1e9, ...limits },
  });
  const ring = async () => {
    const due = [...alarms];
    alarms.clear();
    for (const alarm of due) alarm.ring();
    await settled();
    return due.map((alarm) => alarm.ms);
  };
  return { queue, asked, ring, troubles };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const ids = (records: readonly FinishedRecord[] | undefined) => records?.map((entry) => entry.row.id);

describe('the queue of the journal', () => {
  it('sends what has come together within 50 ms as one batch', async () => {
    const { queue, asked, ring } = setup();
    for (const id of ['a', 'b', 'c']) queue.add(record(id));
    expect(asked).toHaveLength(0);
    expect(await ring()).toEqual([50]);
    expect(asked.map((batch) => ids(batch.records))).toEqual([['a', 'b', 'c']]);
  });

  it('does not wait when a batch is full, and cuts it there', async () => {
    const { queue, asked } = setup({ batchBytesMax: 3 * PLAIN_BYTES });
    for (const id of ['a', 'b', 'c', 'd', 'e']) queue.add(record(id));
    expect(asked.map((batch) => ids(batch.records))).toEqual([['a', 'b', 'c']]);
    asked[0]?.resolve(0);
    await settled();
    expect(ids(asked[1]?.records)).toEqual(['d', 'e']);
  });

  it('has one batch under way at a time', async () => {
    const { queue, asked, ring } = setup();
    queue.add(record('a'));
    await ring();
    for (const id of ['b', 'c']) queue.add(record(id));
    await ring();
    expect(asked).toHaveLength(1);
    asked[0]?.resolve(0);
    await settled();
    expect(ids(asked[1]?.records)).toEqual(['b', 'c']);
  });

  it('gives up bodies first, oldest first, and counts them', async () => {
    const { queue, asked, ring } = setup({ queueBytesMax: 3 * PLAIN_BYTES + 2_500 });
    for (const id of ['a', 'b', 'c']) queue.add(record(id, 1_000));
    expect(queue.dropped).toEqual({ bodies: 1, records: 0 });
    await ring();
    expect(asked[0]?.records.map((entry) => [entry.row.id, entry.request.body.length])).toEqual([
      ['a', 0],
      ['b', 1000],
      ['c', 1000],
    ]);
  });

  it('gives up whole records when no bodies are left, and counts every one', async () => {
    const { queue, asked, ring } = setup({ queueBytesMax: 3 * PLAIN_BYTES });
    for (let n = 0; n < 10; n += 1) queue.add(record(`r${n}`, 1_000));
    expect(queue.dropped.records).toBe(7);
    expect(queue.dropped.bodies).toBe(10);
    await ring();
    expect(ids(asked[0]?.records)).toEqual(['r7', 'r8', 'r9']);
  });

  it('gives up records above their number too', async () => {
    const { queue, asked, ring } = setup({ queueRecordsMax: 2 });
    for (const id of ['a', 'b', 'c']) queue.add(record(id));
    expect(queue.dropped).toEqual({ bodies: 0, records: 1 });
    await ring();
    expect(ids(asked[0]?.records)).toEqual(['b', 'c']);
  });

  it('keeps a batch that the disk refused, tries again after a second, and says so', async () => {
    const { queue, asked, ring, troubles } = setup();
    queue.add(record('a'));
    await ring();
    asked[0]?.reject(new StorageError('database or disk is full', true));
    await settled();
    queue.add(record('b'));
    expect(asked).toHaveLength(1);
    expect(await ring()).toEqual([1000]);
    expect(ids(asked[1]?.records)).toEqual(['a', 'b']);
    expect(troubles).toEqual(['requests.db: database or disk is full']);
    expect(queue.dropped.records).toBe(0);
  });

  it('stays within its limits while the disk refuses for ever, and loses nothing uncounted', async () => {
    const { queue, asked, ring } = setup({ queueRecordsMax: 50, batchBytesMax: 10 * PLAIN_BYTES });
    let sent = 0;
    for (let n = 0; n < 1000; n += 1) {
      queue.add(record(`r${n}`));
      if (n % 100 === 99) {
        await ring();
        for (const batch of asked.splice(0)) batch.reject(new StorageError('full', true));
        await settled();
      }
    }
    while (queue.dropped.records + sent < 1000) {
      await ring();
      for (const batch of asked.splice(0)) {
        sent += batch.records.length;
        batch.resolve(0);
      }
      await settled();
    }
    expect(sent).toBe(50);
    expect(queue.dropped.records).toBe(950);
  });

  it('counts records that can never be written, and goes on with the next', async () => {
    const { queue, asked, ring } = setup();
    queue.add(record('a'));
    await ring();
    asked[0]?.reject(new StorageError('datatype mismatch', false));
    await settled();
    expect(queue.dropped.records).toBe(1);
    queue.add(record('b'));
    await ring();
    asked[1]?.resolve(1);
    await settled();
    expect(queue.dropped.records).toBe(2);
  });

  it('sends everything before it closes, and counts what is refused then', async () => {
    const { queue, asked } = setup({ batchBytesMax: 2 * PLAIN_BYTES });
    for (const id of ['a', 'b', 'c', 'd', 'e']) queue.add(record(id));
    const closed = queue.close();
    asked[0]?.resolve(0);
    await settled();
    asked[1]?.reject(new StorageError('full', true));
    await closed;
    expect(queue.dropped.records).toBe(3);
    expect(asked).toHaveLength(2);
  });
});
