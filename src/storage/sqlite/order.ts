/**
 * The number of a row: its time with room for rows of the same millisecond, so that the newest row has the highest number and every index of the table
 * is in the order of the list. Rows of one millisecond stand in the order in which they were written.
 */

/** Rows of one millisecond; where there are more, the rest take the numbers of the next. Few, because the text index keeps distances between numbers. */
export const ROWS_PER_MS = 16;
/** 2020 as the beginning keeps the numbers within six bytes for centuries. */
const BEGINNING_MS = 1_577_836_800_000;

/** The first number of a millisecond. */
export function firstSeq(timeMs: number): number {
  const ms = Math.min(Math.max(Math.floor(timeMs), -TIME_MS_MAX), TIME_MS_MAX);
  return (ms - BEGINNING_MS) * ROWS_PER_MS;
}
/** The limit of a JavaScript date is 8.64e15; the numbers must stay exact. */
const TIME_MS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / ROWS_PER_MS) - BEGINNING_MS;

/** The millisecond to which a number belongs. */
export function timeOfSeq(seq: number): number {
  return Math.floor(seq / ROWS_PER_MS) + BEGINNING_MS;
}

export const SEQ_MIN = Number.MIN_SAFE_INTEGER;
export const SEQ_MAX = Number.MAX_SAFE_INTEGER;
