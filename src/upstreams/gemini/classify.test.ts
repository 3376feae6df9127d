import { describe, expect, it } from 'vitest';
import type { RefusalInput } from '../refusal.ts';
import { classifyVertex, classifyVertexInBand } from '../vertex/classify.ts';
import { classifyGemini, classifyGeminiInBand } from './classify.ts';

const now = Date.UTC(2026, 10, 20, 18, 0, 0);

describe('Google refusals', () => {
  const google = (status: number, message: string, details: unknown[] = [], word = 'INVALID_ARGUMENT') =>
    input(status, JSON.stringify({ error: { code: status, message, status: word, details } }));
  const quota = (...ids: string[]) => ({
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: ids.map((quotaId) => ({ quotaId })),
  });
  const retryInfo = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
  const reason = (word: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: word });

  it('finds the delay wherever it stands among the details, else in the sentence', () => {
    const minute = quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier');
    for (const details of [
      [minute, retryInfo('34s')],
      [retryInfo('34s'), reason('RATE_LIMIT_EXCEEDED'), minute],
    ]) {
      expect(classifyGemini(google(429, 'quota', details))).toMatchObject({
        kind: 'rate-limited',
        retryAfterMs: 34_000,
      });
    }
    const sentence = 'You exceeded your current quota.\nPlease retry in 45.578569677s.';
    expect(classifyGemini(google(429, sentence))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 45_579 });
  });

  it('waits for midnight Pacific when a daily quota is among the violations, whatever the delay says', () => {
    const details = [
      retryInfo('12s'),
      quota(
        'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
        'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
      ),
    ];
    expect(classifyGemini(google(429, 'quota', details))).toMatchObject({
      kind: 'quota-exhausted',
      retryAfterMs: 14 * 3_600_000,
    });
  });

  it('knows a quota of zero from a small one', () => {
    const zero = {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '0' }],
    };
    expect(classifyGemini(google(429, 'quota', [zero])).kind).toBe('model-unavailable');
    expect(classifyGemini(google(429, '* Quota exceeded for metric: x, limit: 0, model: gemini-3-pro')).kind).toBe(
      'model-unavailable',
    );
    expect(classifyGemini(google(429, '* Quota exceeded for metric: x, limit: 0.5')).kind).toBe('rate-limited');
    expect(classifyGemini(google(429, '* Quota exceeded for metric: x, limit: 20')).kind).toBe('rate-limited');
  });

  it('blames an account for a bare 429 of the Gemini API, but not for one of Vertex AI', () => {
    const bare = google(429, 'Resource has been exhausted (e.g. check quota).', [], 'RESOURCE_EXHAUSTED');
    expect(classifyGemini(bare).kind).toBe('rate-limited');
    expect(classifyGemini(bare).retryAfterMs).toBeUndefined();
    expect(classifyVertex(bare).kind).toBe('capacity-limited');
    expect(classifyVertex(google(429, 'Too many requests. Exceeded the Provisioned Throughput.')).kind).toBe(
      'rate-limited',
    );
  });

  it.each([
    [400, 'API key expired. Please renew the API key.', [], 'INVALID_ARGUMENT', 'credential-refused'],
    [400, 'User location is not supported for the API use.', [], 'FAILED_PRECONDITION', 'permission-refused'],
    [
      400,
      'Gemini API free tier is not available in your country. Please enable billing on your project.',
      [],
      'FAILED_PRECONDITION',
      'account-exhausted',
    ],
    [
      400,
      'Please ensure that function call turn comes immediately after a user turn',
      [],
      'INVALID_ARGUMENT',
      'request-refused',
    ],
    [
      400,
      'Invalid JSON payload received. Unknown name "x" at \'tools[0]\': Cannot find field.',
      [],
      'INVALID_ARGUMENT',
      'request-refused',
    ],
    [401, 'x', [reason('ACCESS_TOKEN_EXPIRED')], 'UNAUTHENTICATED', 'credential-refused'],
    [402, 'prepaid', [], 'RESOURCE_EXHAUSTED', 'account-exhausted'],
    [403, 'x', [reason('SERVICE_DISABLED')], 'PERMISSION_DENIED', 'permission-refused'],
    [403, 'x', [reason('API_KEY_SERVICE_BLOCKED')], 'PERMISSION_DENIED', 'permission-refused'],
    [403, 'x', [reason('CONSUMER_SUSPENDED')], 'PERMISSION_DENIED', 'account-exhausted'],
    [403, 'x', [reason('BILLING_DISABLED')], 'PERMISSION_DENIED', 'account-exhausted'],
    [403, 'CachedContent not found (or permission denied)', [], 'PERMISSION_DENIED', 'request-refused'],
    [
      403,
      'Your API key was reported as leaked. Please use another API key.',
      [],
      'PERMISSION_DENIED',
      'credential-refused',
    ],
    [404, 'models/x is not found for API version v1beta', [], 'NOT_FOUND', 'model-unknown'],
    [499, 'The operation was cancelled.', [], 'CANCELLED', 'server-error'],
    [500, 'An internal error has occurred', [], 'INTERNAL', 'server-error'],
    [503, 'The model is overloaded.', [], 'UNAVAILABLE', 'overloaded'],
    [504, 'Deadline expired', [], 'DEADLINE_EXCEEDED', 'server-error'],
  ])('%i %s', (status, message, details, word, kind) => {
    expect(classifyGemini(google(status, message, details, word))).toMatchObject({ kind, status });
  });

  it('takes the status of an error inside a stream from its code', () => {
    expect(classifyGeminiInBand('{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}', now)).toMatchObject({
      kind: 'stream-error',
      status: 503,
      reach: 'streaming',
    });
    expect(
      classifyGeminiInBand('[{"error":{"code":429,"message":"x","details":[{"retryDelay":"3s"}]}}]', now),
    ).toMatchObject({ kind: 'rate-limited', retryAfterMs: 3_000 });
    expect(classifyGeminiInBand('{"error":{"code":200,"message":"x"}}', now).status).toBeUndefined();
  });

  it('hands on the inner document when Anthropic’s error is a string inside Google’s', () => {
    const inner =
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 tokens > 1 maximum"}}';
    expect(classifyVertex(google(400, inner))).toMatchObject({ kind: 'context-too-long', body: inner });
    expect(classifyVertexInBand('anthropic', google(400, inner).body, now)).toMatchObject({
      kind: 'context-too-long',
      reach: 'streaming',
    });
  });

  it('lets Google break into the stream of a Claude model', () => {
    const body = '{"error":{"code":503,"message":"unavailable","status":"UNAVAILABLE"}}';
    expect(classifyVertexInBand('anthropic', body, now)).toMatchObject({ kind: 'stream-error', status: 503 });
  });
});

function input(status: number, body: string, headers: Record<string, string> = {}): RefusalInput {
  return { status, headers, body, now };
}
