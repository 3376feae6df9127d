/** Lives through a few simulated towns, in one process; exits 1 at the first broken promise or fault. */

import { brokenTown } from '../simulation/simulate.ts';

const [from = 0, to = 0] = process.argv.slice(2).map(Number);
for (let seed = from; seed < to; seed += 1) {
  const broken = await brokenTown(seed);
  if (broken === undefined) continue;
  console.log(broken.told);
  process.exit(1);
}
