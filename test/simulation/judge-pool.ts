/** Judges how a town's accounts were lent: circuits left in peace and probed by one at a time, retries within their budget. Counts everything anew from what was seen. */

import type { AccountSnapshot } from '../../src/accounts/pool.ts';
import { RETRY_FLOOR, RETRY_SHARE, RETRY_WINDOW_MS } from '../../src/accounts/retry-budget.ts';
import type { RetryDecision } from '../../src/model/failure.ts';
import { providerOf } from './households.ts';
import type { Town } from './town.ts';
import type { Lending } from './watch.ts';

export function judgeCircuits({ lendings }: Town): string[] {
  return [...lendings.flatMap(judgeLending), ...judgeProbes(lendings)];
}

type Circuit = AccountSnapshot['circuits'][number];

/** Those on the way to this model that belong to the account alone. */
function ownCircuits({ circuits }: AccountSnapshot, model: string): readonly Circuit[] {
  return circuits.filter(({ scope, model: of }) => scope !== 'place-model' && (of === undefined || of === model));
}

/** An account that is left in peace is lent only when nobody is well. */
function judgeLending({ wish, email, before, atMs }: Lending): string[] {
  const { model, failed, avoidProvider, only } = wish;
  const lent = before.find((account) => account.email === email);
  const shut = lent && ownCircuits(lent, model).find(({ state, probing }) => state === 'open' || probing);
  if (shut === undefined || only !== undefined) return [];
  const well = before.find(
    (account) =>
      account.email !== email &&
      account.provider === providerOf(model) &&
      account.provider !== avoidProvider &&
      !failed.has(account.email) &&
      account.circuits.every(({ model: of }) => of !== undefined && of !== model) &&
      account.resting.every(({ model: of }) => of !== undefined && of !== model),
  );
  if (well === undefined) return [];
  return [`at ${atMs} ms ${email} was lent with its circuit ${shut.state}, while ${well.email} was well`];
}

/** A half-open circuit has one probe out at a time. */
function judgeProbes(lendings: readonly Lending[]): string[] {
  const out = new Map<string, Lending>();
  return lendings.flatMap((lending) => {
    const { before, email, wish, atMs } = lending;
    const lent = before.find((account) => account.email === email);
    const due = lent?.circuits.filter(
      ({ state, probing, model }) => state === 'half-open' && !probing && (model === undefined || model === wish.model),
    );
    return (due ?? []).flatMap(({ scope, model = '' }) => {
      const key = `${scope} ${scope === 'place-model' ? providerOf(wish.model) : email} ${model}`;
      const other = out.get(key);
      out.set(key, lending);
      const isOut = other !== undefined && (other.settledMs === undefined || other.settledMs > atMs);
      return isOut ? [`at ${atMs} ms a second probe of ${key} was sent`] : [];
    });
  });
}

interface Happening {
  readonly atMs: number;
  readonly what: 'request' | 'answer' | 'retry' | 'denial';
}

const stepMs = RETRY_WINDOW_MS / 10;

/** Every retry had its place in the budget of its model, and none was denied while there was room. */
export function judgeBudget({ seen, journal }: Town): string[] {
  const startedMs = new Map(seen.map((each) => [each.id, each.startedMs]));
  const happenings = new Map<string, Happening[]>();
  /** The model of the last attempt of each exchange, and of each attempt. */
  const asked = new Map<string, string>();
  const models = new Map<string, string>();
  for (const fact of journal.facts) {
    const fromMs = startedMs.get(fact.id);
    if (fromMs === undefined) continue;
    const isFirst = fact.fact === 'attempt-started' && asked.get(fact.id) !== fact.mappedModel;
    if (fact.fact === 'attempt-started') {
      asked.set(fact.id, fact.mappedModel);
      models.set(`${fact.id} ${fact.n}`, fact.mappedModel);
    }
    const what = isFirst ? 'request' : happeningOf(fact);
    const model = fact.fact === 'attempt-ended' ? models.get(`${fact.id} ${fact.n}`) : asked.get(fact.id);
    if (what === undefined || model === undefined) continue;
    const list = happenings.get(model) ?? [];
    happenings.set(model, list);
    list.push({ atMs: fromMs + ('ms' in fact ? fact.ms : 0), what });
  }
  return [...happenings].flatMap(([model, list]) => judgeModel(list).map((sentence) => `${model}: ${sentence}`));
}

/** A request belongs to every model from its first attempt there, and going on to the next is no retry. */
function happeningOf(fact: Town['journal']['facts'][number]): Happening['what'] | undefined {
  if (fact.fact === 'exchange-ended') return fact.outcome === 'ok' || fact.outcome === 'healed' ? 'answer' : undefined;
  if (fact.fact !== 'attempt-ended' || fact.decision === undefined) return undefined;
  if (isDenied(fact.decision)) return 'denial';
  const { decision } = fact;
  const isRetry = decision.action === 'retry' && decision.remedy === undefined && decision.account !== 'next-model';
  return isRetry ? 'retry' : undefined;
}

export function isDenied({ why }: RetryDecision): boolean {
  return why.startsWith('too many requests for this model fail at once');
}

function judgeModel(list: readonly Happening[]): string[] {
  return list.flatMap(({ atMs, what }, at) => {
    if (what !== 'retry' && what !== 'denial') return [];
    const past = list.slice(0, at + 1);
    // The window moves in steps: it is at most one shorter than it says.
    const long = countsSince(past, atMs - RETRY_WINDOW_MS);
    const short = countsSince(past, atMs - RETRY_WINDOW_MS + stepMs);
    const most = RETRY_FLOOR + RETRY_SHARE * long.request + long.answer;
    if (what === 'retry' && short.retry > most)
      return [`at ${atMs} ms ${short.retry} retries where ${most} are allowed`];
    const least = RETRY_FLOOR + RETRY_SHARE * short.request + short.answer;
    if (what === 'denial' && long.retry + 1 <= least) {
      return [`at ${atMs} ms a retry was denied after ${long.retry} where ${least} are allowed`];
    }
    return [];
  });
}

function countsSince(past: readonly Happening[], sinceMs: number): Record<Happening['what'], number> {
  const counts = { request: 0, answer: 0, retry: 0, denial: 0 };
  for (let at = past.length - 1; at >= 0; at -= 1) {
    const { atMs, what } = past[at] as Happening;
    if (atMs > sinceMs) counts[what] += 1;
  }
  return counts;
}
