/** Durations and sizes as people write them. Returns undefined for anything else and guesses nothing: `30` could be seconds or milliseconds. */

/** `250ms`, `30s`, `5m`, `2h`, `30d`, or a plain 0. In milliseconds. */
export function parseDuration(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0;
  return measure(value, DURATION, millisecondsOf);
}

/** `512B`, `256KB`, `100MB`, `1GB` in powers of 1024, or a plain 0. In bytes. */
export function parseSize(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0;
  return measure(value, SIZE, bytesOf);
}

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?)(B|KB|MB|GB|TB)$/;

const millisecondsOf: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const bytesOf: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1024],
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
  ['TB', 1024 ** 4],
]);

/** As `parseDuration` reads it, in the largest unit that fits whole. */
export function writeDuration(ms: number): string {
  return written(ms, millisecondsOf, 'ms');
}

/** As `parseSize` reads it, in the largest unit that fits whole. */
export function writeSize(bytes: number): string {
  return written(bytes, bytesOf, 'B');
}

function written(amount: number, units: ReadonlyMap<string, number>, smallest: string): string {
  const [unit, factor] = [...units].findLast((each) => amount !== 0 && amount % each[1] === 0) ?? [smallest, 1];
  return `${amount / factor}${unit}`;
}

function measure(value: unknown, form: RegExp, units: ReadonlyMap<string, number>): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = form.exec(value.trim());
  const factor = units.get(parts?.[2] ?? '');
  if (parts === null || factor === undefined) return undefined;
  return Math.round(Number(parts[1]) * factor);
}
