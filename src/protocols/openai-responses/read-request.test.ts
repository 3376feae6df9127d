import { describe, expect, it } from 'vitest';
import type { RequestInput } from '../../model/request.ts';
import { readResponsesRequest } from './read-request.ts';

function read(json: unknown, headers: Record<string, string> = {}) {
  const input: RequestInput = {
    operation: 'generate',
    body: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)),
    headers,
    query: new URLSearchParams(),
  };
  return readResponsesRequest(input);
}

function requestOf(json: unknown, headers: Record<string, string> = {}) {
  const result = read(json, headers);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.request;
}

describe('a Responses request', () => {
  it('is read with its model, and streamed only when it says so', () => {
    expect(requestOf({ model: 'gpt-5', input: 'hi', stream: true })).toMatchObject({
      protocol: 'openai-responses',
      model: 'gpt-5',
      framing: 'sse',
    });
    expect(requestOf({ model: 'gpt-5', input: 'hi' }).framing).toBe('json');
  });

  it.each([
    ['no model', { input: 'x' }, "'model'"],
    ['an empty model', { model: '', input: 'x' }, "'model'"],
    ['nothing to answer', { model: 'm' }, "'input'"],
    ['an input that is a number', { model: 'm', input: 1 }, "'input'"],
    ['an input item that is no object', { model: 'm', input: [{ role: 'user' }, 'x'] }, '[1]'],
    ['tools that are no list', { model: 'm', input: 'x', tools: {} }, "'tools'"],
    ['a limit of nothing', { model: 'm', input: 'x', max_output_tokens: 0 }, "'max_output_tokens'"],
    ['a background response that nobody could fetch', { model: 'm', input: 'x', background: true }, "'background'"],
    ['no JSON', '{"model":', 'JSON'],
  ])('is refused for %s, which the message names', (_why, json, named) => {
    const result = read(json);
    expect('problem' in result && result.problem.kind).toBe('bad-request');
    expect('problem' in result && result.problem.message).toContain(named);
  });

  it.each(['previous_response_id', 'conversation'])('may go on from %s without an input', (field) => {
    expect('request' in read({ model: 'm', [field]: 'x_1' })).toBe(true);
  });

  it('takes null for what was not set, and fields that nobody knows', () => {
    expect('request' in read({ model: 'm', input: 'x', tools: null, stream: null, reasoning: null, fancy: [1] })).toBe(
      true,
    );
  });

  it('passes the headers of the dialect and never a credential or an organisation', () => {
    const { passHeaders } = requestOf(
      { model: 'm', input: 'x' },
      {
        authorization: 'Bearer sk-1',
        'openai-organization': 'org-1',
        'openai-beta': 'responses=experimental',
        'x-codex-turn-metadata': '{}',
        'x-codex-api-key': 'k',
        'session-id': 's1',
        'user-agent': 'codex',
      },
    );
    expect(passHeaders).toEqual({
      'openai-beta': 'responses=experimental',
      'x-codex-turn-metadata': '{}',
      'session-id': 's1',
    });
  });

  it.each([
    [{ 'session-id': 'a', 'x-session-id': 'b' }, 'a'],
    [{ 'x-session-id': 'b', 'x-session-affinity': 'c' }, 'b'],
    [{ 'x-session-affinity': 'c' }, 'c'],
    [{}, 'cache'],
    [{ 'session-id': 'x'.repeat(300) }, 'cache'],
  ])('is told apart by the session %j', (headers, hint) => {
    const request = requestOf({ model: 'm', input: 'x', prompt_cache_key: 'cache' }, headers as Record<string, string>);
    expect(request.sessionHint).toBe(hint);
  });
});
