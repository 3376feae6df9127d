/** What every dialect takes from a client's headers and counts of time it answers with. No credential of the client's own gets past here. */

/** No header of a dialect has such a name today; one that did would carry the client's own credential. */
const credentialName = /api-?key|token|secret|authorization|password|cookie|credential/;

/** The headers, by lower-case name, that go on to the upstream. */
export function passedHeaders(
  headers: Readonly<Record<string, string>>,
  belongsToDialect: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => belongsToDialect(name) && !credentialName.test(name)),
  );
}

/** Longer than any id of a session; a caller must not fill our tables with its headers. */
const sessionHintCharactersMax = 256;

/** The first that can be the id of a session. */
export function sessionHintOf(candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.map((hint) => hint?.trim()).find((hint) => hint && hint.length <= sessionHintCharactersMax);
}

/** Claude Code gives up at once when it is told to wait longer. */
const retryAfterSecondsMax = 60;

/** The value of `retry-after`: whole seconds. */
export function retryAfterSeconds(ms: number): string {
  return String(Math.min(retryAfterSecondsMax, Math.max(1, Math.ceil(ms / 1000))));
}
