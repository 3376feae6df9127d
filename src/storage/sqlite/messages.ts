/** What is said between the main thread and the two workers that hold the databases. Only plain data crosses. */

import type { StateEntry, StateTable } from '../../model/ports.ts';
import type { FinishedRecord, RequestFilter, RequestRecord } from '../../monitor/rows.ts';
import type { FacetsView, StatsView, StorageView } from '../../monitor/views.ts';
import type { StatsAsk } from './stats.ts';
import type { JournalLimits } from './upkeep.ts';

export type StateChange =
  | { readonly change: 'put'; readonly table: StateTable; readonly entry: StateEntry }
  | { readonly change: 'drop'; readonly table: StateTable; readonly key: string };

export interface StoredEntry extends StateEntry {
  readonly table: StateTable;
}

export interface Removed {
  readonly deleted: number;
  readonly below: number;
  readonly more: boolean;
}

/** One question of each kind and its answer. `now` stands in for a clock, which a worker does not have. */
export interface Questions {
  /** Opens both databases, forgets what has expired, reads the state: least recently used first. */
  open: { readonly ask: { readonly now: number }; readonly answer: readonly StoredEntry[] };
  /** Answers how many records could not be written for a reason of their own. */
  'write-records': {
    readonly ask: { readonly now: number; readonly records: readonly FinishedRecord[] };
    readonly answer: number;
  };
  'write-state': {
    readonly ask: { readonly now: number; readonly changes: readonly StateChange[] };
    readonly answer: null;
  };
  /** Rows as `pieces.ts` makes them. */
  list: { readonly ask: { readonly filter: RequestFilter }; readonly answer: readonly string[] };
  find: { readonly ask: { readonly id: string }; readonly answer: RequestRecord | null };
  facets: { readonly ask: Record<never, never>; readonly answer: FacetsView };
  stats: { readonly ask: StatsAsk; readonly answer: StatsView };
  sizes: { readonly ask: Record<never, never>; readonly answer: Pick<StorageView, 'bytes' | 'requests' | 'oldest'> };
  /** One page of whole records; empty only when there are no more. */
  records: { readonly ask: { readonly filter: RequestFilter }; readonly answer: readonly RequestRecord[] };
  /** One step of keeping the journal within its limits; true when another is due. */
  'keep-up': { readonly ask: { readonly now: number; readonly limits: JournalLimits }; readonly answer: boolean };
  /** One step of deleting; what comes next is asked for with the `below` of the answer. */
  remove: {
    readonly ask: { readonly now: number; readonly filter: Omit<RequestFilter, 'limit'>; readonly below: number };
    readonly answer: Removed;
  };
  /** Deletes everything; answers how many. */
  clear: { readonly ask: { readonly now: number }; readonly answer: number };
  /** One step of taking what is left of deleted rows out of the file; `fresh` is the first after a deletion. */
  cleanse: {
    readonly ask: { readonly now: number; readonly fresh: boolean };
    readonly answer: 'more' | 'busy' | 'done';
  };
  compact: { readonly ask: { readonly now: number }; readonly answer: 'more' | 'busy' | 'done' };
  close: { readonly ask: Record<never, never>; readonly answer: null };
}
export type Question = keyof Questions;
export type Ask<Q extends Question = Question> = Questions[Q]['ask'];
export type Answer<Q extends Question = Question> = Questions[Q]['answer'];

export interface WorkerOptions {
  readonly role: 'writer' | 'reader';
  readonly directory: string;
}
export interface Envelope {
  readonly number: number;
  readonly question: Question;
  readonly ask: Ask;
}
export interface Reply {
  readonly number: number;
  readonly answer?: Answer;
  readonly failure?: { readonly message: string; readonly again: boolean };
  /** What a person should know: a database was set aside. */
  readonly notices: readonly string[];
}
