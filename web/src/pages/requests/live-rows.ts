/**
 * What the live feed has told since the page was opened, and how it comes before the rows of the journal. Pure: the feed tells events, the list reads
 * the state. It never moves what somebody reads: a paused list shows what it showed, a scrolled one takes in nothing new.
 */

import type { LiveRow } from '../../../../src/monitor/views.ts';
import type { Link } from '../../live.ts';
import { type Filter, isRunning, type ListedRow, matches } from './filter.ts';

/** A row and when it was told, by the browser's clock: a running one grows older from there. */
export interface Told {
  readonly row: LiveRow;
  readonly at: number;
}
type ToldRows = ReadonlyMap<string, Told>;

export interface LiveState {
  readonly told: ToldRows;
  /** What was told when the list was paused. */
  readonly paused: ToldRows | undefined;
  readonly link: Link;
  readonly boot: string | undefined;
  /** Counts how often the list was fetched anew. */
  readonly generation: number;
  /** Something was missed: what was fetched and what was told do not meet any more. */
  readonly isStale: boolean;
  /** New rows that were not kept, because nobody looked at the top for so long. */
  readonly missed: number;
  readonly at: number;
}
export type LiveEvent =
  | { readonly what: 'told'; readonly rows: readonly LiveRow[]; readonly at: number }
  | { readonly what: 'hello'; readonly boot: string; readonly isFirst: boolean }
  | { readonly what: 'link'; readonly link: Link }
  | { readonly what: 'pause' }
  | { readonly what: 'go-on' }
  | { readonly what: 'refresh' }
  /** Requests were deleted: nothing that has ended is shown until it is fetched again. */
  | { readonly what: 'forget' };

/** Beyond this the list is fetched anew instead. */
export const TOLD_ROWS_MAX = 2_000;
/** Kept when the list is fetched anew: the journal is written a moment after the feed has told. */
export const TOLD_ROWS_KEPT = 200;

export const NOTHING_TOLD: LiveState = {
  told: new Map(),
  paused: undefined,
  link: 'connecting',
  boot: undefined,
  generation: 0,
  isStale: false,
  missed: 0,
  at: 0,
};

export function nextLive(state: LiveState, event: LiveEvent): LiveState {
  switch (event.what) {
    case 'told':
      return withRows(state, event.rows, event.at);
    case 'hello':
      return withHello(state, event.boot, event.isFirst);
    case 'link':
      return state.link === event.link ? state : { ...state, link: event.link };
    case 'pause':
      return { ...state, paused: state.told };
    case 'go-on':
      return { ...state, paused: undefined };
    case 'refresh':
      return anew(state, TOLD_ROWS_KEPT);
    case 'forget':
      return { ...anew(state, 0), paused: undefined };
  }
}

function anew(state: LiveState, keptMax: number): LiveState {
  const told = trimmed(state.told, keptMax);
  return { ...state, told, generation: state.generation + 1, isStale: false, missed: 0 };
}

function withRows(state: LiveState, rows: readonly LiveRow[], at: number): LiveState {
  const told = new Map(state.told);
  let missed = 0;
  for (const row of rows) {
    if (told.size < TOLD_ROWS_MAX || told.has(row.id)) told.set(row.id, { row, at });
    else missed += 1;
  }
  return { ...state, told, at, missed: state.missed + missed, isStale: state.isStale || missed > 0 };
}

/** What ran in a gateway that is gone does not run any more; what ran while nobody listened may have ended. The feed tells it again if it has not. */
function withHello(state: LiveState, boot: string, isFirst: boolean): LiveState {
  const ended = new Map([...state.told].filter(([, { row }]) => !isRunning(row)));
  return { ...state, boot, told: isFirst ? state.told : ended, isStale: !isFirst || state.isStale };
}

function trimmed(told: ToldRows, keptMax: number): ToldRows {
  const newestFirst = [...told.values()].sort((a, b) => inOrder(a.row, b.row));
  let kept = 0;
  const stays = newestFirst.filter(({ row }) => {
    if (isRunning(row)) return true;
    kept += 1;
    return kept <= keptMax;
  });
  return new Map(stays.map((each) => [each.row.id, each]));
}

// ---------------------------------------------------------------- the list

export interface Listed {
  /** Newest first. */
  readonly rows: readonly ListedRow[];
  /** How many are held back. */
  readonly waiting: number;
}

/** `frozen`: the told rows that a scrolled list shows; undefined takes in everything. */
export function listRows(
  journal: readonly ListedRow[],
  state: LiveState,
  filter: Filter,
  frozen: ReadonlySet<string> | undefined,
): Listed {
  const shown = state.paused ?? state.told;
  const fits = ({ row }: Told): boolean => matches(filter, row, state.at);
  const listed = [...shown.values()].filter((each) => fits(each) && (frozen === undefined || frozen.has(each.row.id)));
  const fresh = listed.map(({ row }) => row).sort(inOrder);
  const rows = merge(fresh, journal);
  if (state.paused === undefined && frozen === undefined) return { rows, waiting: 0 };
  const seen = new Map(listed.map((each) => [each.row.id, each]));
  const isWaiting = (each: Told): boolean =>
    fits(each) && (state.paused === undefined ? !seen.has(each.row.id) : state.paused.get(each.row.id) !== each);
  const waiting = [...state.told.values()].filter(isWaiting);
  const known = idsSince(journal, waiting);
  return { rows, waiting: waiting.filter(({ row }) => !known.has(row.id)).length + state.missed };
}

/** What was told stands for what was fetched, where both know a request. Only the head of the journal is looked at: the rest is older. */
function merge(fresh: readonly ListedRow[], journal: readonly ListedRow[]): readonly ListedRow[] {
  const oldest = fresh.at(-1);
  if (oldest === undefined) return journal;
  const ids = new Set(fresh.map((row) => row.id));
  let end = 0;
  while (end < journal.length && inOrder(journal[end] as ListedRow, oldest) <= 0) end += 1;
  const head = journal.slice(0, end).filter((row) => !ids.has(row.id));
  return [...fresh, ...head].sort(inOrder).concat(journal.slice(end));
}

function idsSince(journal: readonly ListedRow[], rows: readonly Told[]): ReadonlySet<string> {
  const times = rows.map(({ row }) => row.time);
  const oldest = times.reduce((least, time) => (time < least ? time : least), times[0] ?? '');
  const ids = new Set<string>();
  for (const row of rows.length === 0 ? [] : journal) {
    if (row.time < oldest) break;
    ids.add(row.id);
  }
  return ids;
}

/** As the journal orders them: newest first, and by id among those of one moment. Times are ISO 8601 in UTC, so that text order is time order. */
function inOrder(a: { id: string; time: string }, b: { id: string; time: string }): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
