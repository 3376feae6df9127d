/** Lives through one town after another and says which broke a promise. The same for the tests, the command and its workers. */

import { judge } from './judge.ts';
import { liveThrough, type Town } from './town.ts';

/** Exchanges in each town. */
export const visitsPerTown = 100;
const toldMax = 10;

export interface BrokenTown {
  readonly seed: number;
  /** The seed, who lived there, and the first of the broken promises. */
  readonly told: string;
}

export async function brokenTown(seed: number): Promise<BrokenTown | undefined> {
  const town = await liveThrough(seed, visitsPerTown);
  const broken = judge(town);
  if (broken.length === 0) return undefined;
  const lines = [describeTown(town), ...broken.slice(0, toldMax)];
  if (broken.length > toldMax) lines.push(`and ${broken.length - toldMax} more`);
  return { seed, told: lines.join('\n  ') };
}

function describeTown({ plan }: Town): string {
  const { seed, households, healing, mode } = plan;
  const houses = households.map(({ account, spells, resume }) => {
    const life = spells.map(({ fromMs, weather }) => `${weather} from ${fromMs} ms on`);
    return `${account.email}: ${life.join(', ')} (goes on: ${resume})`;
  });
  const settings = `hold ${healing.hold}, resume ${healing.resume}, open after ${healing.openAfterMs} ms, ${mode}`;
  return [`seed ${seed} (npm run sim -- ${seed} replays it), ${settings}`, ...houses].join('\n  ');
}
