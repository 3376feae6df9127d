/** What the lab remembers of a call. Values of credentials stand only in `account`, which is the lab's own name for a caller. */

import { TOKEN_PREFIX } from './catalogue.ts';
import type { LabCall } from './step.ts';
import type { WeatherName } from './weather.ts';

/** `reply`: a recorded answer of the script was given. */
export type RecordedWeather = WeatherName | 'reply';

/** Times are of the World's monotonic clock, in milliseconds. */
export interface LabCallRecord {
  readonly account: string;
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Credentials are replaced by `redacted`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly weather: RecordedWeather;
  readonly arrivedMs: number;
  readonly status?: number;
  readonly bytesSent: number;
  /** `open` until it is over; `whole` = the plan was done to its end, `left` = the caller left before. */
  readonly ending: 'open' | 'whole' | 'left';
  readonly endedMs?: number;
  /** When the caller left, if it left before the plan was done. */
  readonly leftMs?: number;
}

/** The same, while the lab still writes it. */
export type OpenRecord = { -readonly [Key in keyof LabCallRecord]: LabCallRecord[Key] };

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'proxy-authorization',
  'cookie',
]);
const ANONYMOUS = 'anonymous';
/** Older records are forgotten. */
const CALLS_KEPT_MAX = 20_000;

export function openRecord(call: LabCall, weather: RecordedWeather, arrivedMs: number): OpenRecord {
  const query = new URLSearchParams(call.query);
  if (query.has('key')) query.set('key', 'redacted');
  return {
    account: call.account,
    n: call.n,
    method: call.method,
    path: call.path,
    query: query.toString(),
    headers: withoutCredentials(call.headers),
    body: call.body,
    weather,
    arrivedMs,
    bytesSent: 0,
    ending: 'open',
  };
}

export function remember(calls: OpenRecord[], record: OpenRecord): void {
  calls.push(record);
  if (calls.length > CALLS_KEPT_MAX) calls.shift();
}

export function closeRecord(record: OpenRecord, ending: 'whole' | 'left', ms: number): void {
  if (record.ending !== 'open') return;
  record.ending = ending;
  record.endedMs = ms;
  if (ending === 'left') record.leftMs = ms;
}

/** Who calls: the key in whatever place it came; of the lab's own access tokens, the account they were issued to. */
export function accountOf(headers: Readonly<Record<string, string>>, query: URLSearchParams): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const credential = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? bearer ?? query.get('key') ?? ANONYMOUS;
  return credential.startsWith(TOKEN_PREFIX) ? credential.slice(TOKEN_PREFIX.length) : credential;
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, CREDENTIAL_HEADERS.has(name) ? 'redacted' : value]));
}

/** Counts the calls of each account; tokens and greetings are no calls. */
export function createCallCounter(): (account: string, path: string) => number {
  const counts = new Map<string, number>();
  return (account, path) => {
    const n = counts.get(account) ?? 0;
    if (!path.endsWith('/token') && path !== '/') counts.set(account, n + 1);
    return n;
  };
}
