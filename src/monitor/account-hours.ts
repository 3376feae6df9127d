/**
 * What each account did in the last hour, read from the facts: attempts, how they ended, how long the first content took. One bucket a minute, and
 * bounded in every direction, because account labels and models come and go; it is never asked on the way of a request.
 */

import type { Fact } from '../model/journal.ts';
import type { RequestJournal, World } from '../model/ports.ts';
import { dropOldest, keepNewest } from './bounded.ts';
import type { AccountHour } from './views.ts';

export interface AccountHours extends RequestJournal {
  hour(email: string): AccountHour;
  /** The upstream models that it was asked for within the hour. */
  models(email: string): readonly string[];
}

const MINUTE_MS = 60_000;
const MINUTES = 60;
/** The account that was asked least recently is forgotten. */
export const ACCOUNTS_MAX = 1_000;
/** Models remembered of one account and minute. */
const MODELS_MAX = 32;
/** Exchanges that are under way; of the oldest the end is then not counted. */
const OPEN_MAX = 10_000;
/** Times to the first content are counted in steps of a tenth, so that an hour of any length has the same size. */
const STEP = 1.1;

interface Minute {
  minute: number;
  attempts: number;
  ok: number;
  failed: number;
  /** How many first contents fell into a step. */
  readonly steps: Map<number, number>;
  readonly models: Set<string>;
}
interface Open {
  readonly account: string;
  readonly startedMs: number;
}

export function createAccountHours({ now }: Pick<World, 'now'>): AccountHours {
  const minutes = createMinutes(now);
  const open = new Map<string, Map<number, Open>>();

  return {
    note(fact: Fact) {
      if (fact.fact === 'attempt-started') {
        const attempts = open.get(fact.id) ?? new Map<number, Open>();
        open.set(fact.id, attempts.set(fact.n, { account: fact.account, startedMs: fact.ms }));
        dropOldest(open, OPEN_MAX);
        const minute = minutes.now(fact.account);
        minute.attempts += 1;
        if (minute.models.size < MODELS_MAX) minute.models.add(fact.mappedModel);
      } else if (fact.fact === 'first-content') {
        const attempt = open.get(fact.id)?.get(fact.n);
        if (attempt === undefined) return;
        const { steps } = minutes.now(attempt.account);
        const step = stepOf(fact.ms - attempt.startedMs);
        steps.set(step, (steps.get(step) ?? 0) + 1);
      } else if (fact.fact === 'attempt-ended') {
        const attempt = open.get(fact.id)?.get(fact.n);
        if (attempt === undefined || fact.result === 'cancelled') return;
        minutes.now(attempt.account)[fact.result] += 1;
      } else if (fact.fact === 'exchange-ended') open.delete(fact.id);
    },
    hour: (email) => hourOf(minutes.recent(email)),
    models: (email) => [...new Set(minutes.recent(email).flatMap((minute) => [...minute.models]))],
  };
}

/** A ring of sixty for each account. */
function createMinutes(now: () => number) {
  const accounts = new Map<string, Minute[]>();
  return {
    /** The bucket of this minute. */
    now(account: string): Minute {
      const minutes = accounts.get(account) ?? [];
      keepNewest(accounts, account, minutes, ACCOUNTS_MAX);
      const minute = Math.floor(now() / MINUTE_MS);
      const known = minutes[minute % MINUTES];
      if (known?.minute === minute) return known;
      const fresh = { minute, attempts: 0, ok: 0, failed: 0, steps: new Map(), models: new Set<string>() };
      minutes[minute % MINUTES] = fresh;
      return fresh;
    },
    recent(account: string): Minute[] {
      const minute = Math.floor(now() / MINUTE_MS);
      // A clock that was set back leaves minutes of the future behind.
      return Object.values(accounts.get(account) ?? []).filter((each) => {
        const age = minute - each.minute;
        return age >= 0 && age < MINUTES;
      });
    },
  };
}

function hourOf(minutes: readonly Minute[]): AccountHour {
  const sum = (what: 'attempts' | 'ok' | 'failed') => minutes.reduce((total, minute) => total + minute[what], 0);
  const steps = new Map<number, number>();
  for (const minute of minutes)
    for (const [step, count] of minute.steps) steps.set(step, (steps.get(step) ?? 0) + count);
  return {
    attempts: sum('attempts'),
    ok: sum('ok'),
    failed: sum('failed'),
    first_content_p50_ms: percentile(steps, 0.5),
    first_content_p99_ms: percentile(steps, 0.99),
  };
}

function stepOf(ms: number): number {
  return Math.round(Math.log(Math.max(ms, 1)) / Math.log(STEP));
}

/** To a twentieth exactly; null when nothing was counted. */
function percentile(steps: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...steps.values()].reduce((sum, count) => sum + count, 0);
  let left = Math.ceil(total * share);
  for (const [step, count] of [...steps].sort(([one], [other]) => one - other)) {
    left -= count;
    if (left <= 0) return Math.round(STEP ** step);
  }
  return null;
}
