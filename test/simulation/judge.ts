/** Judges a town by what its clients saw, what its upstreams were asked and said, and what the journal says. Reads wire bytes by itself: it shares no reader with the house. */

import type { LabCallRecord } from '../../src/lab/record.ts';
import type { Fact } from '../../src/model/journal.ts';
import { judgeAnswer } from './judge-answer.ts';
import { isDenied, judgeBudget, judgeCircuits } from './judge-pool.ts';
import { excuses, isCrowded, isLeftAtOnce } from './owed.ts';
import { readStory, type Story } from './story.ts';
import type { Seen, Town } from './town.ts';

export type FactOf<Name extends Fact['fact']> = Extract<Fact, { fact: Name }>;

/** One exchange from all sides. */
export interface Case {
  readonly seen: Seen;
  readonly story: Story;
  readonly end: FactOf<'exchange-ended'>;
  readonly starts: readonly FactOf<'attempt-started'>[];
  readonly ends: readonly FactOf<'attempt-ended'>[];
  readonly facts: readonly Fact[];
  /** The call of each attempt. */
  readonly calls: readonly LabCallRecord[];
  readonly said: (call: LabCallRecord) => Uint8Array;
}

/** One sentence for each broken promise; empty for a town that was served as promised. */
export function judge(town: Town): string[] {
  const broken: string[] = [];
  for (const fault of town.faults)
    broken.push(`the code threw: ${fault instanceof Error ? fault.stack : String(fault)}`);
  if (town.transport.open > 0) broken.push(`${town.transport.open} upstream answers are still open`);
  const lent = town.pool.snapshot().filter((account) => account.inFlight !== 0);
  for (const { email, inFlight } of lent) broken.push(`${email} still has ${inFlight} leases out`);
  const facts = Map.groupBy(town.journal.facts, ({ id }) => id);
  const calls = Map.groupBy(town.transport.calls, (call) => /visitor-\d+/.exec(Buffer.from(call.body).toString())?.[0]);
  for (const seen of town.seen) {
    const told = judgeOne(town, seen, facts.get(seen.id) ?? [], calls.get(seen.visit.name) ?? []);
    const { name, protocol, stream, models } = seen.visit;
    const who = `${name} (${protocol}${stream ? ', streamed' : ''}, ${models.join(' then ')})`;
    broken.push(...told.map((sentence) => `${who}: ${sentence}`));
  }
  return [...broken, ...judgeCircuits(town), ...judgeBudget(town)];
}

function judgeOne(town: Town, seen: Seen, facts: readonly Fact[], calls: readonly LabCallRecord[]): string[] {
  const { sight } = seen;
  const ends = facts.filter((fact) => fact.fact === 'exchange-ended');
  const [end] = ends;
  if (ends.length !== 1 || !end) return [`the journal has ${ends.length} endings`];
  const hasLeft = sight.leftMs !== undefined;
  const exchange: Case = {
    ...{ seen, end, facts, calls, said: town.said, story: readStory(seen, hasLeft) },
    starts: facts.filter((fact) => fact.fact === 'attempt-started'),
    ends: facts.filter((fact) => fact.fact === 'attempt-ended'),
  };
  const broken = [...judgeSight(exchange, hasLeft), ...judgeAttempts(town, exchange)];
  if (hasLeft) {
    const { outcome } = end;
    if (outcome === 'failed') broken.push(`left, journal: ${outcome}`);
    return [...broken, ...judgeAnswer(exchange, hasLeft)];
  }
  for (const name of ['x-account-email', 'x-mapped-model', 'x-request-id', 'x-attempts']) {
    if (sight.headers[name] === undefined) broken.push(`the header ${name} is missing`);
  }
  broken.push(...judgeAnswer(exchange, hasLeft));
  if (!exchange.story.isComplete && !isExcused(town, exchange)) {
    broken.push(`a healthy account was there, yet: ${exchange.story.error ?? 'no whole answer'}`);
  }
  return broken;
}

function isExcused({ plan }: Town, { seen: { visit }, story, starts, ends, calls }: Case): boolean {
  if (excuses(plan, visit, story).length > 0 || isLeftAtOnce(plan, visit, calls)) return true;
  const denied = ends.filter(({ decision }) => decision !== undefined && isDenied(decision));
  return denied.some(({ n }) => isCrowded(plan, visit, starts.find((start) => start.n === n)?.mappedModel ?? ''));
}

/** What the client saw of the connection, against what the journal says of it. */
function judgeSight({ seen, end }: Case, hasLeft: boolean): string[] {
  const { sight } = seen;
  const broken: string[] = [];
  const check = (holds: boolean, sentence: string): void => void (holds || broken.push(sentence));
  check(hasLeft ? sight.ends === 0 : sight.ends === 1, `saw ${sight.ends} endings`);
  check(sight.opens <= 1, `was opened ${sight.opens} times`);
  check(sight.writesAfterEnd === 0, 'was written to after the end');
  check(seen.openAfterLeaving === 0, 'left, and 250 ms later its upstream was still open');
  if (!hasLeft) check(end.status === sight.status, `journal: status ${end.status}, client: ${sight.status}`);
  const bytes = sight.pieces.reduce((sum, piece) => sum + piece.length, 0);
  check(end.responseBytes === bytes, `journal: ${end.responseBytes} bytes, client: ${bytes}`);
  return broken;
}

function judgeAttempts({ plan }: Town, { seen, end, starts, calls }: Case): string[] {
  const broken: string[] = [];
  const { maxAttempts, deadlineMs, resume } = plan.healing;
  if (calls.length !== starts.length || end.attempts !== starts.length) {
    broken.push(`journal: ${starts.length} attempts, ${end.attempts} at its end, upstreams: ${calls.length}`);
  }
  for (const [model, tries] of Map.groupBy(starts, ({ mappedModel }) => mappedModel)) {
    if (tries.length > maxAttempts) broken.push(`${tries.length} attempts for ${model}`);
    if (!seen.visit.models.includes(model)) broken.push(`${model} is not on its route`);
  }
  const { firstByteMs } = seen.sight;
  const waitedMs = (firstByteMs ?? seen.startedMs) - seen.startedMs;
  if (waitedMs > deadlineMs) broken.push(`the first byte came after ${waitedMs} ms`);
  if (!resume && starts.some((start) => start.resume !== undefined)) broken.push('was resumed, and resuming is off');
  return broken;
}
