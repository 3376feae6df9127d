/**
 * The thread that holds the databases: one instance writes both, another only reads the journal. It answers questions in order and
 * does nothing by itself; it has no clock and no timer.
 */

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { cleanse, forgetFile } from './cleanse.ts';
import { isUnreadable, mayPass, openForReading, openForWriting, setAside } from './database.ts';
import type { Answer, Ask, Envelope, Question, Reply, WorkerOptions } from './messages.ts';
import { inPieces } from './pieces.ts';
import { findRequest, listRequests, pageOfRecords, readExtent, readFacets } from './read.ts';
import { JOURNAL, type Schema, STATE } from './schema.ts';
import { readStats } from './stats.ts';
import { clear, compact, fileBytes, keepUp, remove } from './upkeep.ts';
import { readState, writeRecords, writeState } from './write.ts';

const { role, directory } = workerData as WorkerOptions;
const journalPath = join(directory, JOURNAL.file);
const open = new Map<Schema, DatabaseSync>();
let notices: string[] = [];

const answers: { readonly [Q in Question]: (ask: Ask<Q>) => Answer<Q> } = {
  open: ({ now }) => {
    openJournal(now);
    return writing(STATE, now, (database) => {
      forgetExpired(database, now);
      return readState(database, now);
    });
  },
  'write-records': ({ now, records }) => writing(JOURNAL, now, (database) => writeAll(database, records)),
  'write-state': ({ now, changes }) => {
    writing(STATE, now, (database) => writeState(database, changes, now));
    return null;
  },
  list: ({ filter }) => inPieces(listRequests(reading(), filter)),
  find: ({ id }) => findRequest(reading(), id),
  records: ({ filter }) => pageOfRecords(reading(), filter),
  facets: () => readFacets(reading()),
  stats: (ask) => readStats(reading(), ask),
  sizes: () => ({ bytes: fileBytes(journalPath), ...readExtent(reading()) }),
  'keep-up': ({ now, limits }) => writing(JOURNAL, now, (database) => keepUp(database, journalPath, now, limits)),
  remove: ({ now, filter, below }) => writing(JOURNAL, now, (database) => remove(database, filter, below)),
  clear: ({ now }) => writing(JOURNAL, now, clear),
  cleanse: ({ now, fresh }) => writing(JOURNAL, now, (database) => cleanse(database, journalPath, fresh)),
  compact: ({ now }) => writing(JOURNAL, now, (database) => compact(database, journalPath)),
  close: () => {
    closeAll();
    return null;
  },
};

parentPort?.on('message', ({ number, question, ask }: Envelope) => {
  const reply = replyTo(number, question, ask);
  notices = [];
  parentPort?.postMessage(reply);
});

function replyTo(number: number, question: Question, ask: Ask): Reply {
  try {
    const answer = (answers[question] as (ask: Ask) => Answer)(ask);
    return { number, answer, notices };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { number, failure: { message, again: mayPass(error) }, notices };
  }
}

/** Works on a database that is opened when first needed; one that proves damaged is set aside and the work done on a new one. */
function writing<T>(schema: Schema, now: number, work: (database: DatabaseSync) => T): T {
  if (role !== 'writer') throw new Error('only the writing worker writes');
  try {
    return work(opened(schema, now));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const damaged = open.get(schema);
    if (damaged !== undefined) close(damaged);
    open.delete(schema);
    const aside = setAside(join(directory, schema.file), now);
    notices.push(`${schema.file} is damaged (${String(error)}): it was renamed to ${aside} and a new one was made`);
    return work(opened(schema, now));
  }
}

/** A journal that cannot be opened must not keep the state from being read; its first batch tries again. */
function openJournal(now: number): void {
  try {
    opened(JOURNAL, now);
  } catch (error) {
    notices.push(`${JOURNAL.file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A disk that cannot be written may still be read. */
function forgetExpired(database: DatabaseSync, now: number): void {
  try {
    writeState(database, [], now);
  } catch (error) {
    if (!mayPass(error)) throw error;
  }
}

function opened(schema: Schema, now: number): DatabaseSync {
  const known = open.get(schema);
  if (known !== undefined) return known;
  const { database, notices: told } = openForWriting(directory, schema, now);
  notices.push(...told);
  open.set(schema, database);
  return database;
}

function reading(): DatabaseSync {
  const database = open.get(JOURNAL) ?? openForReading(directory, JOURNAL);
  open.set(JOURNAL, database);
  return database;
}

/** All in one transaction; where a record is itself to blame, each in one of its own, so that it takes no other with it. */
function writeAll(database: DatabaseSync, records: readonly FinishedRecord[]): number {
  try {
    writeRecords(database, records);
    return 0;
  } catch (error) {
    if (isUnreadable(error) || mayPass(error)) throw error;
  }
  let refused = 0;
  for (const record of records) {
    try {
      writeRecords(database, [record]);
    } catch (error) {
      if (isUnreadable(error) || mayPass(error)) throw error;
      refused += 1;
    }
  }
  return refused;
}

function closeAll(): void {
  for (const database of open.values()) close(database);
  open.clear();
}

function close(database: DatabaseSync): void {
  database.close();
  forgetFile(database);
}
