/**
 * The JSON that the admin API hands to the Monitor page and to the command line, as types alone. Both sides read this file, so a word here is a word of
 * the API. A number or word that nobody stated is `null`. No credential ever stands in any of these.
 */

import type { Provider } from '../model/config.ts';
import type { Flag, Outcome } from '../model/journal.ts';
import type { AttemptRow, LogLine, RecordedMessage, RequestRow } from './rows.ts';

// ---------------------------------------------------------------- one request

/** `GET /api/requests/{id}`: the row, with its attempts in place of their number. */
export interface RequestView extends Omit<RequestRow, 'attempts'> {
  readonly attempts: readonly AttemptRow[];
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
  readonly log: readonly LogLine[];
  /** What happened between the attempts. */
  readonly steps: readonly StepRow[];
  /** What each attempt was sent beyond, or instead of, the client's own request. */
  readonly changes: readonly ChangeRow[];
  /** When the pieces of `response.body` were written. */
  readonly marks: readonly WriteMark[];
  /** The raw bytes of the upstreams, where a person had asked for them. */
  readonly raw: readonly RawAnswer[];
  /** Why the caller got an error, in the gateway's words. */
  readonly error: string | null;
}

/** Something that is no attempt; `ms` since the start of the request. */
export interface StepRow {
  readonly what: 'queued' | 'waiting' | 'opened-early' | 'passed-over' | 'resumed' | 'repaired';
  readonly ms: number;
  /** How long it was to last, for `queued` and `waiting`. */
  readonly for_ms: number | null;
  readonly why: string | null;
}

/** One change to the client's request for attempt `n`. */
export interface ChangeRow {
  readonly n: number;
  readonly what: 'restored' | 'degraded' | 'repaired' | 'resumed' | 'translated';
  /** JSON path such as `messages[3].content[0].signature`; empty for the whole body. */
  readonly path: string;
  readonly operation: 'set' | 'remove' | 'append' | 'before' | 'body';
  /** JSON text within a limit, secrets taken out; null where there was or is nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Bytes up to `end` had been written `ms` after the start of the request. `end` counts bytes (UTF-8) of everything that was sent, media counted by their names, so the last mark's `end`
 * is the length of the whole answer; one mark may stand for several writes. Where the body is longer than the limit, it has a line
 * `[… N bytes not kept …]` between a line feed before and one after: what stands before it are the first bytes of the answer, at the offsets 0 to
 * their number; what stands after it are the last bytes, whose first is at the offset `length of the whole answer − their number`. A character that
 * the gap cuts in two, and a secret that was taken out, changes the number of bytes of the text: from there to the gap, or to the end, offsets are
 * out by that difference.
 */
export interface WriteMark {
  readonly end: number;
  readonly ms: number;
}

export interface RawAnswer {
  readonly n: number;
  /** Secrets taken out; head and tail where it was longer than the limit. */
  readonly body: string;
  readonly marks: readonly WriteMark[];
}

/** A request as the live feed (`GET /api/events`, event `request`) tells it: at its start, at every change, and at its end. */
export interface LiveRow extends Omit<RequestRow, 'outcome' | 'status'> {
  /** `asking` = no content yet, `answering` = content flows, `waiting` = between two attempts or for an account, `ended` = it is in the journal. */
  readonly state: 'asking' | 'answering' | 'waiting' | 'ended';
  readonly outcome: Outcome | null;
  readonly status: number | null;
}

/**
 * The first event of the feed (event `hello`). Events have ids that count up by one since the start `boot` of the gateway. A page that comes back and
 * finds another `boot`, or a `last` beyond the last id it saw, may have missed some and reads the list again. Open requests follow at once.
 */
export interface LiveHello {
  readonly boot: string;
  readonly last: number;
}

// ---------------------------------------------------------------- diagnosis

export const VERDICTS = ['fine', 'healed', 'wait', 'act'] as const;
export const STAGES = ['connect', 'peek', 'signature', 'stream', 'account', 'request', 'none'] as const;
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'zh'] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Stage = (typeof STAGES)[number];
export type Language = (typeof LANGUAGES)[number];

/** `GET /api/requests/{id}/diagnosis?language=de`; without `language` by `Accept-Language`, else English. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly stage: Stage;
  /** The name of the row in the table of causes, for tests and scripts; not for people. */
  readonly cause: string;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly advice: readonly string[];
}

// ---------------------------------------------------------------- accounts

export type AccountState = 'ready' | 'resting' | 'failing' | 'disabled';

/** `GET /api/accounts`. */
export interface AccountsView {
  readonly accounts: readonly AccountView[];
}
export interface AccountView {
  readonly email: string;
  readonly provider: Provider;
  /** Where it is written: accounts of the configuration file are changed there; those of the vault by command or page. */
  readonly source: 'file' | 'vault';
  readonly enabled: boolean;
  readonly weight: number;
  readonly models: readonly string[];
  /** `env:NAME`, `file:PATH`, `keychain:NAME`; for a literal or a sealed one only `literal` or `vault`. */
  readonly credential: string;
  readonly base_url: string | null;
  readonly allow_private: boolean;
  readonly project: string | null;
  readonly location: string | null;
  /** `resting` = every model it was asked for rests; `failing` = its last attempts failed (open circuit). */
  readonly state: AccountState;
  readonly rests: readonly RestView[];
  readonly circuits: readonly CircuitView[];
  readonly in_flight: number;
  /** ISO 8601; null = not since the start. */
  readonly last_used: string | null;
  readonly conversations: number;
  /** As the provider's own headers told them last. */
  readonly limits: readonly LimitView[];
  readonly last_hour: AccountHour;
}
export interface RestView {
  /** null = every model. */
  readonly model: string | null;
  /** ISO 8601. */
  readonly until: string;
  readonly in_ms: number;
  readonly reason: string;
  /** The provider named the time. */
  readonly told: boolean;
}
export interface CircuitView {
  /** `credential` = it cannot be read. */
  readonly scope: 'credential' | 'account' | 'account-model' | 'place-model';
  readonly model: string | null;
  /** The kind of failure that opened it, or why the credential cannot be read. */
  readonly why: string;
  /** `what` and `state` tell the same as sentences. */
  readonly what: string;
  readonly state: string;
  readonly until: string | null;
}
export interface LimitView {
  /** `requests`, `tokens`, `input-tokens`, `output-tokens`, … as the provider calls it. */
  readonly what: string;
  readonly limit: number | null;
  readonly remaining: number | null;
  /** ISO 8601. */
  readonly resets_at: string | null;
  readonly seen_at: string;
}
/** Over the attempts of the last 60 minutes. */
export interface AccountHour {
  readonly attempts: number;
  readonly ok: number;
  readonly failed: number;
  readonly first_content_p50_ms: number | null;
  readonly first_content_p99_ms: number | null;
}
/** `POST /api/accounts/{email}/test`: one small real request under the rules of every other. Never rejects for a bad credential: it says so. */
export interface AccountTestView {
  readonly ok: boolean;
  readonly status: number | null;
  readonly model: string | null;
  readonly took_ms: number;
  /** What the upstream said or what went wrong, and what to do. */
  readonly message: string;
}
/** `POST /api/accounts`, and with every field optional `PATCH /api/accounts/{email}`. */
export interface AccountInput {
  readonly email: string;
  readonly provider: Provider;
  /** `env:NAME`, `file:PATH`, `keychain:NAME`, or the secret itself, which is sealed in the vault and never given out again. */
  readonly credential: string;
  readonly base_url?: string;
  readonly allow_private?: boolean;
  readonly project?: string;
  readonly location?: string;
  readonly models?: readonly string[];
  readonly weight?: number;
  readonly enabled?: boolean;
}

// ---------------------------------------------------------------- overview

export type StatsBy = 'hour' | 'day' | 'model' | 'account';

/** `GET /api/stats?by=hour&since&until&time_zone=Europe/Berlin`. Days and hours are those of the time zone (default UTC). */
export interface StatsView {
  readonly by: StatsBy;
  readonly since: string;
  readonly until: string;
  readonly total: StatsBucket;
  /** Oldest first for hour and day; else most requests first. */
  readonly buckets: readonly StatsBucket[];
  /** Of attempts that failed, most first: `kind` is the kind of failure. */
  readonly failures: readonly { readonly kind: string; readonly attempts: number; readonly requests_failed: number }[];
}
export interface StatsBucket {
  /** ISO 8601 start of the hour or day, or the name; empty for the total. */
  readonly key: string;
  readonly requests: number;
  readonly ok: number;
  /** Requests that failed first and were answered whole in the end: turns saved. */
  readonly healed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly flags: Readonly<Record<Flag, number>>;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly first_content_p50_ms: number | null;
  readonly first_content_p99_ms: number | null;
}
/** `GET /api/requests/facets`: what there is to filter by. */
export interface FacetsView {
  readonly models: readonly string[];
  readonly accounts: readonly string[];
}
/** `GET /api/storage`. */
export interface StorageView {
  readonly bytes: number;
  readonly bytes_max: number;
  readonly requests: number;
  readonly oldest: string | null;
  readonly dropped: { readonly bodies: number; readonly records: number; readonly state: number };
}
/** `GET/POST /api/capture`: raw upstream bytes are kept of so many requests to come (0 to 100; 409 where `monitor.bodies` is not `full`). */
export interface CaptureView {
  readonly requests: number;
}
