import { expect, it } from 'vitest';
import type { Fact } from '../model/journal.ts';
import { ACCOUNTS_MAX, createAccountHours } from './account-hours.ts';

const minute = 60_000;

function setup() {
  let now = 1_000 * minute;
  const hours = createAccountHours({ now: () => now });
  let requests = 0;
  const attempt = (account: string, result: 'ok' | 'failed' | 'cancelled', contentMs?: number, model = 'm') => {
    requests += 1;
    const at = { id: String(requests), n: 1 };
    const started = {
      restored: 0,
      degraded: 0,
      repaired: false,
      provider: 'gemini',
      mappedModel: model,
      account,
    } as const;
    const facts: Fact[] = [
      { fact: 'attempt-started', ...at, ms: 100, ...started },
      ...(contentMs === undefined ? [] : [{ fact: 'first-content', ...at, ms: 100 + contentMs } as const]),
      { fact: 'attempt-ended', ...at, ms: 9_000, result, usage: {} },
    ];
    for (const fact of facts) hours.note(fact);
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { hours, attempt, pass };
}

it('counts the attempts of each account by how they ended', () => {
  const { hours, attempt } = setup();
  for (const result of ['ok', 'ok', 'failed', 'cancelled'] as const) attempt('ada', result);
  attempt('bob', 'failed');
  expect(hours.hour('ada')).toMatchObject({ attempts: 4, ok: 2, failed: 1, first_content_p50_ms: null });
  expect(hours.hour('bob')).toMatchObject({ attempts: 1, ok: 0, failed: 1 });
  expect(hours.hour('nobody')).toMatchObject({ attempts: 0, first_content_p99_ms: null });
});

it('knows the middle and the slowest hundredth of the times to first content, to a twentieth', () => {
  const { hours, attempt } = setup();
  for (let n = 1; n <= 1_000; n += 1) attempt('ada', 'ok', n * 10);
  const { first_content_p50_ms: middle, first_content_p99_ms: slow } = hours.hour('ada');
  expect(Math.abs((middle ?? 0) / 5_000 - 1)).toBeLessThan(0.06);
  expect(Math.abs((slow ?? 0) / 9_900 - 1)).toBeLessThan(0.06);
});

it('forgets after an hour, minute by minute', () => {
  const { hours, attempt, pass } = setup();
  attempt('ada', 'ok', 100, 'first');
  pass(30 * minute);
  attempt('ada', 'failed', undefined, 'second');
  expect(hours.models('ada').toSorted()).toEqual(['first', 'second']);
  pass(30 * minute);
  expect(hours.hour('ada')).toMatchObject({ attempts: 1, ok: 0, failed: 1, first_content_p50_ms: null });
  expect(hours.models('ada')).toEqual(['second']);
  attempt('ada', 'ok');
  expect(hours.hour('ada')).toMatchObject({ attempts: 2, ok: 1 });
  pass(-90 * minute);
  expect(hours.hour('ada').attempts).toBe(0);
});

it('remembers a bounded number of accounts, and takes an end without a beginning', () => {
  const { hours, attempt } = setup();
  for (let n = 0; n <= ACCOUNTS_MAX; n += 1) attempt(`account-${n}`, 'ok');
  expect(hours.hour('account-0').attempts).toBe(0);
  expect(hours.hour('account-1').attempts).toBe(1);
  hours.note({ fact: 'attempt-ended', id: 'unknown', n: 1, ms: 1, result: 'ok', usage: {} });
  hours.note({ fact: 'first-content', id: 'unknown', n: 1, ms: 1 });
});
