/** Where and how upstreams die: every place of a recording, the ways to go on, the clients and heirs. From a seed, so that a failure can be had again. */

import { between, createChance, pick } from '../../src/lab/seed.ts';
import type { Chance, LabResume } from '../../src/lab/step.ts';
import type { HealingConfig, Provider } from '../../src/model/config.ts';
import type { Protocol } from '../../src/model/request.ts';
import { protocols } from '../contracts/pipeline.ts';
import { saidInStream } from '../contracts/said/read.ts';
import { isBeyondWords } from './finality.ts';
import type { Death } from './house.ts';
import type { Mortal } from './recordings.ts';

export const ways = ['continue', 'restart', 'overlap', 'contradict'] as const;
export type Way = (typeof ways)[number];
export const holds = ['live', 'balanced', 'safe'] as const satisfies HealingConfig['hold'][];

/** After every frame and inside every frame, each time gone on with in every way. */
export function everyDeath(recorded: Mortal, seed: string): Death[] {
  const chance = createChance(`${seed} ${recorded.name}`);
  return Array.from({ length: recorded.frames }, (_, frame) => frame).flatMap((frame) =>
    [`cut-after:frames=${frame}`, `cut-in-frame:frame=${frame + 1}`].flatMap((place) =>
      ways.map((way) => ({
        recorded,
        client: recorded.dialect,
        weather: `${place},end=${pick(['fin', 'rst', 'clean'], chance)}`,
        way: inLabWords(way, chance),
        hold: 'balanced' as const,
      })),
    ),
  );
}

export function someDeath(recorded: Mortal, way: Way, chance: Chance): Death {
  const frame = between(0, recorded.frames - 1, chance);
  const place = chance() < 0.5 ? `cut-after:frames=${frame}` : `cut-in-frame:frame=${frame + 1}`;
  return {
    recorded,
    client: recorded.dialect,
    weather: `${place},end=${pick(['fin', 'rst', 'clean'], chance)}`,
    way: inLabWords(way, chance),
    hold: 'balanced',
  };
}

function inLabWords(way: Way, chance: Chance): LabResume {
  return way === 'overlap' ? { way, chars: between(1, 200, chance) } : { way };
}

/**
 * Who else may ask for it: clients of other dialects, where the answer is words, thoughts and calls alone. Of a Responses server only its own clients
 * ask in that dialect, and they are never answered in Chat Completions by a server that has both.
 */
export function otherClients(recorded: Mortal): Protocol[] {
  const { dialect, stream } = recorded;
  const isPlain = !isBeyondWords(dialect, stream);
  if (!isPlain || dialect === 'openai-responses') return [];
  return protocols.filter((each) => each !== dialect && (dialect !== 'openai-chat' || each !== 'openai-responses'));
}

/** Providers that can take the answer over: not every API takes a name with a slash, and not every dialect can say a call that the limit cut off. */
export function heirsOf(recorded: Mortal): Provider[] {
  const isCutShort = saidInStream[recorded.dialect](recorded.stream).calls.some(({ isBroken }) => isBroken);
  if (otherClients(recorded).length === 0 || isCutShort || recorded.model.includes('/')) return [];
  const all: readonly Provider[] = ['anthropic', 'gemini', 'vertex', 'openai'];
  return all.filter((provider) => provider !== recorded.provider);
}
