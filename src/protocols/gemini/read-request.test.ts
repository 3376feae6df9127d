import { describe, expect, it } from 'vitest';
import type { ClientRequest, RequestInput } from '../../model/request.ts';
import { readGeminiRequest } from './read-request.ts';
import { writeGeminiRequest } from './write-request.ts';

function input(body: string, more: Partial<RequestInput> = {}): RequestInput {
  return {
    operation: 'generate',
    body: new TextEncoder().encode(body),
    headers: {},
    query: new URLSearchParams(),
    pathModel: 'gemini-3-flash',
    pathMethod: 'generateContent',
    ...more,
  };
}

function read(body: string, more: Partial<RequestInput> = {}): ClientRequest {
  const result = readGeminiRequest(input(body, more));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.request;
}

function messageOf(body: string, more: Partial<RequestInput> = {}): string {
  const result = readGeminiRequest(input(body, more));
  if (!('problem' in result)) return 'accepted';
  expect(result.problem.kind).toBe('bad-request');
  return result.problem.message;
}

const minimal = '{"contents":[{"parts":[{"text":"hi"}]}]}';

describe('readGeminiRequest', () => {
  it('keeps the very bytes and leaves unknown fields to the API', () => {
    const body = '{ "contents": [{"role":"user","parts":[{"text":"hi"}]}], "novelty": 1.0 }';
    const given = input(body);
    const result = readGeminiRequest(given);
    expect('request' in result && result.request.body).toBe(given.body);
    expect(read(body)).toMatchObject({ protocol: 'gemini', operation: 'generate', json: { novelty: 1 } });
  });

  it.each([
    ['gemini-3-flash', 'gemini-3-flash'],
    ['models/gemini-3-flash', 'gemini-3-flash'],
    ['models%2Fgemini-3-flash', 'gemini-3-flash'],
    ['tunedModels/my-own', 'tunedModels/my-own'],
    ['100%', '100%'],
  ])('reads the model %s of the path as %s', (pathModel, model) => {
    expect(read(minimal, { pathModel }).model).toBe(model);
  });

  it('streams events only for alt=sse', () => {
    const stream = { pathMethod: 'streamGenerateContent' as const };
    expect(read(minimal).framing).toBe('json');
    expect(read(minimal, { query: new URLSearchParams('alt=sse') }).framing).toBe('json');
    expect(read(minimal, stream).framing).toBe('json-array');
    expect(read(minimal, { ...stream, query: new URLSearchParams('alt=json') }).framing).toBe('json-array');
    expect(read(minimal, { ...stream, query: new URLSearchParams('key=k&alt=sse') }).framing).toBe('sse');
  });

  it.each([
    ['{}', '`contents` is not specified'],
    ['{"contents":[]}', '`contents` is empty'],
    ['{"contents":"hi"}', '`contents` must be an array'],
    ['{"contents":[{},"hi"]}', '`contents[1]` must be an object'],
    ['{"contents":[{}],"tools":true}', '`tools` must be an array'],
    ['{"contents":[{}],"generationConfig":[]}', '`generationConfig` must be an object'],
    ['{"contents":[{}],"system_instruction":"be kind"}', '`system_instruction` must be an object'],
    ['{"contents":{"parts":{"text":"hi"}}}', 'accepted'],
    ['{"contents":[{}],"tools":[{"googleSearch":{}}],"generationConfig":null}', 'accepted'],
  ])('judges %s', (body, message) => {
    expect(messageOf(body)).toBe(message);
  });

  it.each([
    ['{}', '`contents` or `generateContentRequest` must be specified'],
    ['{"generateContentRequest":[]}', '`generateContentRequest` must be an object'],
    ['{"generateContentRequest":{"contents":3}}', '`generateContentRequest.contents` must be an array'],
    [minimal, 'accepted'],
  ])('judges the token count %s', (body, message) => {
    expect(messageOf(body, { operation: 'count-tokens', pathMethod: 'countTokens' })).toBe(message);
  });

  it('refuses a body that is no object, and a path without a model', () => {
    expect(messageOf('[]')).toBe('the body must be a JSON object, not an array');
    expect(messageOf(minimal, { pathModel: 'models/' })).toMatch(/names no model/);
  });

  it("passes Google's headers on, but no credential and nothing that chooses a project", () => {
    const headers = {
      'x-goog-api-client': 'genai/3',
      'x-goog-api-key': 'secret',
      'x-goog-user-project': 'p',
      'x-goog-authenticated-user-email': 'e',
      'x-goog-iam-authorization-token': 'secret',
      'x-goog-request-params': 'model=x',
      'x-server-timeout': '60',
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
      cookie: 'c',
      connection: 'close',
    };
    expect(read(minimal, { headers }).passHeaders).toEqual({
      'x-goog-api-client': 'genai/3',
      'x-server-timeout': '60',
    });
  });

  it("takes the session from the client's header", () => {
    expect(read(minimal).sessionHint).toBeUndefined();
    expect(read(minimal, { headers: { 'session-id': 's', 'x-session-affinity': 'a' } }).sessionHint).toBe('s');
    expect(read(minimal, { headers: { 'x-session-id': ' ' } }).sessionHint).toBeUndefined();
  });

  it('does not take a header longer than any session id', () => {
    expect(read(minimal, { headers: { 'session-id': 's'.repeat(256) } }).sessionHint).toBe('s'.repeat(256));
    expect(read(minimal, { headers: { 'session-id': 's'.repeat(257) } }).sessionHint).toBeUndefined();
  });
});

describe('writeGeminiRequest', () => {
  it("sends the client's own bytes when nothing is to be changed", () => {
    const request = read(minimal);
    expect(writeGeminiRequest(request, [])).toBe(request.body);
    expect(writeGeminiRequest(request, [], 'gemini-x')).toBe(request.body);
  });

  it('applies edits, and names the model wherever the body names one', () => {
    const request = read('{ "generateContentRequest" : {"model":"models/old", "contents":[{}]} }', {
      operation: 'count-tokens',
    });
    const bytes = writeGeminiRequest(request, [{ op: 'set', path: ['x'], json: '1' }], 'gemini-x');
    expect(Buffer.from(bytes).toString()).toBe(
      '{ "generateContentRequest" : {"model":"models/gemini-x", "contents":[{}]} ,"x":1}',
    );
    const own = read('{"model":"models/old","contents":[{}]}');
    expect(Buffer.from(writeGeminiRequest(own, [], 'new')).toString()).toBe('{"model":"models/new","contents":[{}]}');
  });
});
