import { describe, expect, it } from 'vitest';
import { createHedgeGuide, HEDGE_MODELS_MAX, HEDGE_SAMPLE_TTL_MS, HEDGE_SAMPLES_MIN } from './hedging.ts';

function guide(): { at: { ms: number }; guide: ReturnType<typeof createHedgeGuide> } {
  const at = { ms: 0 };
  return { at, guide: createHedgeGuide({ elapsed: () => at.ms }) };
}

describe('when a second attempt is worth its price', () => {
  it('is not known before a model has answered often enough, nor after it has been silent for long', () => {
    const { at, guide: own } = guide();
    for (let n = 1; n < HEDGE_SAMPLES_MIN; n += 1) own.saw('m', n);
    expect(own.delayMs('m')).toBeUndefined();
    own.saw('m', 5);
    expect(own.delayMs('m')).toBeDefined();
    at.ms += HEDGE_SAMPLE_TTL_MS;
    expect(own.delayMs('m')).toBeUndefined();
  });

  it('is after the time in which nineteen of twenty answers of this model have begun', () => {
    const { guide: own } = guide();
    for (let n = 1; n <= 100; n += 1) own.saw('m', n * 10);
    for (let n = 1; n <= 100; n += 1) own.saw('other', 1);
    expect(own.delayMs('m')).toBe(960);
    expect(own.delayMs('other')).toBe(1);
  });

  it('is for at most one request in twenty, however long it goes on', () => {
    const { guide: own } = guide();
    let taken = 0;
    for (let n = 1; n <= 10_000; n += 1) {
      own.asked('m');
      if (own.take('m')) taken += 1;
      expect(taken).toBeLessThanOrEqual(n * 0.05);
    }
    expect(taken).toBeGreaterThan(400);
  });

  it('forgets the model that was asked for least recently', () => {
    const { guide: own } = guide();
    for (let n = 0; n < 40; n += 1) own.asked('first');
    for (let n = 0; n < HEDGE_MODELS_MAX; n += 1) own.asked(`model-${n}`);
    expect(own.take('first')).toBe(false);
  });
});
