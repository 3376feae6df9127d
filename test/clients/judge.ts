/** What must be true of every turn of every client; what is not is said in words. */

import { targetOf } from './house.ts';
import type { ClientRow } from './table.ts';
import { note, type Visit } from './visit.ts';

const asideCharsMax = 4_000;

export function faultsOf(visit: Visit, row: ClientRow): string[] {
  return [...turnFaults(visit), ...signatureFaults(visit, row), ...billFaults(visit), ...journalFaults(visit, row)];
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

/** A model that thought before it called the tool is to find its own signature when the result comes. */
function signatureFaults({ signed }: Visit, { losesSignature }: ClientRow): string[] {
  if (losesSignature === undefined) return signed === false ? ['the signature of the tool call did not come back'] : [];
  return signed === false ? [] : [`the signature came back, or none was given, against: ${losesSignature}`];
}

function journalFaults({ calls, rows }: Visit, order: ClientRow): string[] {
  const faults: string[] = [];
  const sick = calls[0]?.account ?? '';
  const flags = rows.flatMap((row) => (row.outcome === 'healed' ? (row.flags as readonly string[]) : []));
  if (!flags.includes('rotated')) faults.push('no request was healed on the other account');
  for (const row of rows) {
    const what = `${row.path} of model ${row.model}`;
    if (row.status !== 200 || !['ok', 'healed'].includes(row.outcome))
      faults.push(`${what}: ${row.status}, ${row.outcome}`);
    if (row.mapped_model !== targetOf(order)) faults.push(`${what}: mapped to ${String(row.mapped_model)}`);
    if (row.stream !== true) faults.push(`${what}: not streamed`);
    if (sick.includes(nameIn(row.account_email))) faults.push(`${what}: served by ${row.account_email}, which is sick`);
  }
  return faults;
}

function nameIn(email: string): string {
  return email.split('@')[0]!;
}
