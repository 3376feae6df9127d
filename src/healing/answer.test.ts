import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from '../model/failure.ts';
import type { ClientRequest } from '../model/request.ts';
import { exchangeHeaders, headerSafe, passedHeaders, problemOf } from './answer.ts';
import { type Course, noteAttempt, noteFailure, startCourse } from './course.ts';

const request = { protocol: 'anthropic', operation: 'generate', model: 'claude-x', framing: 'sse' } as ClientRequest;

function courseWith(...failures: [FailureKind, Partial<Failure>?][]): Course {
  const course = startCourse(request, ['claude-x'], undefined);
  for (const [index, [kind, more]] of failures.entries()) {
    noteAttempt(course, `account-${index}`);
    noteFailure(
      course,
      { kind, reach: 'refused', detail: `detail ${index}`, ...more },
      { email: `account-${index}`, provider: 'anthropic' },
    );
  }
  return course;
}

describe('the caller is told', () => {
  it('the upstream’s own words and status when it refused the request', () => {
    const refused: Partial<Failure> = { status: 422, body: '{"type":"error"}' };
    expect(problemOf(courseWith(['request-refused', refused]))).toMatchObject({
      kind: 'bad-request',
      status: 422,
      body: '{"type":"error"}',
    });
  });

  it('of a limit rather than of a credential, and when to ask again', () => {
    const course = courseWith(
      ['rate-limited', { status: 429, retryAfterMs: 7_000 }],
      ['credential-refused', { status: 401 }],
    );
    expect(problemOf(course)).toMatchObject({ kind: 'rate-limited', status: 429, retryAfterMs: 7_000 });
  });

  it('that a credential of the gateway was refused as a fault of the gateway’s side, never as 401', () => {
    const refused: Partial<Failure> = { status: 401, body: '{"type":"error"}', detail: 'invalid x-api-key' };
    const problem = problemOf(courseWith(['credential-refused', refused]));
    expect(problem.kind).toBe('upstream-credential');
    // Clients that find these words take their own key for wrong.
    expect(problem.message).not.toContain('x-api-key');
    expect(problem.message).toContain('account-0');
    expect(problem).not.toHaveProperty('status');
    expect(problem).not.toHaveProperty('body');
  });

  it('what broke an answer that had begun, whatever was overcome before', () => {
    const course = courseWith(['rate-limited', { status: 429 }], ['cut', { reach: 'committed' }]);
    expect(problemOf(course).message).toContain('stream disconnected before completion');
  });

  it('nothing of a refused signature that a repair had cured', () => {
    const course = courseWith(['signature-refused', { status: 400 }], ['ended', { reach: 'streaming' }]);
    expect(problemOf(course)).toMatchObject({ kind: 'upstream-error' });
  });

  it('of a refused signature when the repair was refused too', () => {
    const course = courseWith(['ended', { reach: 'streaming' }], ['signature-refused', { status: 400, body: '{}' }]);
    expect(problemOf(course)).toMatchObject({ kind: 'bad-request', status: 400, body: '{}' });
  });

  it('how many attempts there were, and which account was the last', () => {
    expect(problemOf(courseWith(['ended'], ['empty'])).message).toContain('(2 attempts, last account account-1)');
  });

  it('when the first account returns from its rest, if none could be asked at all', () => {
    const course = startCourse(request, ['claude-x'], undefined);
    expect(problemOf(course, { none: 'resting', inMs: 40_000, reason: 'limited' })).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 40_000,
      message: 'every account that can serve claude-x is resting for 40 s (limited)',
    });
    expect(problemOf(course, { none: 'resting' }).message).toBe(
      'every account that can serve claude-x is resting (limited)',
    );
    expect(problemOf(course, { none: 'none' })).toMatchObject({ kind: 'unknown-model' });
  });
});

describe('headers', () => {
  it('are safe for a header line whatever a label holds', () => {
    expect(headerSafe('ada@例え.jp')).toBe('ada@%E4%BE%8B%E3%81%88.jp');
    expect(headerSafe('a\r\nx: 1')).toBe('a%0D%0Ax: 1');
    expect(headerSafe('\ud800')).toBe('%EF%BF%BD');
    expect(headerSafe('')).toBe('none');
  });

  it('name account, model, request and attempts, and the request id twice for the Anthropic dialect', () => {
    const course = courseWith(['ended']);
    const names = ['x-account-email', 'x-mapped-model', 'x-request-id', 'x-attempts'];
    expect(Object.keys(exchangeHeaders('id', course, 'gemini'))).toEqual(names);
    expect(Object.keys(exchangeHeaders('id', course, 'anthropic'))).toEqual([...names, 'request-id']);
  });

  it('of the upstream pass when they belong to the dialect, and stay here otherwise', () => {
    const upstream = { 'anthropic-ratelimit-requests-remaining': '9', 'set-cookie': 'a=b', server: 'x', 'cf-ray': 'y' };
    expect(passedHeaders(upstream)).toEqual({ 'anthropic-ratelimit-requests-remaining': '9' });
  });
});
