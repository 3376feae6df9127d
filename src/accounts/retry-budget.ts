/**
 * How many retries a model may have: a floor, a share of its requests, and one for each answer of its own that came whole, all over the last
 * seconds. In an outage nothing is answered and attempts stay near the number of requests; while answers come, an account that dies can hand all
 * its requests to others. Going on to the route's next model is no retry: that model counts it as a request. Only in memory; never remembers more
 * than a limited number of models.
 */

import type { RetryBudget, World } from '../model/ports.ts';
import { MODEL_CHARS_MAX } from './cooldowns.ts';
import { keepRecent } from './least-recent.ts';

/** What is counted is not older than this. */
export const RETRY_WINDOW_MS = 10_000;
/** Retries that are always allowed per window: with little traffic a share of it would be none. */
export const RETRY_FLOOR = 10;
/** Retries allowed per request, when nothing is answered. */
export const RETRY_SHARE = 0.2;
/** Model names come from callers; the model that was asked for least recently is forgotten. */
export const RETRY_MODELS_MAX = 1_000;

/** The window moves by one of these steps at a time, so it is at most one step too short. */
const STEPS = 10;
const STEP_MS = RETRY_WINDOW_MS / STEPS;

interface Step {
  readonly n: number;
  requests: number;
  answers: number;
  retries: number;
}

type Counted = Exclude<keyof Step, 'n'>;

export function createRetryBudget(world: Pick<World, 'elapsed'>): RetryBudget {
  const models = new Map<string, readonly Step[]>();

  const stepsOf = (model: string): { readonly steps: readonly Step[]; readonly current: Step } => {
    // Names that differ only after this many characters share a budget: none of them is a model.
    const key = model.slice(0, MODEL_CHARS_MAX);
    const n = Math.floor(world.elapsed() / STEP_MS);
    const live = (models.get(key) ?? []).filter((step) => step.n > n - STEPS);
    const last = live.at(-1);
    const current = last?.n === n ? last : { n, requests: 0, answers: 0, retries: 0 };
    const steps = current === last ? live : [...live, current];
    keepRecent(models, key, steps, RETRY_MODELS_MAX);
    return { steps, current };
  };

  return {
    asked(model) {
      stepsOf(model).current.requests += 1;
    },
    answered(model) {
      stepsOf(model).current.answers += 1;
    },
    take(model) {
      const { steps, current } = stepsOf(model);
      const allowed = RETRY_FLOOR + RETRY_SHARE * sum(steps, 'requests') + sum(steps, 'answers');
      if (sum(steps, 'retries') + 1 > allowed) return false;
      current.retries += 1;
      return true;
    },
  };
}

function sum(steps: readonly Step[], counted: Counted): number {
  return steps.reduce((total, step) => total + step[counted], 0);
}
