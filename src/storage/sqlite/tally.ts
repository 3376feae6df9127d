/**
 * Counts of requests by quarter of an hour, kept with every row that is written or deleted, so that the overview never reads the rows. A row counts
 * the same when it goes as when it came. Times to the first content are counted in classes of about 9 % width.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { AttemptRow, RequestRow } from '../../monitor/rows.ts';

export const SLOT_MS = 15 * 60_000;
/** Models and accounts are counted by the hour and, because there are many of them, by the day too. */
export const COARSE_SLOTS = 4;
export const DAY_SLOTS = 96;

/** `all`: everything; `model`, `account`: one of them; `failure`: kinds of failure of attempts; `fatal`: requests that failed with such an attempt. */
export type TallyKind = 'all' | 'model' | 'account' | 'model-day' | 'account-day' | 'failure' | 'fatal';

export type Counted = Pick<
  RequestRow,
  | 'model'
  | 'account_email'
  | 'outcome'
  | 'flags'
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_read_tokens'
  | 'first_content_ms'
> & { readonly time: number };

export interface Tally {
  readonly kind: TallyKind;
  readonly slot: number;
  readonly key: string;
  readonly measure: string;
  amount: number;
}
export type Tallies = Map<string, Tally>;

/** Adds a row (`sign` 1) or takes it away (-1). */
export function count(tallies: Tallies, row: Counted, attempts: readonly Pick<AttemptRow, 'failure'>[], sign: 1 | -1) {
  const slot = Math.floor(row.time / SLOT_MS);
  const coarse = Math.floor(slot / COARSE_SLOTS) * COARSE_SLOTS;
  const day = Math.floor(slot / DAY_SLOTS) * DAY_SLOTS;
  const places = [
    ['all', slot, ''],
    ['model', coarse, row.model],
    ['account', coarse, row.account_email],
    ['model-day', day, row.model],
    ['account-day', day, row.account_email],
  ] as const;
  for (const [kind, at, key] of places) {
    for (const [measure, amount] of measures(row)) add(tallies, kind, at, key, measure, amount * sign);
  }
  const kinds = attempts.flatMap(({ failure }) => (failure === null ? [] : [failureKind(failure)]));
  for (const kind of kinds) add(tallies, 'failure', coarse, '', kind, sign);
  if (row.outcome === 'failed') for (const kind of new Set(kinds)) add(tallies, 'fatal', coarse, '', kind, sign);
}

export function writeTallies(database: DatabaseSync, tallies: Tallies): void {
  const put = database.prepare(`INSERT INTO tally VALUES (:kind, :slot, :key, :measure, :amount)
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`);
  const drop = database.prepare(`DELETE FROM tally
    WHERE kind = ? AND slot = ? AND key = ? AND measure = ? AND amount = 0`);
  for (const tally of tallies.values()) {
    if (tally.amount === 0) continue;
    put.run({ ...tally });
    if (tally.amount < 0) drop.run(tally.kind, tally.slot, tally.key, tally.measure);
  }
}

/** The class of a time; the classes are eighths of an octave. */
export function timeClass(ms: number): number {
  return Math.round(8 * Math.log2(Math.max(ms, 1)));
}
/** The middle of a class. */
export function classMs(timeClass: number): number {
  return Math.round(2 ** (timeClass / 8));
}
export const TIME_CLASS = 'first:';
export const FLAG = 'flag:';

function measures(row: Counted): [string, number][] {
  const list: [string, number][] = [
    ['requests', 1],
    [row.outcome, 1],
    ['input', row.input_tokens ?? 0],
    ['output', row.output_tokens ?? 0],
    ['cached', row.cache_read_tokens ?? 0],
    ...row.flags.map((flag): [string, number] => [`${FLAG}${flag}`, 1]),
  ];
  if (row.first_content_ms !== null) list.push([`${TIME_CLASS}${timeClass(row.first_content_ms)}`, 1]);
  return list;
}

function add(tallies: Tallies, kind: TallyKind, slot: number, key: string, measure: string, amount: number): void {
  const name = `${kind} ${slot} ${measure} ${key}`;
  const before = tallies.get(name);
  if (before === undefined) tallies.set(name, { kind, slot, key, measure, amount });
  else before.amount += amount;
}

/** A failure is written `kind: detail`. */
function failureKind(failure: string): string {
  const end = failure.indexOf(':');
  return end === -1 ? failure : failure.slice(0, end);
}
