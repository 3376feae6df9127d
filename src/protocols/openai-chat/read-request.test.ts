import { describe, expect, it } from 'vitest';
import { readChatRequest } from './read-request.ts';
import { recordedJson } from './streams.testing.ts';
import { writeChatRequest } from './write-request.ts';

function read(body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readChatRequest({ operation: 'generate', body: Buffer.from(text), headers, query: new URLSearchParams() });
}
const hello = { model: 'gpt-x', messages: [{ role: 'user', content: 'hi' }] };

function requestOf(body: unknown, headers: Record<string, string> = {}) {
  const result = read(body, headers);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.request;
}

describe('a Chat Completions request', () => {
  it('is streamed when it says so', () => {
    expect(requestOf(hello)).toMatchObject({ protocol: 'openai-chat', model: 'gpt-x', framing: 'json' });
    expect(requestOf({ ...hello, stream: true }).framing).toBe('sse');
    expect(requestOf({ ...hello, stream: null }).framing).toBe('json');
  });

  it.each([
    [{ messages: hello.messages }, "Missing required parameter: 'model'."],
    [{ model: 'm' }, "Missing required parameter: 'messages'."],
    [{ ...hello, model: '' }, "Invalid 'model': empty string. Expected the name of a model."],
    [
      { ...hello, messages: [] },
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [{ ...hello, messages: ['hi'] }, "Invalid type for 'messages[0]': expected an object, but got a string instead."],
    [{ ...hello, messages: [{ content: 'hi' }] }, "Missing required parameter: 'messages[0].role'."],
    [{ ...hello, stream: 'yes' }, "Invalid type for 'stream': expected a boolean, but got a string instead."],
    [{ ...hello, tools: {} }, "Invalid type for 'tools': expected an array of objects, but got an object instead."],
  ])('%j is refused in OpenAI’s words', (body, message) => {
    expect(read(body)).toEqual({ problem: { kind: 'bad-request', message } });
  });

  it('passes no credential and no header that chooses who pays', () => {
    const headers = {
      authorization: 'Bearer sk-1',
      'openai-organization': 'org',
      'openai-project': 'proj',
      'openai-beta': 'x=v1',
      cookie: 'c',
    };
    expect(requestOf(hello, headers).passHeaders).toEqual({ 'openai-beta': 'x=v1' });
  });

  it.each([
    [{ 'x-session-id': 's1', 'session-id': 's2' }, {}, 's1'],
    [{ 'session-id': 's2' }, { prompt_cache_key: 'k' }, 's2'],
    [{ 'x-session-affinity': 's3' }, {}, 's3'],
    [{}, { prompt_cache_key: 'k' }, 'k'],
    [{}, { user: 'ada' }, undefined],
    [{ 'x-session-id': 'x'.repeat(300) }, {}, undefined],
  ])('knows its conversation by %j and %j', (headers, members, hint) => {
    expect(requestOf({ ...hello, ...members }, headers as Record<string, string>).sessionHint).toBe(hint);
  });

  it.for(recordedJson('openai-chat', 'request.json'))(
    '$name is accepted, unless OpenAI itself refused it',
    ({ json, name }) => {
      expect('problem' in read(json)).toBe(name.includes('empty-array'));
    },
  );
});

describe('the body for an upstream of the same dialect', () => {
  it('is the client’s own bytes where nothing has to change', () => {
    const request = requestOf(
      '{"model":"m", "stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user"}]}',
    );
    expect(writeChatRequest(request, [], 'm')).toBe(request.body);
  });

  it('asks for a stream and its counts, and changes no other byte', () => {
    const body = '{ "model": "m", "temperature": 1.0, "n": 2, "messages": [{"role":"user"}] }';
    const written = Buffer.from(writeChatRequest(requestOf(body), [], 'other')).toString();
    expect(JSON.parse(written)).toEqual({
      ...JSON.parse(body),
      model: 'other',
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(written).toContain('"temperature": 1.0, "n": 2, "messages": [{"role":"user"}]');
  });

  it.each([
    [
      { include_usage: false, include_obfuscation: false },
      { include_usage: true, include_obfuscation: false },
    ],
    [{}, { include_usage: true }],
    [null, { include_usage: true }],
  ])('asks for the counts within stream_options %j', (before, after) => {
    const request = requestOf({ ...hello, stream: true, stream_options: before });
    expect(JSON.parse(Buffer.from(writeChatRequest(request, [], 'gpt-x')).toString()).stream_options).toEqual(after);
  });

  it('carries the edits of the attempt', () => {
    const edits = [{ op: 'set', path: ['messages', 0, 'content'], json: '"bye"' }] as const;
    expect(
      JSON.parse(Buffer.from(writeChatRequest(requestOf(hello), edits, 'gpt-x')).toString()).messages[0].content,
    ).toBe('bye');
  });
});
