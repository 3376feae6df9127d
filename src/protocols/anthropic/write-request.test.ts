import { describe, expect, it } from 'vitest';
import type { ClientRequest, Operation } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { writeAnthropicRequest } from './write-request.ts';

const odd = '{ "max_tokens":1e2,"model":"claude-x", "messages":[{"role":"user","content":"\\u0041 \\/ 1.0"}]';

function request(text: string, operation: Operation = 'generate'): ClientRequest {
  return {
    protocol: 'anthropic',
    operation,
    model: 'claude-x',
    framing: 'sse',
    body: new TextEncoder().encode(text),
    json: JSON.parse(text) as Record<string, unknown>,
    passHeaders: {},
  };
}

function write(from: ClientRequest, model: string, target: 'anthropic' | 'vertex', edits: JsonEdit[] = []): string {
  return Buffer.from(writeAnthropicRequest(from, { model, edits, target })).toString();
}

describe('the body for an Anthropic upstream', () => {
  it('is the very bytes of the client when nothing differs', () => {
    const from = request(`${odd},"stream":true}`);
    expect(writeAnthropicRequest(from, { model: 'claude-x', edits: [], target: 'anthropic' })).toBe(from.body);
  });

  it('asks for a stream, and for the model of the route, and changes nothing else', () => {
    expect(write(request(`${odd}}`), 'claude-y', 'anthropic')).toBe(
      `${odd.replace('claude-x', 'claude-y')},"stream":true}`,
    );
    expect(write(request(`${odd},"stream":false}`), 'claude-x', 'anthropic')).toBe(`${odd},"stream":true}`);
    expect(write(request(`${odd},"stream":null}`), 'claude-x', 'anthropic')).toBe(`${odd},"stream":true}`);
  });

  it('carries the edits of the attempt', () => {
    const edits: JsonEdit[] = [{ op: 'set', path: ['messages', 0, 'content'], json: '"B"' }];
    expect(write(request(`${odd},"stream":true}`), 'claude-x', 'anthropic', edits)).toBe(
      `${odd.replace('"\\u0041 \\/ 1.0"', '"B"')},"stream":true}`,
    );
  });

  it('does not ask for a stream of a count', () => {
    const from = request('{"model":"claude-x","messages":[]}', 'count-tokens');
    expect(write(from, 'claude-y', 'anthropic')).toBe('{"model":"claude-y","messages":[]}');
  });
});

describe('the body for Vertex AI', () => {
  it('has a version and no model', () => {
    expect(JSON.parse(write(request(`${odd}}`), 'claude-y', 'vertex'))).toEqual({
      max_tokens: 100,
      messages: [{ role: 'user', content: 'A / 1.0' }],
      anthropic_version: 'vertex-2023-10-16',
      stream: true,
    });
  });

  it('names the model in a count, where the URL does not', () => {
    const from = request('{"model":"claude-x","messages":[],"anthropic_version":"vertex-2023-10-16"}', 'count-tokens');
    expect(write(from, 'claude-x', 'vertex')).toBe(Buffer.from(from.body).toString());
    expect(JSON.parse(write(from, 'claude-y@1', 'vertex'))).toMatchObject({ model: 'claude-y@1' });
  });
});
