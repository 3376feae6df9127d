import { describe, expect, it } from 'vitest';
import type { RefusalInput } from '../refusal.ts';
import { classifyAnthropic, classifyAnthropicInBand } from './classify.ts';

const now = Date.UTC(2026, 10, 20, 18, 0, 0);

describe('Anthropic refusals', () => {
  const said = (
    status: number,
    message: string,
    headers: Record<string, string> = {},
    type = 'invalid_request_error',
  ) => classifyAnthropic(input(status, JSON.stringify({ type: 'error', error: { type, message } }), headers));

  it.each([
    ['messages.1.content.0: Invalid `signature` in `thinking` block', 'signature-refused'],
    ['messages.1.content.0.thinking.signature: Field required', 'signature-refused'],
    ["messages.3.content.0.type: Expected 'thinking' or 'redacted_thinking', but found 'text'.", 'signature-refused'],
    ['messages.3.content.0: Found `text`; the first block must be `thinking`', 'signature-refused'],
    [
      'When thinking is disabled, an `assistant` message in the final position cannot contain `thinking`.',
      'signature-refused',
    ],
    ['messages.2.content.1: Invalid `data` in `redacted_thinking` block', 'signature-refused'],
    ['prompt is too long: 3333404 tokens > 200000 maximum', 'context-too-long'],
    [
      'input length and `max_tokens` exceed context limit: 199000 + 21333 > 200000, decrease input length',
      'context-too-long',
    ],
    ['Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.', 'account-exhausted'],
    [
      'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      'account-exhausted',
    ],
    [
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      'account-exhausted',
    ],
    ['`max_tokens` must be greater than `thinking.budget_tokens`.', 'request-refused'],
    ['"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".', 'request-refused'],
    ['adaptive thinking is not supported on this model', 'request-refused'],
    ['tool_use ids were found without tool_result blocks immediately after: toolu_01', 'request-refused'],
    ['This model does not support assistant message prefill.', 'request-refused'],
    ['thinking: Extra inputs are not permitted', 'request-refused'],
  ])('400 %s', (message, kind) => {
    expect(said(400, message)).toMatchObject({ kind, status: 400, detail: message });
  });

  it.each([
    [401, 'credential-refused'],
    [402, 'account-exhausted'],
    [403, 'permission-refused'],
    [404, 'model-unknown'],
    [408, 'server-error'],
    [409, 'server-error'],
    [413, 'request-refused'],
    [422, 'request-refused'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [502, 'server-error'],
    [503, 'overloaded'],
    [504, 'server-error'],
    [520, 'server-error'],
    [529, 'overloaded'],
    [302, 'server-error'],
  ])('a bare status %i from a proxy is classified without a body', (status, kind) => {
    const page =
      '<html><head><title>x</title></head><body><h1>Nope</h1>\n<script>alert(1)</script> sorry</body></html>';
    const failure = classifyAnthropic(input(status, page, { location: 'https://evil.example/steal?key=1' }));
    expect(failure).toMatchObject({ kind, status, reach: 'refused' });
    expect(failure.body).toBeUndefined();
    expect(failure.detail).toBe(
      status === 302
        ? 'the upstream answered with a redirect (302 to evil.example), which is not followed'
        : 'Nope sorry',
    );
  });

  it('takes the time from retry-after-ms, then retry-after, then the limit that has nothing left', () => {
    const resets = {
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-20T19:00:00Z',
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-20T18:00:41Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-20T18:00:12Z',
    };
    const limited = (headers: Record<string, string>) => said(429, 'limited', headers, 'rate_limit_error').retryAfterMs;
    expect(limited({ ...resets, 'retry-after': '9', 'retry-after-ms': '8500' })).toBe(8_500);
    expect(limited({ ...resets, 'retry-after': '9' })).toBe(9_000);
    expect(limited({ ...resets, 'retry-after': 'Fri, 20 Nov 2026 18:00:30 GMT' })).toBe(30_000);
    expect(limited(resets)).toBe(41_000);
    expect(limited({})).toBeUndefined();
  });

  it('keeps the time until a spend limit ends', () => {
    const message =
      'You have reached your specified API usage limits. You will regain access on 2026-11-21 at 00:00 UTC.';
    expect(said(400, message).retryAfterMs).toBe(6 * 3_600_000);
  });

  it('records x-should-retry, and heeds a false one only where nothing else says what to do', () => {
    expect(said(529, 'Overloaded', { 'x-should-retry': 'true' }, 'overloaded_error')).toMatchObject({
      kind: 'overloaded',
      shouldRetry: true,
    });
    expect(said(409, 'conflict', { 'x-should-retry': 'false' })).toMatchObject({
      kind: 'request-refused',
      shouldRetry: false,
    });
    expect(said(500, 'oops', { 'x-should-retry': 'false' })).toMatchObject({
      kind: 'server-error',
      shouldRetry: false,
    });
    expect(said(429, 'slow', { 'x-should-retry': 'false' })).toMatchObject({
      kind: 'rate-limited',
      shouldRetry: false,
    });
  });

  it('keeps the very words of a refusal for the caller', () => {
    const body =
      '{"type":"error","error":{"message":"temperature: range: 0..1","type":"invalid_request_error"},"request_id":"req_1"}';
    expect(classifyAnthropic(input(400, `${body}\n`))).toMatchObject({ body, requestId: 'req_1' });
  });

  it.each([
    ['overloaded_error', 'stream-error', 529],
    ['api_error', 'stream-error', 500],
    ['timeout_error', 'stream-error', 504],
    ['rate_limit_error', 'rate-limited', 429],
    ['invalid_request_error', 'request-refused', 400],
    ['authentication_error', 'credential-refused', 401],
    ['permission_error', 'permission-refused', 403],
    ['not_found_error', 'model-unknown', 404],
    ['billing_error', 'account-exhausted', 402],
    ['something_new', 'stream-error', undefined],
    ['__proto__', 'stream-error', undefined],
  ])('an error event of type %s is %s', (type, kind, status) => {
    const failure = classifyAnthropicInBand(JSON.stringify({ type: 'error', error: { type, message: 'm' } }), now);
    expect(failure).toMatchObject({ kind, reach: 'streaming', detail: 'm' });
    expect(failure.status).toBe(status);
  });
});

function input(status: number, body: string, headers: Record<string, string> = {}): RefusalInput {
  return { status, headers, body, now };
}
