import { describe, expect, it } from 'vitest';
import { limitsInGoogleError, limitsInHeaders } from './limit-headers.ts';

const now = Date.UTC(2026, 10, 20, 18, 0, 0);
const at = (ms: number) => now + ms;

describe('limits in headers', () => {
  it('are those of Anthropic', () => {
    const headers = {
      'content-type': 'text/event-stream',
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-20T18:00:01Z',
      'anthropic-ratelimit-input-tokens-limit': '400000',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-20T18:01:00Z',
      'anthropic-priority-input-tokens-limit': '10000',
    };
    expect(limitsInHeaders(headers, now)).toEqual([
      { what: 'requests', limit: 50, remaining: 49, resetsAt: at(1_000) },
      { what: 'input-tokens', limit: 400_000, remaining: 0, resetsAt: at(60_000) },
      { what: 'priority-input-tokens', limit: 10_000, remaining: null, resetsAt: null },
    ]);
  });

  it('are those of OpenAI, whose resets are times from now', () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0.5s',
    };
    expect(limitsInHeaders(headers, now)).toEqual([
      { what: 'requests', limit: 60, remaining: 59, resetsAt: at(1_000) },
      { what: 'tokens', limit: 150_000, remaining: 149_984, resetsAt: at(360_500) },
    ]);
  });

  it.each([
    ['30', at(30_000)],
    [String(at(5_000) / 1_000), at(5_000)],
    [String(at(5_000)), at(5_000)],
    ['soon', null],
    ['-5', null],
    ['', null],
    ['9'.repeat(400), null],
  ])('read a reset of %j as compatible servers write it', (text, resetsAt) => {
    const headers = { 'x-ratelimit-reset-requests': text, 'x-ratelimit-limit-requests': '1' };
    expect(limitsInHeaders(headers, now)).toEqual([{ what: 'requests', limit: 1, remaining: null, resetsAt }]);
  });

  it('leave out what says nothing, and hold at most sixteen', () => {
    expect(limitsInHeaders({ 'x-ratelimit-limit-requests': 'many', 'x-rate': '1', date: 'x' }, now)).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-ratelimit-limit-kind-${n}`, '1']));
    expect(limitsInHeaders(many, now)).toHaveLength(16);
  });
});

describe('quotas in a refusal of Google', () => {
  const refusal = (violations: unknown, retryDelay = '34.5s') =>
    JSON.stringify({
      error: {
        code: 429,
        details: [
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
          { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations },
        ],
      },
    });

  it('are told with what they allow; the delay is that of the minute', () => {
    const violations = [
      { quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', quotaValue: '10' },
      { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '250' },
      { quotaMetric: 'generativelanguage.googleapis.com/input_tokens' },
      { quotaValue: '3' },
      'nothing',
    ];
    expect(limitsInGoogleError(refusal(violations), now)).toEqual([
      { what: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', limit: 10, remaining: 0, resetsAt: at(34_500) },
      { what: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', limit: 250, remaining: 0, resetsAt: null },
      { what: 'generativelanguage.googleapis.com/input_tokens', limit: null, remaining: 0, resetsAt: at(34_500) },
    ]);
    expect(limitsInGoogleError(`[${refusal(violations)}]`, now)).toHaveLength(3);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"google.rpc.QuotaFailure"',
    '{"error":"google.rpc.QuotaFailure"}',
    refusal(3),
    refusal([null]),
  ])('are none in %j', (body) => {
    expect(limitsInGoogleError(body, now)).toEqual([]);
  });
});
