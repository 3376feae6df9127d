/** The place of the table in `docs/HEALING.md`: two sentences and the table, between two marks. It touches nothing outside of them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clients, faults, houseNames, upstreams } from './cells.ts';
import { asBefore } from './table.ts';

const path = join(import.meta.dirname, '../../../docs/HEALING.md');
const begin = '<!-- weather matrix: made by npm run test:matrix -->';
const end = '<!-- end of the weather matrix -->';

export function sectionOf(table: string, cells: number): string {
  const ways = clients.reduce((sum, { framings }) => sum + framings.length, 0);
  const count = cells.toLocaleString('en-GB');
  const made = `\`WRITE_TABLE=1 npm run test:matrix\` made this table: each of the lab's ${faults.length} faults meets a question for text, one for a tool and one for thinking, from clients of the four dialects, streamed and collected (${ways} ways, Gemini's array among the streamed), of ${Object.keys(upstreams).length} upstreams, in ${houseNames.length} houses, which makes ${count} requests through the real healing loop on a virtual clock, and none of them was a hang, a false end, a repetition or a loss, broke its dialect's grammar, had a wrong status or \`Retry-After\`, left a socket open or a false row in the journal.`;
  const read =
    'A place says what the caller got, and, where it was not the same for all, who got which: `whole` is the exact answer once, `resumed` that its beginning had been shown when its upstream broke, `repaired` that signatures were left out, `error` an HTTP status, `error event` the end of a stream that had begun, `untranslated` that client and upstream speak one dialect, and the account that is asked first is the sick one.';
  return `${begin}\n\n${made} ${read}\n\n${table}\n${end}`;
}

/** What stands there now. */
export function writtenSection(): string {
  const page = readFileSync(path, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/HEALING.md has no place between "${begin}" and "${end}"`);
  return page.slice(from, to + end.length);
}

export function writeSection(section: string): void {
  const page = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    page.replace(writtenSection(), () => section),
  );
}

/** What the written table says of a fault, by house in their order. */
export function writtenPlaces(fault: string): readonly string[] {
  const rows = writtenSection()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const [name = '', ...rest] = fault.split(':');
  const variant = rest.join(':');
  const row = rows.find((line) => {
    const label = line.split(' | ')[0]?.slice(2) ?? '';
    if (label === `\`${fault}\``) return true;
    const variants = label.startsWith(`\`${name}\`: `) ? label.slice(name.length + 4).split(/, (?=`|as it is)/) : [];
    return variants.includes(variant === '' ? 'as it is' : `\`${variant}\``);
  });
  const places = row?.replace(/ \|$/, '').split(' | ').slice(2) ?? [];
  return places.map((_place, at) => places.slice(0, at + 1).findLast((place) => place !== asBefore) ?? '');
}
