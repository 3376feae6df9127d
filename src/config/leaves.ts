/**
 * The building blocks of the schema: sections, lists and single values whose errors say what was expected.
 * A message never repeats free text from the file, which could be a misplaced secret; only choices and measures are echoed, cut short.
 */

import * as z from 'zod';
import { nearest } from './nearest.ts';
import { parseDuration, parseSize } from './units.ts';

/** A map with exactly these keys. Left empty in the file (`server:` and nothing more), it has its defaults. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .unknown()
    .transform((value) => value ?? {})
    .pipe(z.strictObject(shape))
    .prefault(null);
}

/** As `section`, for a map that may be left away and then stays undefined. */
export function optionalSection<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .unknown()
    .transform((value) => value ?? undefined)
    .pipe(z.strictObject(shape).optional())
    .optional();
}

/** As `list`, for one that may be left away and then stays undefined. */
export function optionalList<Item extends z.ZodType>(item: Item) {
  return z
    .unknown()
    .transform((value) => value ?? undefined)
    .pipe(z.array(item).optional())
    .optional();
}

export function list<Item extends z.ZodType>(item: Item) {
  return z
    .unknown()
    .transform((value) => value ?? [])
    .pipe(z.array(item))
    .prefault(null);
}

/** One value; `read` returns undefined for what it does not accept. */
export function leaf<T>(expected: string, read: (value: unknown) => T | undefined, known: readonly string[] = []) {
  return z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    const suggestion = typeof value === 'string' ? nearest(value, known, Math.ceil(value.length / 3)) : undefined;
    context.addIssue({
      code: 'custom',
      message: `expected ${expected}, got ${kindOf(value, known.length > 0)}`,
      ...(suggestion === undefined ? {} : { params: { suggestion } }),
    });
    return z.NEVER;
  });
}

export function text(expected: string, form?: RegExp) {
  const fits = (value: string) => value.length <= TEXT_LENGTH_MAX && (form === undefined || form.test(value));
  return leaf(expected, (value) => (typeof value === 'string' && fits(value) ? value : undefined));
}

export const flag = leaf('true or false', (value) => (typeof value === 'boolean' ? value : undefined));

export function choice<const Word extends string>(words: readonly Word[]) {
  return leaf(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value), words);
}

export function whole(min: number, max: number) {
  const fits = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return leaf(`a whole number from ${min} to ${max}`, (value) => (fits(value) ? value : undefined));
}

/** A number above 0. */
export function positive(max: number) {
  const fits = (value: unknown): value is number => typeof value === 'number' && value > 0 && value <= max;
  return leaf(`a number above 0, at most ${max}`, (value) => (fits(value) ? value : undefined));
}

/** In milliseconds. Longer than the limit is refused because a timer beyond 2³¹ ms rings at once. */
export function duration(range: { readonly zero: boolean; readonly maxMs?: number }) {
  const maxMs = range.maxMs ?? TIMER_MS_MAX;
  const bounds = `${range.zero ? '' : ' above 0'}, at most ${maxMs / 86_400_000}d`;
  const fits = (ms: number | undefined) => ms !== undefined && ms <= maxMs && (range.zero || ms > 0);
  const read = (value: unknown) => (fits(parseDuration(value)) ? parseDuration(value) : undefined);
  return leaf(`a duration such as 250ms, 30s, 5m, 2h or 30d${bounds}`, read, MEASURES);
}

/** In bytes. */
export function size(range: { readonly zero: boolean; readonly max: string }) {
  const maxBytes = parseSize(range.max) ?? 0;
  const fits = (bytes: number | undefined) => bytes !== undefined && bytes <= maxBytes && (range.zero || bytes > 0);
  const read = (value: unknown) => (fits(parseSize(value)) ? parseSize(value) : undefined);
  return leaf(`a size such as 256KB, 100MB or 1GB, at most ${range.max}`, read, MEASURES);
}

function kindOf(value: unknown, echo: boolean): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'empty text';
  return echo ? JSON.stringify(value.slice(0, ECHO_LENGTH_MAX)) : 'text';
}

/** Marks measures as safe to echo; no edit distance reaches these from a real value. */
const MEASURES = ['a duration or a size'];
const ECHO_LENGTH_MAX = 24;
const TEXT_LENGTH_MAX = 16_384;
const TIMER_MS_MAX = 86_400_000;
