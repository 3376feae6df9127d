/**
 * Builds the record of a request from its facts. Pure: the same facts always make the same record; nothing is written here.
 * It must never change what a fact says, and never keeps an exchange after its end. While an exchange runs it only collects references.
 */

import type { Fact } from '../model/journal.ts';
import { keptAnswer, markRows } from './record-answer.ts';
import { bodyText, utf8, withoutMedia } from './record-body.ts';
import { changeRows } from './record-changes.ts';
import { type Ended, noteAttempt, type OpenAttempt, type OpenExchange, OpenExchanges } from './record-exchange.ts';
import { attemptRow, isoTime, requestRow, whole } from './record-rows.ts';
import {
  type AttemptRow,
  type FinishedRecord,
  type LogLine,
  type RecordedMessage,
  type RequestRow,
  searchedWords,
} from './rows.ts';
import type { RawAnswer, StepRow } from './views.ts';

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

/** Log lines kept with one request. */
const LOG_LINES_MAX = 500;

interface Recorded extends OpenExchange {
  readonly log: LogLine[];
  readonly steps: StepRow[];
}

export function createRecordBuilder(dependencies: RecordDependencies): RecordBuilder {
  const open = new OpenExchanges<Recorded>();
  return {
    see(fact) {
      const lines = dependencies.narrate(fact);
      const isStart = fact.fact === 'exchange-started';
      const exchange = isStart
        ? open.begin({ started: fact, attempts: new Map(), log: [], steps: [] })
        : open.get(fact.id);
      if (exchange === undefined) return;
      noteLines(exchange, fact, lines, dependencies.redact);
      noteStep(exchange, fact, dependencies.redact);
      noteAttempt(exchange, fact);
      if (fact.fact !== 'exchange-ended') return;
      open.end(fact.id);
      dependencies.finished(makeRecord(exchange, fact, dependencies));
    },
  };
}

function noteLines(
  exchange: Recorded,
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

function noteStep({ steps, attempts }: Recorded, fact: Fact, redact: (text: string) => string): void {
  if (!('ms' in fact) || steps.length >= STEPS_MAX) return;
  const add = (what: StepRow['what'], forMs: number | undefined, why: string | undefined): void => {
    const row = { what, ms: whole(fact.ms) ?? 0, for_ms: whole(forMs), why: why === undefined ? null : redact(why) };
    steps.push(row);
  };
  if (fact.fact === 'attempt-started') {
    const isFirst = fact.repaired && !steps.some(({ what }) => what === 'repaired');
    if (isFirst) add('repaired', undefined, [...attempts.values()].at(-1)?.ended?.decision?.why);
  } else if (STEPS.has(fact.fact)) {
    const why = 'why' in fact ? fact.why : 'model' in fact ? fact.model : undefined;
    add(fact.fact as StepRow['what'], 'forMs' in fact ? fact.forMs : undefined, why);
  }
}

function makeRecord(exchange: Recorded, ended: Ended, { bodies, redact }: RecordDependencies): FinishedRecord {
  const { started } = exchange;
  const attempts = [...exchange.attempts.values()];
  const { keep, bytesMax } = bodies();
  const message = (headers: Readonly<Record<string, string>>, body: () => string): RecordedMessage => ({
    headers: keep === 'off' ? {} : mapValues(headers, redact),
    body: keep === 'full' ? body() : '',
  });
  const row = requestRow(started, ended, attempts, redact);
  const answer = keptAnswer(keep === 'full' ? ended.responseBody : NOTHING, ended.responseMarks, redact);
  const attemptRows = attempts.map((attempt) => attemptRow(attempt, ended.ms, redact));
  return {
    row,
    attempts: attemptRows,
    request: message(started.headers, () => bodyText(withoutMedia(started.body), bytesMax, redact)),
    response: message(ended.responseHeaders, () => answer.body),
    log: exchange.log,
    steps: exchange.steps,
    changes: keep === 'full' ? changeRows({ attempts, json: started.json, bytesMax, redact }) : [],
    marks: keep === 'full' ? answer.marks : [],
    raw: keep === 'full' ? attempts.flatMap((attempt) => rawAnswer(attempt, redact)) : [],
    error: ended.error === undefined ? null : redact(ended.error),
    search: searchText(row, attemptRows),
  };
}

function rawAnswer({ started, ended }: OpenAttempt, redact: (text: string) => string): RawAnswer[] {
  if (ended?.raw === undefined) return [];
  return [{ n: started.n, body: redact(utf8(ended.raw.bytes)), marks: markRows(ended.raw.marks) }];
}

const NOTHING = new Uint8Array();

/** Of one request. */
const SEARCH_CHARS_MAX = 8192;
/** In lower case, as a search is. */
export function searchText(row: RequestRow, attempts: readonly AttemptRow[]): string {
  const tried = attempts.flatMap((attempt) => [attempt.account_email, attempt.mapped_model, attempt.failure ?? '']);
  const words = [...searchedWords(row), ...tried];
  return [...new Set(words)].join('\n').toLowerCase().slice(0, SEARCH_CHARS_MAX);
}

function mapValues(record: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
