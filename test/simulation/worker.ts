/** A worker process of `npm run sim`: is sent a range of seeds, tells each broken town and when the range is done. */

import { brokenTown } from './simulate.ts';

/** From a seed up to, and without, another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Told = { readonly broken: string } | { readonly done: Range };

const tell = (told: Told): void => void process.send?.(told);

process.on('message', async (range: Range) => {
  for (let seed = range.from; seed < range.to; seed += 1) {
    const broken = await brokenTown(seed);
    if (broken) tell({ broken: broken.told });
  }
  tell({ done: range });
});
