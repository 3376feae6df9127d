/**
 * The journal's queue: finished records wait here for the worker, within limits. When the disk cannot keep up bodies are given up first,
 * then whole records, and every loss is counted. Noting a fact never waits and never throws.
 */

import type { World } from '../../model/ports.ts';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { type Link, StorageError } from './link.ts';
import { createPump } from './pump.ts';

export interface Dropped {
  bodies: number;
  records: number;
}
export interface RecordQueue {
  add(record: FinishedRecord): void;
  /** Sends what is waiting; what the disk refuses then is lost and counted. */
  close(): Promise<void>;
  readonly dropped: Readonly<Dropped>;
}
export interface QueueLimits {
  /** A batch is sent when it has come to this. */
  readonly batchBytesMax: number;
  /** Above it bodies are given up, oldest first. */
  readonly queueBytesMax: number;
  /** Above it records are given up, oldest first. */
  readonly queueRecordsMax: number;
}
export const QUEUE_LIMITS: QueueLimits = {
  batchBytesMax: 1024 * 1024,
  queueBytesMax: 32 * 1024 * 1024,
  queueRecordsMax: 20_000,
};

interface Queued {
  readonly record: FinishedRecord;
  readonly bytes: number;
}

export function createRecordQueue(
  link: Pick<Link, 'ask'>,
  world: World,
  trouble: (text: string) => void,
  { limits = QUEUE_LIMITS, written = () => {} }: { limits?: QueueLimits; written?: () => void } = {},
): RecordQueue {
  const dropped: Dropped = { bodies: 0, records: 0 };
  const backlog = createBacklog(limits, dropped);

  async function send(): Promise<'sent' | 'failed'> {
    const batch = backlog.take();
    try {
      const records = batch.map((entry) => entry.record);
      dropped.records += await link.ask('write-records', { now: world.now(), records });
      written();
      return 'sent';
    } catch (error) {
      trouble(`requests.db: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof StorageError && !error.again) {
        dropped.records += batch.length;
        return 'sent';
      }
      backlog.putBack(batch);
      return 'failed';
    }
  }

  const pump = createPump(world, { waiting: () => backlog.size() > 0, send });
  return {
    dropped,
    add(record) {
      backlog.add(queued(record));
      pump.kick(backlog.bytes() >= limits.batchBytesMax);
    },
    async close() {
      await pump.drain();
      pump.stop();
      dropped.records += backlog.size();
      backlog.clear();
    },
  };
}

/** The waiting records, within the limits; what is given up is counted in `dropped`. */
function createBacklog(limits: QueueLimits, dropped: Dropped) {
  /** Older records whose bodies were given up, then those that still have them. */
  let light: Queued[] = [];
  let full: Queued[] = [];
  let bytes = 0;

  function shed(): void {
    while (bytes > limits.queueBytesMax && full.length > 0) {
      const whole = full.shift() as Queued;
      const stripped = queued(withoutBodies(whole.record));
      bytes += stripped.bytes - whole.bytes;
      if (stripped.bytes < whole.bytes) dropped.bodies += 1;
      light.push(stripped);
    }
    while (light.length + full.length > limits.queueRecordsMax || bytes > limits.queueBytesMax) {
      const oldest = light.shift() ?? full.shift();
      if (oldest === undefined) return;
      bytes -= oldest.bytes;
      dropped.records += 1;
    }
  }

  return {
    size: () => light.length + full.length,
    bytes: () => bytes,
    add(entry: Queued) {
      full.push(entry);
      bytes += entry.bytes;
      shed();
    },
    take(): Queued[] {
      const batch: Queued[] = [];
      let batchBytes = 0;
      while (batchBytes < limits.batchBytesMax) {
        const next = light.shift() ?? full.shift();
        if (next === undefined) break;
        batch.push(next);
        batchBytes += next.bytes;
      }
      bytes -= batchBytes;
      return batch;
    },
    putBack(batch: readonly Queued[]) {
      full = [...batch, ...light, ...full];
      light = [];
      for (const entry of batch) bytes += entry.bytes;
      shed();
    },
    clear() {
      light = [];
      full = [];
      bytes = 0;
    },
  };
}

function queued(record: FinishedRecord): Queued {
  const lines = record.log.reduce((sum, line) => sum + line.msg.length, 0);
  const bodies = record.request.body.length + record.response.body.length + rawChars(record) + changeChars(record);
  return { record, bytes: RECORD_BYTES + record.search.length + lines + bodies };
}
function rawChars({ raw }: FinishedRecord): number {
  return raw.reduce((sum, answer) => sum + answer.body.length, 0);
}
function changeChars({ changes }: FinishedRecord): number {
  return changes.reduce((sum, change) => sum + (change.before?.length ?? 0) + (change.after?.length ?? 0), 0);
}
/** Estimate of a record without bodies, changes and log. */
const RECORD_BYTES = 1024;

function withoutBodies(record: FinishedRecord): FinishedRecord {
  return {
    ...record,
    request: { ...record.request, body: '' },
    response: { ...record.response, body: '' },
    changes: [],
    marks: [],
    raw: [],
  };
}
