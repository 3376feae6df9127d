import { describe, expect, it } from 'vitest';
import { RETRY_FLOOR, RETRY_SHARE, RETRY_WINDOW_MS } from '../../src/accounts/retry-budget.ts';
import { judge } from './judge.ts';
import { attemptTimes, countBetween, liveThroughOutage, type Outage, retryTimes, servedIn } from './outage.ts';

const kinds: readonly (readonly [weather: string, breaks: Outage['breaks']])[] = [
  ['500', 'before'],
  ['503', 'before'],
  ['529', 'before'],
  // A limit opens no circuit: every request asks the first model before it goes on to the next.
  ['429', 'before'],
  ['refuse', 'before'],
  ['reset', 'before'],
  ['silence', 'before'],
  ['empty-body', 'before'],
  ['in-band-error', 'before'],
  ['html', 'before'],
  ['cut-after:frames=5', 'after'],
  ['error-mid:after=5', 'after'],
];
const backWithinMs = 10_000;
const minuteMs = 60_000;
/** The budget's window moves in steps: it is at most one shorter than it says. */
const stepMs = RETRY_WINDOW_MS / 10;

describe.each(kinds)('when every upstream of a model fails for a minute with %s', (weather, breaks) => {
  const outage: Outage = {
    ...{ seed: 1, weather, breaks, fromMs: minuteMs, untilMs: 2 * minuteMs, everyMs: 400 },
    models: ['claude-sonnet-4-5'],
    accounts: [['anthropic', 3]],
  };

  it('attempts stay within the retry budget of every window, and all is served again within 10 s of its end', async () => {
    const town = await liveThroughOutage(outage);
    expect(judge(town)).toEqual([]);
    const retries = retryTimes(town);
    const served = servedIn(town);
    const requests = served.map(({ arrivesMs }) => arrivesMs);
    const answers = served.filter(isServed).map(({ endedMs }) => endedMs);
    const { fromMs, untilMs } = outage;
    for (const atMs of retries.map((retryMs) => retryMs + 1)) {
      const asked = countBetween(requests, atMs - RETRY_WINDOW_MS, atMs);
      const answered = countBetween(answers, atMs - RETRY_WINDOW_MS, atMs);
      const charged = countBetween(retries, atMs - RETRY_WINDOW_MS + stepMs, atMs);
      const most = (1 + RETRY_SHARE) * asked + RETRY_FLOOR + answered;
      expect(asked + charged, `until ${atMs} ms`).toBeLessThanOrEqual(most);
    }
    const windows = (untilMs - fromMs) / RETRY_WINDOW_MS;
    const most = (1 + RETRY_SHARE) * countBetween(requests, fromMs, untilMs) + RETRY_FLOOR * windows;
    const inherited = countBetween(answers, fromMs - RETRY_WINDOW_MS, untilMs);
    expect(countBetween(attemptTimes(town), fromMs, untilMs)).toBeLessThanOrEqual(most + inherited);
    const after = served.filter(({ arrivesMs }) => arrivesMs >= untilMs);
    expect(after.filter((each) => !isServed(each) || each.endedMs > each.arrivesMs + backWithinMs)).toEqual([]);
    expect(countBetween(answers, untilMs, untilMs + backWithinMs)).toBeGreaterThan(0);
  });

  it('an outage from the start, within one window, costs no more than 1.2 attempts a request and the floor', async () => {
    const town = await liveThroughOutage({ ...outage, fromMs: 0, untilMs: RETRY_WINDOW_MS, everyMs: 100 });
    expect(judge(town)).toEqual([]);
    const served = servedIn(town);
    const requests = served.map(({ arrivesMs }) => arrivesMs);
    const asked = countBetween(requests, 0, RETRY_WINDOW_MS);
    const attempts = countBetween(attemptTimes(town), 0, RETRY_WINDOW_MS);
    // A break after the reason to stop costs nobody anything: such answers are whole.
    const answers = served.filter((each) => isServed(each) && each.endedMs < RETRY_WINDOW_MS).length;
    if (breaks === 'before') expect(answers).toBe(0);
    expect(attempts).toBeGreaterThan(asked * 0.9);
    expect(attempts).toBeLessThanOrEqual((1 + RETRY_SHARE) * asked + RETRY_FLOOR + answers);
  });

  it('everything is served throughout when the route has another provider', async () => {
    const models = ['claude-sonnet-4-5', 'gemini-2.5-flash'];
    const accounts: Outage['accounts'] = [
      ['anthropic', 2],
      ['gemini', 2],
    ];
    const town = await liveThroughOutage({ ...outage, models, accounts, everyMs: 200 });
    expect(judge(town)).toEqual([]);
    expect(servedIn(town).filter((each) => !isServed(each))).toEqual([]);
  });
});

function isServed({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'ok' || outcome === 'healed';
}
