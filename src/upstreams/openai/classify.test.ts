import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../model/failure.ts';
import type { RefusalInput } from '../refusal.ts';
import { classifyOpenai, classifyOpenaiInBand } from './classify.ts';

const now = Date.UTC(2026, 10, 20, 18, 0, 0);

function input(status: number, body: unknown, headers: Record<string, string> = {}): RefusalInput {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body), now };
}

function said(status: number, message: string, code: string | null = null, type = 'invalid_request_error') {
  return classifyOpenai(input(status, { error: { message, type, param: null, code } }));
}

describe('OpenAI’s refusals', () => {
  it.each<[number, string, string | null, FailureKind]>([
    [
      429,
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'account-exhausted',
    ],
    [
      429,
      'Rate limit reached for gpt-4o in organization org-x on requests per min (RPM): Limit 3. Please try again in 20s.',
      'rate_limit_exceeded',
      'rate-limited',
    ],
    [
      429,
      'Request too large for gpt-4o on tokens per min (TPM): Limit 1, Requested 30.',
      'rate_limit_exceeded',
      'rate-limited',
    ],
    [
      400,
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
      'context_length_exceeded',
      'context-too-long',
    ],
    [400, 'Your input exceeds the context window of this model.', null, 'context-too-long'],
    [401, 'Incorrect API key provided: sk-x.', 'invalid_api_key', 'credential-refused'],
    [403, 'Country, region, or territory not supported', 'unsupported_country_region_territory', 'permission-refused'],
    [404, 'The model `x` does not exist or you do not have access to it.', 'model_not_found', 'model-unknown'],
    [400, "The requested model 'x' does not exist.", 'model_not_found', 'model-unknown'],
    [404, 'No such File object: file-1', null, 'request-refused'],
    [400, 'Your request was rejected as a result of our safety system.', 'content_policy_violation', 'request-refused'],
    [
      400,
      "Unsupported parameter: 'stop' is not supported with this model.",
      'unsupported_parameter',
      'request-refused',
    ],
    [422, 'Unprocessable', null, 'request-refused'],
    [400, 'The encrypted content gAAA could not be verified.', 'invalid_encrypted_content', 'signature-refused'],
    [500, 'The server had an error while processing your request.', 'server_error', 'server-error'],
    [503, 'The engine is currently overloaded, please try again later', null, 'overloaded'],
    [503, 'Slow down', 'slow_down', 'overloaded'],
    [409, 'Conflict', null, 'server-error'],
  ])('%i %s', (status, message, code, kind) => {
    expect(said(status, message, code)).toMatchObject({ kind, status, reach: 'refused', detail: message });
  });

  it('are read from the shapes of compatible servers', () => {
    const kindOf = (status: number, body: unknown): FailureKind => classifyOpenai(input(status, body)).kind;
    // DeepSeek, OpenRouter, vLLM, llama.cpp, Mistral (FastAPI), Ollama, Groq, a proxy.
    expect(kindOf(402, { error: { message: 'Insufficient Balance', type: 'unknown_error' } })).toBe(
      'account-exhausted',
    );
    expect(kindOf(403, { error: { code: 403, message: 'Input was flagged by moderation' } })).toBe('request-refused');
    expect(kindOf(400, { error: { code: 400, message: 'x/y is not a valid model ID' } })).toBe('model-unknown');
    expect(kindOf(400, { object: 'error', message: 'maximum context length is 4096', code: 400 })).toBe(
      'context-too-long',
    );
    expect(kindOf(400, { error: { code: 400, message: 'the request', type: 'exceed_context_size_error' } })).toBe(
      'context-too-long',
    );
    expect(kindOf(422, { detail: [{ msg: 'Extra inputs are not permitted' }] })).toBe('request-refused');
    expect(kindOf(404, { error: 'model "x" not found, try pulling it first' })).toBe('model-unknown');
    expect(kindOf(413, { error: { message: 'Request too large for model', code: 'rate_limit_exceeded' } })).toBe(
      'rate-limited',
    );
    expect(kindOf(502, '<html><h1>Bad gateway</h1></html>')).toBe('server-error');
    expect(classifyOpenai(input(422, { detail: [{ msg: 'Extra inputs' }] })).detail).toBe('Extra inputs');
  });

  it('of Google’s compatible endpoint, in an array, are read by Google’s rows', () => {
    const error = {
      code: 429,
      message: 'You exceeded your current quota. Please retry in 34.4s.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }],
    };
    expect(classifyOpenai(input(429, [{ error }]))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 34_400 });
    const key = { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' };
    expect(classifyOpenai(input(400, [{ error: key }])).kind).toBe('credential-refused');
    expect(classifyOpenaiInBand(JSON.stringify([{ error }]), now)).toMatchObject({
      kind: 'rate-limited',
      reach: 'streaming',
    });
  });

  it('never follow a redirect, and name its host alone', () => {
    const failure = classifyOpenai(input(302, '', { location: 'https://evil.example/?key=secret' }));
    expect(failure).toMatchObject({ kind: 'server-error' });
    expect(failure.detail).toContain('evil.example');
    expect(failure.detail).not.toContain('secret');
  });

  it('heed x-should-retry where the status alone says little', () => {
    expect(classifyOpenai(input(409, {}, { 'x-should-retry': 'false' })).kind).toBe('request-refused');
    expect(classifyOpenai(input(500, {}, { 'x-should-retry': 'false' }))).toMatchObject({
      kind: 'server-error',
      shouldRetry: false,
    });
  });
});

describe('the time of a rate limit', () => {
  const timeOf = (headers: Record<string, string>, message = 'Rate limit reached.'): number | undefined =>
    classifyOpenai(input(429, { error: { message, code: 'rate_limit_exceeded' } }, headers)).retryAfterMs;

  it.each<[string, Record<string, string>, string, number | undefined]>([
    ['retry-after', { 'retry-after': '7' }, 'Please try again in 20s.', 7_000],
    ['retry-after-ms', { 'retry-after-ms': '250', 'retry-after': '1' }, '', 250],
    [
      'the limit of which nothing is left',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1m30s',
        'x-ratelimit-remaining-tokens': '5',
        'x-ratelimit-reset-tokens': '6h',
      },
      '',
      90_000,
    ],
    [
      'the later of two',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '6ms',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '2s',
      },
      '',
      2_000,
    ],
    ['the sentence', {}, 'Please try again in 6m0s. Contact us.', 360_000],
    ['the sentence with a fraction', {}, 'Please try again in 1.242s.', 1_242],
    ['the sentence of Azure', {}, 'Please retry after 6 seconds.', 6_000],
    [
      'nothing, when nothing is said',
      { 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '1s' },
      'Slow.',
      undefined,
    ],
    [
      'nothing, when it cannot be read',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' },
      '',
      undefined,
    ],
  ])('comes from %s', (_what, headers, message, ms) => {
    expect(timeOf(headers, message)).toBe(ms);
  });

  it('is none where waiting does not help', () => {
    expect(
      said(429, 'You exceeded your current quota. Please try again in 20s.', 'insufficient_quota').retryAfterMs,
    ).toBeUndefined();
  });
});

describe('errors inside a stream', () => {
  it.each<[string, object, FailureKind]>([
    ['a server’s error', { error: { message: 'boom', type: 'server_error', code: null } }, 'stream-error'],
    ['an error without a word', { error: { message: 'boom' } }, 'stream-error'],
    ['a rate limit', { error: { message: 'x', code: 'rate_limit_exceeded', type: 'tokens' } }, 'rate-limited'],
    [
      'a quota',
      { type: 'error', sequence_number: 2, error: { code: 'insufficient_quota', message: 'x' } },
      'account-exhausted',
    ],
    [
      'a failed response',
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'x' } } },
      'rate-limited',
    ],
    ['a flat error event', { type: 'error', code: 'context_length_exceeded', message: 'x' }, 'context-too-long'],
    ['OpenRouter’s number', { error: { code: 502, message: 'Provider disconnected' }, choices: [] }, 'stream-error'],
    ['OpenRouter’s rate limit', { error: { code: 429, message: 'Rate limited' }, choices: [] }, 'rate-limited'],
    ['an overload', { error: { message: 'x', type: 'overloaded_error' } }, 'stream-error'],
    [
      'an answer given up',
      { choices: [{ index: 0, delta: {}, finish_reason: 'insufficient_system_resource' }] },
      'stream-error',
    ],
    ['Groq’s', { choices: [], x_groq: { error: 'boom' } }, 'stream-error'],
  ])('%s', (_what, body, kind) => {
    const failure = classifyOpenaiInBand(JSON.stringify(body), now);
    expect(failure).toMatchObject({ kind, reach: 'streaming' });
    expect(failure.status).not.toBe(0);
  });
});
