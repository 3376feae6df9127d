/**
 * Builds the record of a request from its facts. Pure: the same facts always make the same record; nothing is written here.
 * It must never change what a fact says, and never keeps an exchange after its end.
 */

import type { Usage } from '../model/events.ts';
import type { RetryDecision } from '../model/failure.ts';
import type { Fact } from '../model/journal.ts';
import type { AttemptAction, AttemptRow, FinishedRecord, LogLine, RecordedMessage, RequestRow } from './rows.ts';
import type { StepRow } from './views.ts';

export interface RecordDependencies {
  /** Takes the finished record. */
  readonly finished: (record: FinishedRecord) => void;
  /** What the log says of a fact. */
  readonly narrate: (fact: Fact) => readonly { readonly level: string; readonly msg: string }[];
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** What to keep of bodies, asked at the end of each exchange. */
  readonly bodies: () => { readonly keep: 'full' | 'metadata' | 'off'; readonly bytesMax: number };
}
export interface RecordBuilder {
  see(fact: Fact): void;
}

/** Exchanges under way at once; above it the oldest is forgotten. */
const OPEN_EXCHANGES_MAX = 20_000;
/** Log lines kept with one request. */
const LOG_LINES_MAX = 500;
/** How much of a request is looked at beyond the kept part, so that no secret is cut in two before it is redacted. */
const REDACTION_MARGIN_BYTES = 8192;

type Started = Extract<Fact, { fact: 'exchange-started' }>;
type Ended = Extract<Fact, { fact: 'exchange-ended' }>;
type AttemptStarted = Extract<Fact, { fact: 'attempt-started' }>;
type AttemptEnded = Extract<Fact, { fact: 'attempt-ended' }>;

interface OpenAttempt {
  readonly started: AttemptStarted;
  answeredMs?: number;
  status?: number;
  requestId?: string;
  contentMs?: number;
  ended?: AttemptEnded;
}
interface OpenExchange {
  readonly started: Started;
  readonly attempts: Map<number, OpenAttempt>;
  readonly log: LogLine[];
  readonly steps: StepRow[];
}

export function createRecordBuilder(dependencies: RecordDependencies): RecordBuilder {
  const open = new Map<string, OpenExchange>();

  function begin(fact: Started): OpenExchange {
    const exchange = { started: fact, attempts: new Map(), log: [], steps: [] };
    open.set(fact.id, exchange);
    if (open.size > OPEN_EXCHANGES_MAX) open.delete(open.keys().next().value as string);
    return exchange;
  }

  return {
    see(fact) {
      const lines = dependencies.narrate(fact);
      const exchange = fact.fact === 'exchange-started' ? begin(fact) : open.get(fact.id);
      if (exchange === undefined) return;
      noteLines(exchange, fact, lines, dependencies.redact);
      noteAttempt(exchange, fact);
      noteStep(exchange, fact, dependencies.redact);
      if (fact.fact !== 'exchange-ended') return;
      open.delete(fact.id);
      dependencies.finished(makeRecord(exchange, fact, dependencies));
    },
  };
}

function noteLines(
  exchange: OpenExchange,
  fact: Fact,
  lines: readonly { level: string; msg: string }[],
  redact: (text: string) => string,
): void {
  const ms = exchange.started.time + (fact.fact === 'exchange-started' ? 0 : fact.ms);
  for (const line of lines) {
    if (exchange.log.length >= LOG_LINES_MAX) return;
    exchange.log.push({ time: isoTime(ms), level: line.level, request: fact.id, msg: redact(line.msg) });
  }
}

/** Steps kept with one request. */
const STEPS_MAX = 500;
const STEPS: ReadonlySet<string> = new Set<StepRow['what']>([
  'queued',
  'waiting',
  'opened-early',
  'passed-over',
  'resumed',
]);

function noteStep({ steps }: OpenExchange, fact: Fact, redact: (text: string) => string): void {
  if (!STEPS.has(fact.fact) || !('ms' in fact) || steps.length >= STEPS_MAX) return;
  const why = 'why' in fact ? fact.why : 'model' in fact ? fact.model : undefined;
  steps.push({
    what: fact.fact as StepRow['what'],
    ms: whole(fact.ms) ?? 0,
    for_ms: 'forMs' in fact ? whole(fact.forMs) : null,
    why: why === undefined ? null : redact(why),
  });
}

function noteAttempt(exchange: OpenExchange, fact: Fact): void {
  if (fact.fact === 'attempt-started') {
    exchange.attempts.set(fact.n, { started: fact });
    return;
  }
  if (!('n' in fact)) return;
  const attempt = exchange.attempts.get(fact.n);
  if (attempt === undefined) return;
  if (fact.fact === 'attempt-answered') {
    attempt.answeredMs = fact.ms;
    attempt.status = fact.status;
    if (fact.upstreamRequestId !== undefined) attempt.requestId = fact.upstreamRequestId;
  } else if (fact.fact === 'first-content') {
    attempt.contentMs ??= fact.ms;
  } else if (fact.fact === 'attempt-ended') {
    attempt.ended = fact;
  }
}

function makeRecord(exchange: OpenExchange, ended: Ended, dependencies: RecordDependencies): FinishedRecord {
  const { started } = exchange;
  const attempts = [...exchange.attempts.values()];
  const { keep, bytesMax } = dependencies.bodies();
  const redact = dependencies.redact;
  const message = (headers: Readonly<Record<string, string>>, body: () => string): RecordedMessage => ({
    headers: keep === 'off' ? {} : mapValues(headers, redact),
    body: keep === 'full' ? body() : '',
  });
  const row = requestRow(started, ended, attempts, redact);
  const attemptRows = attempts.map((attempt) => attemptRow(attempt, ended.ms, redact));
  return {
    row,
    attempts: attemptRows,
    request: message(started.headers, () => bodyText(started.body, bytesMax, redact)),
    response: message(ended.responseHeaders, () => redact(utf8(ended.responseBody))),
    log: exchange.log,
    steps: exchange.steps,
    changes: [],
    marks: [],
    raw: [],
    error: ended.error === undefined ? null : redact(ended.error),
    search: searchText(row, attemptRows),
  };
}

/** Of one request. */
const SEARCH_CHARS_MAX = 8192;
function searchText(row: RequestRow, attempts: readonly AttemptRow[]): string {
  const words = [
    row.id,
    row.protocol,
    row.method,
    row.path,
    row.model,
    row.mapped_model,
    row.account_email,
    String(row.status),
    row.outcome,
    row.stop_reason ?? '',
    ...row.flags,
    ...attempts.flatMap((attempt) => [attempt.account_email, attempt.mapped_model, attempt.failure ?? '']),
  ];
  return [...new Set(words)].join('\n').toLowerCase().slice(0, SEARCH_CHARS_MAX);
}

function requestRow(
  started: Started,
  ended: Ended,
  attempts: readonly OpenAttempt[],
  redact: (text: string) => string,
): RequestRow {
  // What the client waited for is the attempt that first said something; the last one where none did.
  const telling = attempts.find((attempt) => attempt.contentMs !== undefined) ?? attempts.at(-1);
  return {
    id: started.id,
    time: isoTime(started.time),
    protocol: started.protocol,
    method: started.method,
    // Named by the client or the upstream, so they may hold anything.
    path: redact(started.path),
    model: redact(started.model),
    mapped_model: ended.mappedModel,
    account_email: ended.account,
    status: ended.status,
    outcome: ended.outcome,
    stream: started.stream,
    attempts: ended.attempts,
    duration_ms: whole(ended.ms) ?? 0,
    first_byte_ms: whole(telling?.answeredMs),
    first_content_ms: whole(telling?.contentMs),
    ...tokens(ended.usage),
    cache_read_tokens: whole(ended.usage.cacheReadTokens),
    stop_reason: ended.stopReason === undefined ? null : redact(ended.stopReason),
    flags: ended.flags,
    conversation: null,
  };
}

function attemptRow(attempt: OpenAttempt, exchangeEndMs: number, redact: (text: string) => string): AttemptRow {
  const { started, ended } = attempt;
  const failure = ended?.failure;
  const requestId = ended?.upstreamRequestId ?? attempt.requestId;
  const decision = ended?.decision;
  return {
    n: started.n,
    account_email: started.account,
    provider: started.provider,
    mapped_model: started.mappedModel,
    started_ms: whole(started.ms) ?? 0,
    first_byte_ms: whole(attempt.answeredMs),
    first_content_ms: whole(attempt.contentMs),
    ended_ms: whole(ended?.ms ?? exchangeEndMs) ?? 0,
    status: ended?.status ?? attempt.status ?? null,
    result: ended?.result ?? 'cancelled',
    failure: failure === undefined ? null : redact(`${failure.kind}: ${failure.detail}`),
    action: decision === undefined ? '' : actionWord(decision),
    delay_ms: decision?.action === 'retry' ? whole(decision.afterMs) : null,
    upstream_request_id: requestId === undefined ? null : redact(requestId),
    ...tokens(ended?.usage ?? {}),
    why: decision === undefined ? null : redact(decision.why),
    hedge: started.hedge === true,
    resume: started.resume?.way ?? null,
  };
}

export function actionWord(decision: RetryDecision): AttemptAction {
  if (decision.action === 'give-up') return 'give-up';
  if (decision.remedy === 'signature-repair') return 'repair';
  if (decision.account === 'next-model') return 'next-model';
  return decision.account === 'same' ? 'retry-same' : 'retry-another';
}

/** The whole text where it fits; else its beginning and its end with a line between that says how much is missing. */
export function bodyText(body: Uint8Array, bytesMax: number, redact: (text: string) => string): string {
  if (body.byteLength <= bytesMax) return redact(utf8(body));
  const headBytes = Math.floor(bytesMax * 0.8);
  const tailBytes = bytesMax - headBytes;
  const reach = REDACTION_MARGIN_BYTES;
  const head = redact(utf8(body.subarray(0, headBytes + reach))).slice(0, headBytes);
  const tail = redact(utf8(body.subarray(Math.max(0, body.byteLength - tailBytes - reach))));
  const missing = body.byteLength - bytesMax;
  return `${head}\n… ${missing} bytes not kept …\n${tailBytes === 0 ? '' : tail.slice(-tailBytes)}`;
}

const decoder = new TextDecoder();
function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
function tokens(usage: Usage): { input_tokens: number | null; output_tokens: number | null } {
  return { input_tokens: whole(usage.inputTokens), output_tokens: whole(usage.outputTokens) };
}
function mapValues(record: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
function whole(n: number | undefined): number | null {
  return n === undefined || !Number.isFinite(n) ? null : Math.round(n);
}
function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
