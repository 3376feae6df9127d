import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from '../model/failure.ts';
import type { Frame } from '../model/wire.ts';
import { createFramer } from '../protocols/sse/framer.ts';
import { classifyAnthropic, classifyAnthropicInBand } from './anthropic/classify.ts';
import { classifyGemini, classifyGeminiInBand } from './gemini/classify.ts';
import type { RefusalInput } from './refusal.ts';
import { classifyVertex, classifyVertexInBand } from './vertex/classify.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const now = Date.UTC(2026, 10, 20, 18, 0, 0);

/** Every case that is an error must match exactly one row. */
const expected: readonly (readonly [RegExp, FailureKind, Partial<Failure>?])[] = [
  [/^anthropic\/json-err400-/, 'request-refused'],
  [/^anthropic\/json-err404-model-/, 'model-unknown'],
  [/^anthropic\/err400-prefill/, 'request-refused'],
  [/^anthropic\/err400-(expected-thinking|invalid-signature|thinking-)/, 'signature-refused'],
  [/^anthropic\/err429-input-tokens/, 'rate-limited'],
  [/^anthropic\/err429-spend-cap/, 'account-exhausted'],
  [/^anthropic\/err529-/, 'overloaded', { status: 529 }],
  [/^anthropic\/stream-error-first-event-overloaded/, 'stream-error', { status: 529, reach: 'streaming' }],
  [/^vertex-claude\/stream-error-overloaded/, 'stream-error', { status: 529, reach: 'streaming' }],
  [
    /^vertex-claude\/err400-invalid-signature-vrtx-wrapped/,
    'signature-refused',
    { requestId: 'req_vrtx_011CWwvKgCCu3fvjASX69zqX' },
  ],
  [/^vertex-claude\/err404-publisher-model/, 'model-unknown'],
  [/^vertex-claude\/err429-quota-/, 'rate-limited'],
  [/\/err400-firebase-unary-failure-api-key$|\/stream-firebase-streaming-failure-api-key$/, 'credential-refused'],
  [/\/err403-.*-not-enabled$|\/err403-.*iam-permission-denied$/, 'permission-refused'],
  [/\/err404-.*(unknown-model|model-not-found|location-url-not-found)$/, 'model-unknown'],
  [/\/err404-.*context-cache-not-found$/, 'request-refused'],
  [/^gemini\/err429-vercel-google-429-retry-info$/, 'rate-limited', { retryAfterMs: 34_400 }],
  [/^gemini\/(json-)?err429-resource-exhausted/, 'capacity-limited'],
  [/^gemini\/err429-free-tier-perday/, 'quota-exhausted', { retryAfterMs: 14 * 3_600_000 }],
  [/^vertex-gemini\/err429-.*quota-exceeded$/, 'model-unavailable'],
  [
    /\/(err400|stream)-firebase-.*(image-rejected|context-cache-model-doesnt-match|invalid-context-cache-id)$/,
    'request-refused',
  ],
  [/\/(err400|stream)-firebase-.*(http-error|unsupported-user-location)$/, 'permission-refused'],
  [/^vertex-gemini\/json-err400-the-input-token-count/, 'context-too-long'],
  [/^vertex-gemini\/json-err400-(cannot-fetch|please-use-a-valid-role|unable-to-submit)/, 'request-refused'],
  [/^vertex-gemini\/json-err401-/, 'credential-refused'],
  [/\/err400-.*thought-signature/, 'signature-refused'],
  [/^gemini\/err503-/, 'overloaded'],
  [/^vertex-gemini\/stream-firebase-streaming-failure-error-mid-stream$/, 'stream-error', { status: 499 }],
];

interface Case {
  readonly name: string;
  readonly provider: string;
  readonly status: number;
  readonly body: string;
  readonly inBand: boolean;
}

describe.skipIf(!existsSync(fixtures))(`recorded and quoted errors in ${fixtures}`, () => {
  const cases = existsSync(fixtures) ? [...casesIn(fixtures), ...casesIn(join(fixtures, 'quoted-errors'))] : [];

  it('are there', () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s is classified', (name, entry) => {
    const rows = expected.filter(([pattern]) => pattern.test(name));
    expect(rows.map(([pattern]) => String(pattern))).toHaveLength(1);
    const failure = entry.inBand ? classifyInBand(entry) : classify(entry);
    const [, kind, more] = rows[0]!;
    expect(failure).toMatchObject({ kind, ...more });
    expect(failure.detail).toMatch(/^[^\n]{3,500}$/);
    if (!entry.inBand) expect(failure).toMatchObject({ reach: 'refused', status: entry.status });
    if (entry.body.startsWith('{') && !name.includes('wrapped')) expect(failure.body).toBe(entry.body.trim());
    if (failure.body !== undefined) expect(JSON.parse(failure.body)).toHaveProperty('error');
  });

  it.each(cases.filter((entry) => !entry.inBand).map((entry) => [entry.name, entry] as const))(
    '%s means the same when served as an event stream',
    (_name, entry) => {
      if (!/^[[{]/.test(entry.body)) return;
      const data = JSON.stringify(JSON.parse(entry.body));
      expect(classify({ ...entry, body: `event: error\r\ndata: ${data}\r\n\r\n` }).kind).toBe(classify(entry).kind);
    },
  );
});

function casesIn(root: string): readonly Case[] {
  return ['anthropic', 'gemini', 'vertex-claude', 'vertex-gemini'].flatMap((provider) =>
    readdirSync(join(root, provider))
      .filter((name) => name !== 'INDEX.md')
      .flatMap((name) => caseIn(join(root, provider, name), provider, name)),
  );
}

function caseIn(path: string, provider: string, name: string): readonly Case[] {
  const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as {
    status: number;
    verify: { status: string };
  };
  const file = readdirSync(path).find((entry) => entry.startsWith('response.'));
  if (file === undefined) return [];
  const common = { name: `${provider}/${name}`, provider, status: meta.status };
  if (meta.status >= 400) return [{ ...common, body: readFileSync(join(path, file), 'utf8'), inBand: false }];
  if (meta.verify.status !== 'ERRORED') return [];
  return [{ ...common, body: errorIn(readFileSync(join(path, file))), inBand: true }];
}

/** The error object of a stream, found as a reader finds it. */
function errorIn(bytes: Buffer): string {
  const frames: Frame[] = [];
  const framer = createFramer();
  framer.push(bytes, frames);
  framer.end(frames);
  const texts = frames.map((frame) => (frame.shape === 'bare' ? Buffer.from(frame.raw).toString('utf8') : frame.data));
  const found = texts.find((text) => /"error"\s*:/.test(text));
  if (found === undefined) throw new Error('no error in this stream');
  return found;
}

function classify(entry: Case): Failure {
  const input = { status: entry.status, headers: {}, body: entry.body, now };
  if (entry.provider === 'anthropic') return classifyAnthropic(input);
  return entry.provider === 'gemini' ? classifyGemini(input) : classifyVertex(input);
}

function classifyInBand(entry: Case): Failure {
  if (entry.provider === 'anthropic') return classifyAnthropicInBand(entry.body, now);
  if (entry.provider === 'gemini') return classifyGeminiInBand(entry.body, now);
  return classifyVertexInBand(entry.provider === 'vertex-claude' ? 'anthropic' : 'gemini', entry.body, now);
}

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

describe('error bodies that mean harm', () => {
  const depth = 30_000;
  it.each([
    ['nested objects', `${'{"error":'.repeat(depth)}{}${'}'.repeat(depth)}`],
    ['nested arrays', `${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['a nested object in an array', `[{"error":${'['.repeat(depth)}${']'.repeat(depth)}}]`],
    ['a prototype', '{"__proto__":{"kind":"x"},"error":{"__proto__":{"message":"x"}}}'],
    ['no text at all', ''],
    ['a number', '429'],
    ['null details', '{"error":{"message":null,"details":[null,1,{"violations":[null,{"quotaId":7}]}]}}'],
    ['unfinished markup', `${'<a'.repeat(50_000)}`],
    ['blanks', ' \t\n'.repeat(100_000)],
  ])('%s is classified by its status', (_name, body) => {
    for (const read of [classifyAnthropic, classifyGemini, classifyVertex]) {
      expect(read(input(500, body))).toMatchObject({ kind: 'server-error', status: 500 });
    }
  });

  it('does not keep a body above the limit', () => {
    const body = JSON.stringify({ error: { message: 'm', padding: 'x'.repeat(70_000) } });
    const failure = classifyAnthropic(input(400, body));
    expect(failure).toMatchObject({ kind: 'request-refused', detail: 'm' });
    expect(failure.body).toBeUndefined();
  });

  it('makes one line of a long message', () => {
    const failure = classifyAnthropic(input(400, JSON.stringify({ error: { message: `a\r\nb ${'🙂'.repeat(400)}` } })));
    expect(failure.detail).toMatch(/^a b 🙂+…$/u);
    expect(failure.detail.length).toBeLessThanOrEqual(500);
  });
});

function input(status: number, body: string, headers: Record<string, string> = {}): RefusalInput {
  return { status, headers, body, now };
}
