/**
 * When a second attempt beside a slow one is worth its price: per model, from how long its answers lately took to begin, and for a small share of its
 * requests only. Only in memory; it starts nothing itself.
 */

import type { HedgeGuide, World } from '../model/ports.ts';
import { MODEL_CHARS_MAX } from './cooldowns.ts';
import { keepRecent } from './least-recent.ts';

/** Of a model's newest answers so many are remembered. */
export const HEDGE_SAMPLES_MAX = 200;
/** With fewer nothing is known. */
export const HEDGE_SAMPLES_MIN = 20;
/** An answer that began longer ago says nothing about now. */
export const HEDGE_SAMPLE_TTL_MS = 10 * 60 * 1_000;
/** The place among the sorted samples after which an attempt counts as slow. */
export const HEDGE_QUANTILE = 0.95;
/** At most so many of a model's requests get a second attempt. */
export const HEDGE_SHARE = 0.05;
/** Model names come from callers; the one asked for least recently is forgotten. */
export const HEDGE_MODELS_MAX = 1_000;
/** Both counts are halved at this many requests, so that the share is one of lately. */
const REQUESTS_MAX = 2_000;

interface Lately {
  readonly samples: { readonly ms: number; readonly at: number }[];
  requests: number;
  hedges: number;
}

export function createHedgeGuide(world: Pick<World, 'elapsed'>): HedgeGuide {
  const models = new Map<string, Lately>();
  const lately = (model: string): Lately => {
    const key = model.slice(0, MODEL_CHARS_MAX);
    const known = models.get(key) ?? { samples: [], requests: 0, hedges: 0 };
    keepRecent(models, key, known, HEDGE_MODELS_MAX);
    return known;
  };
  return {
    asked(model) {
      const known = lately(model);
      known.requests += 1;
      if (known.requests < REQUESTS_MAX) return;
      known.requests = Math.floor(known.requests / 2);
      known.hedges = Math.ceil(known.hedges / 2);
    },
    saw(model, ms) {
      const { samples } = lately(model);
      samples.push({ ms, at: world.elapsed() });
      if (samples.length > HEDGE_SAMPLES_MAX) samples.shift();
    },
    delayMs(model) {
      const now = world.elapsed();
      const recent = lately(model).samples.filter(({ at }) => now - at < HEDGE_SAMPLE_TTL_MS);
      if (recent.length < HEDGE_SAMPLES_MIN) return undefined;
      const sorted = recent.map(({ ms }) => ms).sort((one, other) => one - other);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * HEDGE_QUANTILE))];
    },
    take(model) {
      const known = lately(model);
      if (known.hedges + 1 > known.requests * HEDGE_SHARE) return false;
      known.hedges += 1;
      return true;
    },
  };
}
