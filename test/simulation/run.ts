/** `npm run sim [-- SEED | FROM TO]`: many simulated towns outside the test suite. Prints each failing seed; exits 1 when there was one. */

import { judge } from './judge.ts';
import { liveThrough } from './town.ts';

const seedsByDefault = 10_000;
const visits = 100;
const toldMax = 10;
const [first, second] = process.argv.slice(2).map(Number);
const from = first ?? 0;
const to = second ?? (first === undefined ? seedsByDefault : first + 1);

let failed = 0;
for (let seed = from; seed < to; seed += 1) {
  const town = await liveThrough(seed, visits);
  const broken = judge(town);
  if (broken.length > 0) {
    failed += 1;
    const weather = town.households.map((house) => `${house.account.email}: ${house.weather}`).join(', ');
    console.log(`seed ${seed} (${weather}), print ${town.print}`);
    for (const sentence of broken.slice(0, toldMax)) console.log(`  ${sentence}`);
  } else if (to - from === 1) console.log(`seed ${seed}: every promise kept, print ${town.print}`);
  if ((seed - from + 1) % 500 === 0)
    console.log(`${seed - from + 1} of ${to - from} towns, ${failed} with broken promises`);
}
console.log(`${to - from} towns with ${visits} exchanges each: ${failed} with broken promises`);
process.exitCode = failed === 0 ? 0 : 1;
