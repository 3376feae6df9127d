/** Reads parsed JSON of unknown shape without ever throwing. */

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The records of an array, with their places; anything else in it is passed over. */
export function records(value: unknown): readonly { readonly at: number; readonly record: JsonRecord }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((record: unknown, at) => (isRecord(record) ? [{ at, record }] : []));
}

/** Whether this is a text that says something. White space alone is no legal text block. */
export function isSaid(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
