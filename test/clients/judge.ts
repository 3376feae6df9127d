/** What must be true of every turn of every client; what is not is said in words. */

import { type UpstreamName, upstreams } from './house.ts';
import { note, type Visit } from './visit.ts';

const asideCharsMax = 4_000;

export function faultsOf(visit: Visit, upstream: UpstreamName): string[] {
  return [...turnFaults(visit), ...billFaults(visit), ...journalFaults(visit, upstream)];
}

function turnFaults({ turn, expected, runs, toldResult }: Visit): string[] {
  const faults: string[] = [];
  if (turn.exit !== 0) faults.push(`it ended with ${turn.exit}: ${turn.aside.slice(0, asideCharsMax)}`);
  if (expected === undefined || expected === '') faults.push('the lab was asked nothing that has an answer of text');
  else if (turn.text.trim() !== expected.trim()) faults.push(`it said “${turn.text}” instead of “${expected}”`);
  if (runs !== 1) faults.push(`the tool ran ${runs} times`);
  if (!toldResult) faults.push(`the upstream never saw “${note}”`);
  return faults;
}

/** Every request of the client has one answer that is paid for, whatever went wrong on the way to it. */
function billFaults({ calls, rows }: Visit): string[] {
  const sick = calls[0]?.account;
  const attempts = rows.reduce((sum, row) => sum + row.attempts, 0);
  const healthy = calls.filter((call) => call.account !== sick);
  const faults: string[] = [];
  if (attempts !== calls.length) faults.push(`the journal says ${attempts} attempts, the lab saw ${calls.length}`);
  if (healthy.length !== rows.length)
    faults.push(`the healthy account was asked ${healthy.length} times for ${rows.length} requests`);
  if (healthy.some((call) => call.status !== 200 || call.ending !== 'whole')) {
    const seen = healthy.map((call) => `${call.status} ${call.ending}`);
    faults.push(`an answer of the healthy account was refused or left: ${seen.join(', ')}`);
  }
  return faults;
}

function journalFaults({ calls, rows }: Visit, upstream: UpstreamName): string[] {
  const faults: string[] = [];
  const healed = rows[0];
  const flags = (healed?.flags ?? []) as readonly string[];
  if (healed?.outcome !== 'healed' || !flags.includes('rotated'))
    faults.push(`the first request is ${healed?.outcome} with ${flags.join(', ') || 'no flags'}`);
  for (const row of rows) {
    const what = `${row.path} of model ${row.model}`;
    if (row.status !== 200 || !['ok', 'healed'].includes(row.outcome))
      faults.push(`${what}: ${row.status}, ${row.outcome}`);
    if (row.mapped_model !== upstreams[upstream].model) faults.push(`${what}: mapped to ${String(row.mapped_model)}`);
    if (row.stream !== true) faults.push(`${what}: not streamed`);
    const served = calls.findLast((call) => !accountIs(call.account, calls[0]!.account))?.account ?? '';
    if (!served.includes(row.account_email.split('@')[0]!)) faults.push(`${what}: served by ${row.account_email}`);
  }
  return faults;
}

function accountIs(one: string, other: string): boolean {
  return one === other;
}
