/**
 * A second attempt beside a slow first one, off unless it is configured: when the first of an exchange takes longer to say something than the model
 * nearly always does, another account is asked too. The first that says something is shown, the other is stopped at once. Both are over when this resolves.
 */

import type { Lease } from '../model/ports.ts';
import { currentModel } from './course.ts';
import { type AttemptOutcome, attempt, type Lane } from './one-attempt.ts';
import type { Walk } from './walk.ts';

type Headers = Readonly<Record<string, string>>;

export async function hedged(walk: Walk, lease: Lease, headers: Headers): Promise<AttemptOutcome> {
  const delayMs = delayOf(walk);
  if (delayMs === undefined) return attempt(walk, lease, headers);
  const race = new Race();
  let second: Promise<AttemptOutcome> | undefined;
  const first = race.run((lane) => attempt(walk, lease, headers, lane), false);
  // One that takes just as long as they nearly always do is not slow.
  const alarm = walk.doors.world.alarm(delayMs + 1, () => {
    if (race.isOver || walk.exchange.sink.gone.aborted) return;
    const other = leaseOther(walk, lease);
    if (!other) return;
    second = race.run((lane) => attempt(walk, other, headers, lane), true);
    // Whoever waits for the first hears of a fault of the second later.
    second.catch(() => undefined);
  });
  try {
    const outcome = await first;
    return second === undefined ? outcome : race.outcomeOf(outcome, await second);
  } finally {
    alarm.cancel();
    // A fault of our own in the first must not leave the second running.
    race.callOff();
    await second?.catch(() => undefined);
  }
}

/** Undefined when this attempt gets no company: hedging is off, it is no first one, or too little is known. */
function delayOf({ doors, course, exchange, ledger }: Walk): number | undefined {
  const { healing, hedging } = doors;
  if (!healing.hedge || healing.maxAttempts < 2) return undefined;
  if (course.attempts > 0 || !ledger.isEmpty || exchange.request.operation !== 'generate') return undefined;
  return hedging.delayMs(currentModel(course));
}

/** Another account that could be asked now. Without the conversation: it stays with the account that has its cache. */
function leaseOther({ doors, course, exchange }: Walk, first: Lease): Lease | undefined {
  const { protocol, operation } = exchange.request;
  const wish = { protocol, operation, model: currentModel(course), failed: new Set([first.account.email]) };
  if (!doors.pool.another(wish) || !doors.hedging.take(wish.model)) return undefined;
  const lease = doors.pool.lease(wish);
  return 'none' in lease ? undefined : lease;
}

interface Runner {
  readonly control: AbortController;
  isRunning: boolean;
}

class Race {
  readonly #lanes: Runner[] = [];
  #winner: number | undefined;
  #last: AttemptOutcome | undefined;

  /** Something was said, or everybody has given up. */
  get isOver(): boolean {
    return this.#winner !== undefined || !this.#lanes.some(({ isRunning }) => isRunning);
  }

  async run(go: (lane: Lane) => Promise<AttemptOutcome>, isHedge: boolean): Promise<AttemptOutcome> {
    const own = { control: new AbortController(), isRunning: true };
    const place = this.#lanes.push(own) - 1;
    const others = (): readonly Runner[] => this.#lanes.filter((each) => each !== own);
    const claim = (): boolean => {
      this.#winner ??= place;
      if (this.#winner !== place) return false;
      for (const { control } of others()) control.abort();
      return true;
    };
    const hasCompany = (): boolean => {
      own.isRunning = false;
      return this.#winner === undefined && others().some(({ isRunning }) => isRunning);
    };
    try {
      const outcome = await go({ claim, lost: own.control.signal, hasCompany, isHedge });
      if (this.#winner === undefined || this.#winner === place) this.#last = outcome;
      return outcome;
    } finally {
      own.isRunning = false;
    }
  }

  /** The winner's; where nobody won, that of whoever gave up last. */
  outcomeOf(...ends: readonly AttemptOutcome[]): AttemptOutcome {
    const end = this.#last ?? ends.at(-1);
    if (end === undefined) throw new Error('a race without runners');
    return end;
  }

  callOff(): void {
    for (const { control } of this.#lanes) control.abort();
  }
}
