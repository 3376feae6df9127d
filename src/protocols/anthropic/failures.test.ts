import { describe, expect, it } from 'vitest';
import type { Problem } from '../../model/request.ts';
import { anthropicProblem } from './failures.ts';

function told(problem: Omit<Problem, 'message'>): { status: number; type: string; retryAfter: string | undefined } {
  const answer = anthropicProblem({ ...problem, message: 'm' }, 'req');
  const body = JSON.parse(Buffer.from(answer.body).toString()) as { error: { type: string } };
  return { status: answer.status, type: body.error.type, retryAfter: answer.headers['retry-after'] };
}

describe('a problem in the words of the Anthropic API', () => {
  it('has the envelope of the API', () => {
    const answer = anthropicProblem({ kind: 'bad-request', message: 'max_tokens: Field required' }, '01REQ');
    expect(Buffer.from(answer.body).toString()).toBe(
      '{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"},"request_id":"01REQ"}',
    );
    expect(answer.headers).toEqual({ 'content-type': 'application/json' });
  });

  it.for<[Problem['kind'], number, string]>([
    ['bad-request', 400, 'invalid_request_error'],
    ['unauthorised', 401, 'authentication_error'],
    ['forbidden-host', 421, 'permission_error'],
    ['not-found', 404, 'not_found_error'],
    ['method-not-allowed', 405, 'invalid_request_error'],
    ['unknown-model', 404, 'not_found_error'],
    ['too-large', 413, 'request_too_large'],
    ['headers-too-large', 431, 'invalid_request_error'],
    ['unsupported-media', 415, 'invalid_request_error'],
    ['context-too-long', 400, 'invalid_request_error'],
    ['rate-limited', 429, 'rate_limit_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['timeout', 504, 'timeout_error'],
    ['upstream-error', 502, 'api_error'],
    ['upstream-credential', 503, 'api_error'],
    ['no-account', 503, 'api_error'],
    ['shutting-down', 503, 'overloaded_error'],
    ['internal', 500, 'api_error'],
  ])('%s is %i %s', ([kind, status, type]) => {
    expect(told({ kind })).toMatchObject({ status, type });
  });

  it.for<[number, string]>([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [409, 'conflict_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('with status %i is a %s whatever its kind', ([status, type]) => {
    expect(told({ kind: 'upstream-error', status })).toMatchObject({ status, type });
  });

  it('keeps the type of its kind when the status says nothing new', () => {
    expect(told({ kind: 'shutting-down', status: 503 }).type).toBe('overloaded_error');
  });

  it.for<[number | undefined, string | undefined]>([
    [undefined, undefined],
    [0, '1'],
    [1, '1'],
    [1000, '1'],
    [1001, '2'],
    [60_000, '60'],
    [3_600_000, '60'],
  ])('that will pass in %s ms tells %s seconds', ([retryAfterMs, seconds]) => {
    expect(told({ kind: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) }).retryAfter).toBe(
      seconds,
    );
  });

  it('hands on an upstream’s own body as it is', () => {
    const body = '{ "type":"error", "error":{"type":"invalid_request_error","message":"prompt is too long: 2 > 1"} }\n';
    const answer = anthropicProblem(
      { kind: 'context-too-long', message: 'x', status: 400, body, retryAfterMs: 1 },
      'r',
    );
    expect(Buffer.from(answer.body).toString()).toBe(body);
    expect(answer.status).toBe(400);
    expect(answer.headers['retry-after']).toBe('1');
  });
});
