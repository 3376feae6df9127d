import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetryBudget } from '../model/ports.ts';
import { MODEL_CHARS_MAX } from './cooldowns.ts';
import { createRetryBudget, RETRY_FLOOR, RETRY_MODELS_MAX, RETRY_SHARE, RETRY_WINDOW_MS } from './retry-budget.ts';

const second = 1_000;

describe('a retry budget', () => {
  it('allows the floor when nobody asked anything, and no retry more', () => {
    const { budget } = house();
    expect(takes(budget, 'm', 100)).toBe(RETRY_FLOOR);
    expect(budget.take('m')).toBe(false);
  });

  it('grows by a share of the requests', () => {
    const { budget } = house();
    for (let n = 0; n < 100; n += 1) budget.asked('m');
    expect(takes(budget, 'm', 1_000)).toBe(RETRY_FLOOR + 20);
  });

  it('gives one more for each whole answer, so that a dying account can hand over everything while others answer', () => {
    const { budget } = house();
    for (let n = 0; n < 100; n += 1) {
      budget.asked('m');
      expect(budget.take('m')).toBe(true);
      budget.answered('m');
    }
  });

  it('is one for each model', () => {
    const { budget } = house();
    takes(budget, 'm', RETRY_FLOOR);
    expect([budget.take('m'), budget.take('n')]).toEqual([false, true]);
  });

  it('is full again when the window has passed, and forgets old answers with it', () => {
    const { budget, pass } = house();
    for (let n = 0; n < 30; n += 1) budget.answered('m');
    expect(takes(budget, 'm', 100)).toBe(RETRY_FLOOR + 30);
    pass(RETRY_WINDOW_MS - second);
    expect(budget.take('m')).toBe(false);
    pass(second);
    expect(takes(budget, 'm', 100)).toBe(RETRY_FLOOR);
  });

  it('forgets the model that was used least recently, and keeps a limited number', () => {
    const { budget } = house();
    takes(budget, 'old', RETRY_FLOOR);
    takes(budget, 'kept', RETRY_FLOOR);
    for (let n = 0; n < RETRY_MODELS_MAX - 1; n += 1) budget.asked(`m${n}`);
    expect([budget.take('kept'), budget.take('old')]).toEqual([false, true]);
  });

  it('is shared by names that are too long to be a model', () => {
    const { budget } = house();
    const long = 'x'.repeat(MODEL_CHARS_MAX);
    expect(takes(budget, `${long}1`, 100)).toBe(RETRY_FLOOR);
    expect(budget.take(`${long}2`)).toBe(false);
  });

  it('keeps a minute of outage with a hundred requests a second near one attempt per request', () => {
    const { budget, pass } = house();
    let attempts = 0;
    for (let tick = 0; tick < 6_000; tick += 1) {
      budget.asked('m');
      attempts += 1 + takes(budget, 'm', 5);
      pass(10);
    }
    // A window lasts nine to ten seconds, so that a minute has at most seven.
    const windows = Math.ceil((60 * second) / (RETRY_WINDOW_MS - second));
    expect(attempts).toBeLessThanOrEqual(6_000 * (1 + RETRY_SHARE) + RETRY_FLOOR * windows);
    expect(attempts).toBeGreaterThan(6_000);
  });
});

type Step = { do: 'asked' | 'answered' | 'take'; times: number } | { do: 'pass'; ms: number };
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), times: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('asked' as const), times: fc.integer({ min: 1, max: 60 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('answered' as const), times: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4_000 }) }) },
  ) as fc.Arbitrary<Step>,
  { maxLength: 80 },
);

/** The window moves in steps of a second: it is never longer than the named time and never shorter by more than one step. */
it('allows in every life what floor, share and answers of the last ten seconds allow, and refuses nothing else', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const { budget, pass, clock } = house();
      const seen = { asked: [] as number[], answered: [] as number[], retries: [] as number[] };
      const within = (times: readonly number[], ms: number): number => times.filter((at) => at > clock.ms - ms).length;
      const allowed = (ms: number): number =>
        RETRY_FLOOR + RETRY_SHARE * within(seen.asked, ms) + within(seen.answered, ms);
      const shorter = RETRY_WINDOW_MS - second;
      for (const step of life) {
        if (step.do === 'pass') pass(step.ms);
        else if (step.do !== 'take') {
          for (let n = 0; n < step.times; n += 1) {
            budget[step.do]('m');
            seen[step.do].push(clock.ms);
          }
        } else {
          for (let n = 0; n < step.times; n += 1) {
            if (budget.take('m')) {
              seen.retries.push(clock.ms);
              expect(within(seen.retries, shorter)).toBeLessThanOrEqual(allowed(RETRY_WINDOW_MS));
            } else expect(within(seen.retries, RETRY_WINDOW_MS) + 1).toBeGreaterThan(allowed(shorter));
          }
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

function takes(budget: RetryBudget, model: string, times: number): number {
  return Array.from({ length: times }, () => budget.take(model)).filter(Boolean).length;
}

function house() {
  const clock = { ms: 123 };
  const pass = (ms: number): void => {
    clock.ms += ms;
  };
  return { budget: createRetryBudget({ elapsed: () => clock.ms }), clock, pass };
}
