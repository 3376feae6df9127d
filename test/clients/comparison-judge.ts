/** What must be true of a turn that met a fault behind the gateway; what is not is said in words. The client's own second try is no excuse. */

import type { Fault } from './comparison.ts';
import { answer, type HealedTurn, isWhole, type PlainTurn } from './plain-turn.ts';

const asideCharsMax = 2_000;

/** What the person has in hand at the end of the turn. */
export type Outcome = 'whole' | 'fails' | 'empty answer' | 'wrong answer';

export function outcomeOf(plain: PlainTurn): Outcome {
  if (isWhole(plain)) return 'whole';
  if (plain.turn.exit !== 0) return 'fails';
  return plain.turn.text.trim() === '' ? 'empty answer' : 'wrong answer';
}

export function comparisonFaultsOf(healed: HealedTurn, fault: Fault): string[] {
  return [...answerFaults(healed), ...faultFaults(healed, fault), ...requestFaults(healed, fault)];
}

/** Requests that ended otherwise than well: whatever the client made of them, the gateway has let them through. */
export function failedRequests({ rows }: HealedTurn): string[] {
  const failed = rows.filter((row) => row.status !== 200 || !['ok', 'healed'].includes(row.outcome));
  return failed.map((row) => `${row.path}: ${row.status}, ${row.outcome}`);
}

function answerFaults(healed: HealedTurn): string[] {
  const { exit, text, aside } = healed.turn;
  const outcome = outcomeOf(healed);
  if (outcome === 'whole') return [];
  if (outcome === 'fails') return [`it ended with ${exit}: ${aside.slice(0, asideCharsMax)}`];
  return [`it said “${text}” instead of “${answer}”`];
}

/** The fault was there, and it was the other account that helped. */
function faultFaults({ calls }: HealedTurn, { refused, name }: Fault): string[] {
  const sick = calls[0];
  if (sick === undefined) return ['the upstream was asked nothing'];
  const faults: string[] = [];
  if ((sick.status !== 200) !== refused)
    faults.push(`the first answer had status ${sick.status}, which is not “${name}”`);
  const healthy = calls.filter((call) => call.account !== sick.account);
  if (healthy.length === 0) faults.push('the healthy account was never asked');
  return faults;
}

function requestFaults(healed: HealedTurn, { healedBy }: Fault): string[] {
  const faults = failedRequests(healed).map((what) => `the client was left to help itself after ${what}`);
  const flags = healed.rows.flatMap((row) => (row.outcome === 'healed' ? (row.flags as readonly string[]) : []));
  if (!flags.includes(healedBy)) faults.push(`no request was healed and ${healedBy}`);
  return faults;
}
