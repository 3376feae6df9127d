import { describe, expect, it } from 'vitest';
import type { Problem } from '../../model/request.ts';
import { geminiProblem } from './failures.ts';

function answer(problem: Problem) {
  const { status, headers, body } = geminiProblem(problem, 'id');
  return { status, headers, text: new TextDecoder().decode(body) };
}

describe('geminiProblem', () => {
  it.each<[Problem['kind'], number, string]>([
    ['bad-request', 400, 'INVALID_ARGUMENT'],
    ['unauthorised', 401, 'UNAUTHENTICATED'],
    ['forbidden-host', 421, 'FAILED_PRECONDITION'],
    ['not-found', 404, 'NOT_FOUND'],
    ['method-not-allowed', 405, 'UNIMPLEMENTED'],
    ['unknown-model', 404, 'NOT_FOUND'],
    ['too-large', 413, 'INVALID_ARGUMENT'],
    ['headers-too-large', 431, 'INVALID_ARGUMENT'],
    ['unsupported-media', 415, 'INVALID_ARGUMENT'],
    ['context-too-long', 400, 'INVALID_ARGUMENT'],
    ['rate-limited', 429, 'RESOURCE_EXHAUSTED'],
    ['overloaded', 503, 'UNAVAILABLE'],
    ['timeout', 504, 'DEADLINE_EXCEEDED'],
    ['upstream-error', 502, 'UNAVAILABLE'],
    ['upstream-credential', 503, 'UNAVAILABLE'],
    ['no-account', 503, 'UNAVAILABLE'],
    ['shutting-down', 503, 'UNAVAILABLE'],
    ['internal', 500, 'INTERNAL'],
  ])('tells %s with status %i and the word %s', (kind, code, status) => {
    const told = answer({ kind, message: 'm' });
    expect(told.status).toBe(code);
    expect(JSON.parse(told.text)).toEqual({ error: { code, message: 'm', status } });
    expect(told.headers).toEqual({ 'content-type': 'application/json; charset=UTF-8' });
  });

  it('tells an overload of another maker as Google’s own', () => {
    const told = answer({ kind: 'overloaded', message: 'm', status: 529 });
    expect(told.status).toBe(503);
    expect(JSON.parse(told.text).error).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
  });

  it('lets the problem name another status', () => {
    const told = answer({ kind: 'upstream-error', message: 'm', status: 403 });
    expect(told.status).toBe(403);
    expect(JSON.parse(told.text).error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
  });

  it.each([
    [0, '1', '1s'],
    [1200, '2', '2s'],
    [60_000, '60', '60s'],
    [3_600_000, '60', '3600s'],
  ])('tells to come back after %i ms, in a header of at most a minute', (retryAfterMs, seconds, retryDelay) => {
    const told = answer({ kind: 'rate-limited', message: 'm', retryAfterMs });
    expect(told.headers['retry-after']).toBe(seconds);
    expect(JSON.parse(told.text).error.details[0].retryDelay).toBe(retryDelay);
  });

  it("passes the upstream's own body on as it is", () => {
    const body = '{\n  "error": { "code": 400.0 } }\n';
    const told = answer({ kind: 'bad-request', message: 'm', body, retryAfterMs: 10 });
    expect(told.text).toBe(body);
    expect(told.headers['retry-after']).toBe('1');
  });
});
