/**
 * Judges one cell: what its client got, in a word for the table, and every promise that was broken, in sentences. No cell may be a hang, a false end,
 * a duplicate or a loss, and the journal must tell what the client saw.
 */

import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import type { LabAnswer } from '../../../src/lab/answer.ts';
import { composeThought } from '../../../src/lab/words.ts';
import type { Fact } from '../../../src/model/journal.ts';
import { visibleText } from '../../contracts/said/said.ts';
import { type Cell, upstreams } from './cells.ts';
import { type Heard, hear } from './heard.ts';
import { healing, type Lived } from './live.ts';
import { errorFaults } from './promised-errors.ts';
import { answerTo } from './questions.ts';

export interface Judgement {
  /** What the caller got: `whole`, `whole, resumed`, `error 429`, `error event`, `refusal` … */
  readonly outcome: string;
  readonly broken: readonly string[];
}

export function judge(cell: Cell, lived: Lived): Judgement {
  if (lived.endedMs === undefined) return { outcome: 'a hang', broken: ['the exchange never ended'] };
  const heard = hear(cell, lived.sight);
  const broken = [
    ...lived.thrown.map((error) => `the code threw: ${error instanceof Error ? error.stack : String(error)}`),
    ...heard.grammar.map((fault) => `grammar: ${fault}`),
    ...answerFaults(cell, lived, heard),
    ...connectionFaults(lived),
    ...headerFaults(cell, lived, heard),
    ...timeFaults(cell, lived),
    ...journalFaults(cell, lived, heard),
  ];
  return { outcome: outcomeOf(cell, lived, heard), broken };
}

function outcomeOf({ fault }: Cell, { sight, records }: Lived, heard: Heard): string {
  if (heard.end === 'none') return 'no end';
  if (heard.end === 'refused') return `error ${sight.status}`;
  if (heard.end === 'broken') return 'error event';
  if (fault === 'refusal' && heard.said.ending === 'refusal') return 'refusal';
  const flags = records[0]?.row.flags ?? [];
  return ['whole', ...(['repaired', 'resumed'] as const).filter((flag) => flags.includes(flag))].join(', ');
}

function answerFaults(cell: Cell, lived: Lived, heard: Heard): string[] {
  const { said, end } = heard;
  const expected = answerTo(cell.question);
  const text = visibleText(said);
  const calls = said.calls.map(({ name, input }) => [name, input]);
  const wanted = expected.toolCalls.map(({ name, args }) => [name, args]);
  if (end === 'none') return ['the answer has no end'];
  if (end !== 'whole') {
    const faults = errorFaults(cell, lived.sight, heard);
    if (!expected.text.startsWith(text)) faults.push(`the text is no beginning of the answer: ${show(text)}`);
    if (calls.length > 0) faults.push(`tool calls of an answer that broke: ${show(calls)}`);
    if (said.ending !== 'none') faults.push(`an error after the end ${said.ending}`);
    return [...faults, ...thinkingFaults(cell, lived, heard, expected)];
  }
  const faults: string[] = [];
  if (lived.sight.status !== 200) faults.push(`a whole answer with the status ${lived.sight.status}`);
  if (cell.fault === 'refusal' && said.ending === 'refusal') {
    return text === '' && calls.length === 0 ? faults : [...faults, 'a refusal that says something'];
  }
  if (said.ending !== 'done') faults.push(`it ends as ${said.ending}`);
  if (text !== expected.text) faults.push(`the text ${show(text)} instead of ${show(expected.text)}`);
  if (!isDeepStrictEqual(calls, wanted)) faults.push(`the calls ${show(calls)} instead of ${show(wanted)}`);
  return [...faults, ...thinkingFaults(cell, lived, heard, expected)];
}

/** Thoughts that broke off may be begun anew: each telling is a beginning of the thought, and the last of a whole answer is all of it. */
function thinkingFaults({ question }: Cell, { facts }: Lived, { said, end }: Heard, expected: LabAnswer): string[] {
  const thought = plainThought(expected.thinking ?? '');
  const other = plainThought(THEN_NOTHING);
  const rest = plainThought(said.thinking);
  const attempts = facts.filter(({ fact }) => fact === 'attempt-started').length;
  if (question === 'thinking' && end === 'whole' && !rest.endsWith(thought)) {
    return [`the thoughts end otherwise: ${show(said.thinking)}`];
  }
  return isTold(rest, question === 'thinking' ? [thought, other] : [other], attempts)
    ? []
    : [`thoughts that nobody had: ${show(said.thinking)}`];
}

/** Whether a text is made of beginnings of these thoughts, at most so many. */
function isTold(text: string, thoughts: readonly string[], tellingsMax: number): boolean {
  let ends = new Set([0]);
  for (let telling = 0; telling < tellingsMax && !ends.has(text.length); telling += 1) {
    const next = new Set<number>();
    for (const from of ends) {
      const longest = Math.max(...thoughts.map((thought) => beginningOf(text.slice(from), thought)));
      for (let length = 1; length <= longest; length += 1) next.add(from + length);
    }
    ends = next;
  }
  return ends.has(text.length);
}

/** What the lab thinks when a fault lets it think and nothing more. */
const THEN_NOTHING = composeThought('then nothing');

/** Dialects differ in titles and blank lines of thoughts. */
function plainThought(text: string): string {
  return text.replaceAll('**A thought**', '').replace(/\s+/g, '');
}

function beginningOf(text: string, whole: string): number {
  let length = 0;
  while (length < text.length && length < whole.length && text[length] === whole[length]) length += 1;
  return length;
}

function connectionFaults({ sight, openUpstreams, calls, alarms, lent }: Lived): string[] {
  const faults: string[] = [];
  if (sight.ends !== 1 || sight.opens !== 1) faults.push(`opened ${sight.opens} times, ended ${sight.ends} times`);
  if (sight.writesAfterEnd > 0) faults.push('written to after the end');
  const open = calls.filter(({ ending }) => ending === 'open').length;
  if (openUpstreams + open > 0) faults.push(`${openUpstreams} upstream answers are still open`);
  if (alarms > 0) faults.push(`${alarms} alarms are still set`);
  if (lent > 0) faults.push(`${lent} accounts are still lent`);
  return faults;
}

function headerFaults({ client, framing, upstream }: Cell, { sight, calls, id }: Lived, { end }: Heard): string[] {
  const { headers } = sight;
  const { provider, model } = upstreams[upstream];
  const attempts = Number(headers['x-attempts']);
  // The headers of a stream were written before the attempts that went on with it.
  const areCounted =
    end === 'refused' || framing === 'collected' ? attempts === calls.length : attempts <= calls.length;
  const wanted: Readonly<Record<string, boolean>> = {
    'x-account-email': new RegExp(`^${provider}-\\d@matrix\\.example$`).test(headers['x-account-email'] ?? ''),
    'x-mapped-model': headers['x-mapped-model'] === model,
    'x-request-id': headers['x-request-id'] === id,
    'x-attempts': areCounted && attempts >= 1,
    'request-id': client !== 'anthropic' || headers['request-id'] === id,
    'content-type': end === 'refused' || contentType[framing].test(headers['content-type'] ?? ''),
  };
  return Object.entries(wanted)
    .filter(([, isRight]) => !isRight)
    .map(([name]) => `the header ${name}: ${headers[name]}`);
}

const contentType = { streamed: /^text\/event-stream/, array: /^application\/json/, collected: /^application\/json/ };

/** Longer than its clocks no attempt may be silent; a wait comes only where no other account could help. */
const waitMsMax = 60_000;

function timeFaults({ house }: Cell, { endedMs = 0, calls }: Lived): string[] {
  const attemptMsMax = Math.max(healing.firstByteMs + healing.idleMs, healing.firstContentMs + healing.idleMs);
  const hasOthers = house === 'two' || house === 'three';
  const boundMs = calls.length * attemptMsMax + (hasOthers ? 0 : (calls.length - 1) * waitMsMax);
  return endedMs <= boundMs ? [] : [`it took ${endedMs} ms for ${calls.length} attempts`];
}

type Ended = Extract<Fact, { fact: 'attempt-ended' }>;

function journalFaults(cell: Cell, lived: Lived, heard: Heard): string[] {
  const { records, facts, sight, calls, endedMs } = lived;
  const record = records[0];
  if (records.length !== 1 || record === undefined) return [`${records.length} rows in the journal`];
  const { row, attempts } = record;
  const isWhole = heard.end === 'whole';
  const accounts = attempts.map(({ account_email: account }) => account);
  const ended = facts.filter((fact): fact is Ended => fact.fact === 'attempt-ended');
  const broke = ended.some(({ failure }) => failure?.reach === 'committed');
  const wantedFlags: Readonly<Record<string, boolean>> = {
    retried: accounts.length > 1,
    rotated: accounts.some((account, at) => at > 0 && account !== accounts[at - 1]),
    repaired: cell.fault === 'signature-refusal' && ended.some(({ failure }) => failure?.kind === 'signature-refused'),
    resumed: facts.some(({ fact }) => fact === 'resumed'),
    interrupted: broke && !isWhole,
    fallback: false,
  };
  const flagFaults = Object.entries(wantedFlags)
    .filter(([flag, isDue]) => row.flags.includes(flag as never) !== isDue)
    .map(([flag, isDue]) => `journal: the flag ${flag} is ${isDue ? 'missing' : 'there'}`);
  const outcome = isWhole ? (calls.length > 1 ? 'healed' : 'ok') : 'failed';
  const checks: Readonly<Record<string, boolean>> = {
    [`outcome ${row.outcome}`]: row.outcome === outcome,
    [`status ${row.status}`]: row.status === sight.status,
    [`${row.attempts} attempts, ${attempts.length} rows of them, ${calls.length} calls`]:
      row.attempts === calls.length && attempts.length === calls.length && calls.length <= healing.maxAttempts,
    [`account ${row.account_email}`]: row.account_email === accounts.at(-1),
    [`duration ${row.duration_ms}`]: row.duration_ms === endedMs,
    [`stream ${row.stream}`]: row.stream === (cell.framing !== 'collected'),
    [`results ${attempts.map(({ result }) => result)}`]: attempts.every(
      ({ result }, at) => result === (isWhole && at === attempts.length - 1 ? 'ok' : 'failed'),
    ),
    'failures without their reason': attempts.every(
      ({ result, failure }) => (result === 'failed') === (failure !== null),
    ),
    'a resumption without a break': !wantedFlags.resumed || broke,
    [`${bytesIn(facts)} bytes`]: bytesIn(facts) === Buffer.concat(sight.pieces).length,
  };
  const wrong = Object.entries(checks).filter(([, isRight]) => !isRight);
  return [...flagFaults, ...wrong.map(([what]) => `journal: ${what}`)];
}

function bytesIn(facts: readonly Fact[]): number {
  return facts.reduce((sum, fact) => sum + (fact.fact === 'exchange-ended' ? fact.responseBytes : 0), 0);
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 240 ? `${text.slice(0, 240)}…` : text;
}
