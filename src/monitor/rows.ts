/**
 * The shape of what the journal keeps and the admin API hands out: one row per request, one per attempt, bodies and log lines beside them.
 * Names are those of the public API. A number or word that nobody stated is `null`, never zero.
 */

import type { Provider } from '../model/config.ts';
import type { Flag, Outcome } from '../model/journal.ts';
import type { Protocol } from '../model/request.ts';
import type { ChangeRow, FacetsView, RawAnswer, StatsBy, StatsView, StepRow, StorageView, WriteMark } from './views.ts';

export const PROTOCOLS = ['anthropic', 'gemini', 'openai-chat', 'openai-responses'] as const satisfies Protocol[];
export const OUTCOMES = ['ok', 'healed', 'failed', 'cancelled'] as const satisfies Outcome[];
export const FLAGS = [
  'zero_token',
  'retried',
  'rotated',
  'repaired',
  'resumed',
  'fallback',
  'interrupted',
] as const satisfies Flag[];

export interface RequestRow {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly protocol: Protocol;
  readonly method: string;
  readonly path: string;
  readonly model: string;
  readonly mapped_model: string;
  readonly account_email: string;
  readonly status: number;
  readonly outcome: Outcome;
  readonly stream: boolean;
  readonly attempts: number;
  readonly duration_ms: number;
  readonly first_byte_ms: number | null;
  readonly first_content_ms: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly stop_reason: string | null;
  readonly flags: readonly Flag[];
  /** The same for all requests of one conversation; null where it cannot be told. */
  readonly conversation: string | null;
}

/** What was decided after an attempt; empty after the last one. */
export type AttemptAction = 'retry-same' | 'retry-another' | 'next-model' | 'repair' | 'give-up' | '';

/** Times are milliseconds since the start of the request. */
export interface AttemptRow {
  readonly n: number;
  readonly account_email: string;
  readonly provider: Provider;
  readonly mapped_model: string;
  readonly started_ms: number;
  readonly first_byte_ms: number | null;
  readonly first_content_ms: number | null;
  readonly ended_ms: number;
  readonly status: number | null;
  readonly result: 'ok' | 'failed' | 'cancelled';
  /** The kind of failure and its detail, `kind: detail`. */
  readonly failure: string | null;
  readonly action: AttemptAction;
  readonly delay_ms: number | null;
  readonly upstream_request_id: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** Why that was decided, in the rule's words. */
  readonly why: string | null;
  /** Begun beside an attempt that was slow to say something. */
  readonly hedge: boolean;
  /** Asked to go on from what the client had been shown, and how. */
  readonly resume: 'prefill' | 'ask' | null;
}

export interface RecordedMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** Head and tail where it was longer than the configured limit. */
  readonly body: string;
}

/** The same fields as a line of the log file. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly request: string;
  readonly msg: string;
}

/** Everything the journal keeps of one finished request. */
export interface RequestRecord {
  readonly row: RequestRow;
  readonly attempts: readonly AttemptRow[];
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
  readonly log: readonly LogLine[];
  readonly steps: readonly StepRow[];
  readonly changes: readonly ChangeRow[];
  readonly marks: readonly WriteMark[];
  readonly raw: readonly RawAnswer[];
  /** Why the caller got an error. */
  readonly error: string | null;
}

/** As it goes into the store: with the words that a text search looks through, in lower case. */
export interface FinishedRecord extends RequestRecord {
  readonly search: string;
}

/** A filter over requests; absent means any. */
export interface RequestFilter {
  /**
   * Text that must occur somewhere in the row, letter case ignored. No wildcards. A text of one or two characters is looked for in all names, but in ids
   * and failures only of the newest rows.
   */
  readonly q?: string;
  readonly protocol?: Protocol;
  /** The model that was asked for, or the one it was mapped to. */
  readonly model?: string;
  readonly account?: string;
  /** Both inclusive: one status, or a class. */
  readonly status?: { readonly from: number; readonly to: number };
  readonly outcome?: Outcome;
  readonly flag?: Flag;
  /** The whole path, as it stands in the row. */
  readonly path?: string;
  readonly conversation?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number;
  readonly limit: number;
  /** Only rows older than this one. */
  readonly before?: Position;
}
export interface Position {
  readonly time: number;
  readonly id: string;
}

/** Reads the journal. Rejects when the store cannot be read or a search takes too long. */
export interface RequestReader {
  /** Newest first. */
  list(filter: RequestFilter): Promise<readonly RequestRow[]>;
  find(id: string): Promise<RequestRecord | undefined>;
}

export interface StatsQuery {
  readonly by: StatsBy;
  /** Milliseconds since the epoch; absent = a day before `until` for hours, else 30 days. Rounded outward to what is counted together. */
  readonly since?: number;
  /** Milliseconds since the epoch; absent = now. */
  readonly until?: number;
  /** An IANA name; absent = UTC. */
  readonly timeZone?: string;
}

/** The journal as a whole: what it has, how large it is, and how it is made smaller. */
export interface JournalStore {
  facets(): Promise<FacetsView>;
  stats(query: StatsQuery): Promise<StatsView>;
  sizes(): Promise<Pick<StorageView, 'bytes' | 'requests' | 'oldest'>>;
  /** Whole records, newest first, read in pages while they are taken. `limit` bounds their number. */
  records(filter: RequestFilter): AsyncIterable<RequestRecord>;
  /** Deletes what meets the filter (`before` bounds it too), then takes its text out of the file. Answers how many. */
  remove(filter: Omit<RequestFilter, 'limit'>): Promise<number>;
  /** Gives the room of deleted rows back to the disk. */
  vacuum(): Promise<void>;
}

/** The words of a row that a text search looks through; the journal adds those of its attempts. A running request has no status and no outcome yet. */
export function searchedWords(
  row: Omit<RequestRow, 'status' | 'outcome'> & { readonly status: number | null; readonly outcome: Outcome | null },
): string[] {
  const names = [row.id, row.protocol, row.method, row.path, row.model, row.mapped_model, row.account_email];
  const others = [row.status, row.outcome, row.stop_reason, row.conversation].map((word) => String(word ?? ''));
  return [...names, ...others, ...row.flags];
}
