/**
 * `npm run test:matrix [-- SEED]`: every cell of the weather matrix. Prints each broken promise and fails when there is one, or when the table in
 * `docs/HEALING.md` says something else; `WRITE_TABLE=1` writes it anew. Another seed than the table's is judged and not compared.
 */

import { cellsOf, faults, nameOf } from './cells.ts';
import { judge } from './judge.ts';
import { live, tableSeed } from './live.ts';
import { sectionOf, writeSection, writtenSection } from './page.ts';
import { type Told, tableOf } from './table.ts';

const seed = Number(process.argv[2] ?? tableSeed);
const printedMax = 40;
const told: Told[] = [];
let broken = 0;
for (const fault of faults) {
  for (const cell of cellsOf(fault)) {
    const judgement = judge(cell, await live(cell, seed));
    told.push({ cell, outcome: judgement.outcome });
    if (judgement.broken.length === 0) continue;
    broken += 1;
    if (broken <= printedMax) console.log(`${nameOf(cell)}: ${judgement.outcome}\n  ${judgement.broken.join('\n  ')}`);
  }
}
console.log(`${told.length} cells with seed ${seed}: ${broken} with broken promises`);
process.exitCode = broken === 0 ? 0 : 1;

if (seed === tableSeed) {
  const section = sectionOf(tableOf(told), told.length);
  if (process.env.WRITE_TABLE === '1') writeSection(section);
  else if (section !== writtenSection()) {
    console.log('docs/HEALING.md says something else: WRITE_TABLE=1 npm run test:matrix writes what was found');
    process.exitCode = 1;
  }
}
