/**
 * Parses and writes JSON without changing how a number is spelt: `1.0`, `1e5` and integers beyond 2^53 come out as they went in. Such a number
 * is an opaque raw value between the two, so nobody must calculate with what `parseLossless` returns.
 */

/** Throws a `SyntaxError` like `JSON.parse`. */
export function parseLossless(text: string): unknown {
  return json.parse(text, keepSpelling);
}

export function stringifyLossless(value: unknown): string {
  return JSON.stringify(value);
}

/** What Node 22 and later have and the type library does not know yet. */
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as SourceTextJson;

function keepSpelling(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return String(value) === context.source ? value : json.rawJSON(context.source);
}
