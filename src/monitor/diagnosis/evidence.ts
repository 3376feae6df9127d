/** The facts that a diagnosis rests on, as short sentences in the order in which they happened. Upstream texts are quoted, on one line and cut; nothing is concluded here. */

import type { AttemptRow, LogLine } from '../rows.ts';
import type { Language } from '../views.ts';
import type { FailedRow, Reading } from './reading.ts';
import { humanDuration } from './times.ts';
import { type Blanks, type EvidenceName, filled, WORDS } from './words/words.ts';

/** A request has a handful of attempts; a client that resumes for an hour may have many. */
const ATTEMPTS_TOLD_MAX = 20;
const LOG_LINES_TOLD_MAX = 4;
const QUOTE_CHARS_MAX = 240;
const LOG_CHARS_MAX = 110;

export function evidenceOf(reading: Reading, language: Language): string[] {
  const { record, told: heard } = reading;
  const { row, attempts } = record;
  const say = (name: EvidenceName, blanks: Blanks): string => filled(WORDS[language].evidence[name], blanks) ?? '';
  const lasted = (ms: number): string => humanDuration(ms, language);
  const unknown = WORDS[language].phrases.unknown;
  const told = {
    path: quote(row.path),
    protocol: row.protocol,
    account: row.account_email,
    model: quote(row.model) || unknown,
    mapped: row.mapped_model || unknown,
    status: String(row.status),
    duration: lasted(row.duration_ms),
  };
  const facts = [say('path', told)];
  const used = new Set<LogLine>();
  for (const attempt of attempts.slice(0, ATTEMPTS_TOLD_MAX)) {
    const failed = reading.failed.find((each) => each.attempt === attempt);
    const line = failed === undefined ? undefined : lineOf(reading, attempt);
    if (line !== undefined) used.add(line);
    const fact = say(nameFor(attempt, failed), attemptBlanks(attempt, failed, lasted));
    facts.push(fact + (line === undefined ? '' : say('log', { line: quote(line.msg, LOG_CHARS_MAX) })));
    if (attempt.action !== '') facts.push(decided(attempt, language, say));
  }
  if (row.stop_reason !== null) {
    facts.push(say('stopped', { stop: quote(row.stop_reason), out: String(row.output_tokens ?? '?') }));
  }
  const others = record.log.filter((line) => !used.has(line) && isTelling(line));
  const lines = [...new Set(others.map(({ msg }) => quote(msg, LOG_CHARS_MAX)))].slice(0, LOG_LINES_TOLD_MAX);
  facts.push(...lines.map((line) => say('log-line', { line })));
  if (heard !== '') facts.push(say('told', { error: quote(heard) }));
  return facts;
}

/** What kind of sentence an attempt is told by. */
function nameFor(attempt: AttemptRow, failed: FailedRow | undefined): EvidenceName {
  if (attempt.result === 'ok') return 'attempt-whole';
  if (failed === undefined) return 'attempt-left';
  const { kind } = failed;
  const isAnswered = attempt.first_byte_ms !== null;
  if (attempt.first_content_ms !== null) return 'attempt-broke';
  if (kind === 'unreachable') return 'attempt-unreached';
  if (kind === 'silent') return 'attempt-silent';
  if (!isAnswered) return attempt.status === null ? 'attempt-unsent' : 'attempt-refused';
  return kind === 'empty' || kind === 'ended' ? 'attempt-empty' : 'attempt-wrong';
}

function attemptBlanks(attempt: AttemptRow, failed: FailedRow | undefined, lasted: (ms: number) => string): Blanks {
  const { n, account_email, status, started_ms, first_content_ms, ended_ms } = attempt;
  return {
    n: String(n),
    account: account_email,
    status: String(status ?? ''),
    content: lasted((first_content_ms ?? ended_ms) - started_ms),
    ended: lasted(ended_ms - started_ms),
    detail: quote(failed?.detail ?? ''),
  };
}

function decided(attempt: AttemptRow, language: Language, say: (name: EvidenceName, blanks: Blanks) => string): string {
  const { n, action, why } = attempt;
  const did = action === '' ? '' : WORDS[language].actions[action];
  return say('decided', { n: String(n), action: did }) + (why == null ? '' : say('because', { why: quote(why) }));
}

/** The first warning at the moment an attempt failed: the line that a person would search the log for. */
function lineOf({ record }: Reading, attempt: AttemptRow): LogLine | undefined {
  const endedAt = Date.parse(record.row.time) + attempt.ended_ms;
  return record.log.find(({ time, level }) => level === 'warn' && Math.abs(Date.parse(time) - endedAt) <= 1);
}

/** Warnings, and what was decided about accounts; the last line repeats what stands in the row. */
function isTelling({ level, msg }: LogLine): boolean {
  return (level === 'warn' && !/^(failed|Giving up): /.test(msg)) || / rests .* for (this|every) model/.test(msg);
}

/** One line, cut. */
export function quote(text: string, charactersMax = QUOTE_CHARS_MAX): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= charactersMax ? flat : `${[...flat].slice(0, charactersMax - 1).join('')}…`;
}
