/** What a town owes its visitors, computed from the town alone: whether a whole answer had to come, whatever the sick accounts did and whenever they died. */

import { CIRCUIT_OPEN_MS_MAX } from '../../src/accounts/circuit.ts';
import { RETRY_FLOOR } from '../../src/accounts/retry-budget.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import { type Household, providerOf, spellsBetween } from './households.ts';
import type { Story } from './story.ts';
import type { Plan } from './town.ts';
import type { Visit } from './visits.ts';

/** No exchange of a town lasts longer: the deadline, and once more after a shown answer broke off. */
const lifeMsMax = 1_300_000;

/** An open circuit, and the slowest answer of whoever probes it. */
const circuitMsMax = CIRCUIT_OPEN_MS_MAX + 40_000;

/** Why a visitor may be told of an error although a healthy account is there; empty when it may not. `beganCall`: it saw a tool call, or a part of one. */
export function excuses(plan: Plan, visit: Visit, { beganCall }: Pick<Story, 'beganCall'>): string[] {
  const { healing } = plan;
  const route = routeOf(plan, visit);
  const breaks = (which: 'before' | 'after'): boolean => route.some((house) => troubles(house, visit, which));
  const well = route.filter((house) => isWell(house, visit));
  if (well.length === 0) return ['no account of its models is well'];
  const isShownInPart = visit.stream && breaks('after');
  const why: string[] = [];
  if (isShownInPart && !healing.resume) why.push('what was shown in part is not gone on with: resuming is off');
  if (isShownInPart && healing.hold === 'live' && beganCall) why.push('a call was shown, and must not come twice');
  // A model with an open circuit is passed over for the next of the route, and nobody goes back.
  const isStuck = visit.models.some((model) => {
    const own = well.filter(({ account }) => account.provider === providerOf(model));
    return own.length > 0 && own.every(({ resume }) => resume === 'contradict');
  });
  if (isShownInPart && isStuck) why.push('everybody of one model who is well contradicts what was shown');
  return why;
}

/**
 * An overloaded provider is left for the route's next model at once, although another of its accounts may be well, unless another provider can serve the
 * model, which none can in a town; and nobody goes back. Every other failure asks all accounts of its model first. `calls`: what was really asked.
 */
export function isLeftAtOnce(plan: Plan, visit: Visit, calls: readonly LabCallRecord[]): boolean {
  const last = providerOf(visit.models.at(-1) ?? '');
  const route = routeOf(plan, visit);
  const isOfLast = ({ account }: Household): boolean => account.provider === last;
  if (route.some((house) => isOfLast(house) && isWell(house, visit))) return false;
  const keys = new Set(route.filter(isOfLast).map(({ account }) => account.credential));
  const left = calls.findLast(({ account }) => !keys.has(account));
  return left?.status !== undefined && overloadedStatuses.has(left.status);
}

/** The rows 503 and 529 of the failure table. An error inside a 200 is another one. */
const overloadedStatuses: ReadonlySet<number> = new Set([503, 529]);

/** Whether so many need this model at the same time, each perhaps with so many retries, that its retry budget may end. */
export function isCrowded(plan: Plan, visit: Visit, model: string): boolean {
  const needed = plan.visits
    .filter(({ models, arrivesMs }) => {
      const isNear = Math.abs(arrivesMs - visit.arrivesMs) <= lifeMsOf(plan, visit);
      return models.includes(model) && isNear;
    })
    .reduce((sum, each) => sum + retriesMax(plan, each, model), 0);
  return needed > RETRY_FLOOR;
}

/** A sick account is asked twice at most while another is well; without one its model is asked as often as is allowed. */
function retriesMax(plan: Plan, visit: Visit, model: string): number {
  const house = routeOf(plan, visit).filter(({ account }) => account.provider === providerOf(model));
  const sick = house.filter((each) => !isWell(each, visit));
  if (house.some((each) => isWell(each, visit))) return sick.length * 2;
  return plan.healing.maxAttempts + 2;
}

/** How long before or after this visit another one may still be at its retries. */
function lifeMsOf(plan: Plan, visit: Visit): number {
  const isSlow = routeOf(plan, visit).some((house) =>
    spellsBetween(house, 0, Infinity).some(({ weather }) => SLOW.test(weather)),
  );
  return isSlow ? 200_000 : 30_000;
}

const SLOW = /silence|comments|stall|hang|slow|503|529|overloaded|in-band|error|429|500|504/;

export function routeOf({ households }: Plan, { models }: Visit): readonly Household[] {
  const providers = new Set(models.map(providerOf) as string[]);
  return households.filter(({ account }) => providers.has(account.provider));
}

/**
 * It answers for as long as the visitor may wait, and nothing it said before keeps the gateway from asking. Where the route has another model, its
 * circuit must have had the time to close as well: until then the visitor is passed on.
 */
function isWell(house: Household, { arrivesMs, models }: Visit): boolean {
  const sinceMs = models.length > 1 ? arrivesMs - circuitMsMax : arrivesMs;
  const isHarmless = spellsBetween(house, sinceMs, arrivesMs + lifeMsMax).every(({ breaks }) => breaks === 'never');
  const isToldToRest = spellsBetween(house, 0, arrivesMs).some(({ weather }) => weather.includes('time='));
  return isHarmless && !isToldToRest;
}

function troubles(house: Household, { arrivesMs }: Visit, which: 'before' | 'after'): boolean {
  return spellsBetween(house, arrivesMs, arrivesMs + lifeMsMax).some(({ breaks }) => breaks === which);
}
