import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientRequest, Operation, RequestInput } from '../../model/request.ts';
import { readAnthropicRequest } from './read-request.ts';
import { writeAnthropicRequest } from './write-request.ts';

const valid = { model: 'claude-x', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] };

function input(body: unknown, headers: Record<string, string> = {}, operation: Operation = 'generate'): RequestInput {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { operation, body: bytes, headers, query: new URLSearchParams() };
}

function requestOf(from: RequestInput): ClientRequest {
  const result = readAnthropicRequest(from);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.request;
}

function faultOf(from: RequestInput): string | undefined {
  const result = readAnthropicRequest(from);
  return 'problem' in result ? result.problem.message : undefined;
}

describe('a Messages request', () => {
  it('is read with its model, framing and own bytes', () => {
    const from = input({ ...valid, stream: true, field_of_tomorrow: 1 });
    const request = requestOf(from);
    expect(request).toMatchObject({ protocol: 'anthropic', operation: 'generate', model: 'claude-x', framing: 'sse' });
    expect(request.body).toBe(from.body);
    expect(request.json.field_of_tomorrow).toBe(1);
    expect(requestOf(input({ ...valid, stream: false })).framing).toBe('json');
    expect(requestOf(input({ ...valid, stream: null })).framing).toBe('json');
    expect(requestOf(input({ ...valid, stream: true }, {}, 'count-tokens')).framing).toBe('json');
  });

  it.for<[string, unknown]>([
    ['model: Field required', { ...valid, model: undefined }],
    ['model: Input should be a valid string', { ...valid, model: 7 }],
    ['model: String should have at least 1 character', { ...valid, model: '' }],
    ['messages: Field required', { ...valid, messages: undefined }],
    ['messages: Input should be a valid array', { ...valid, messages: 'Hi' }],
    ['messages: at least one message is required', { ...valid, messages: [] }],
    ['messages.0: Input should be an object', { ...valid, messages: ['Hi'] }],
    ['messages.1.role: Field required', { ...valid, messages: [...valid.messages, { content: 'x' }] }],
    ['messages.0.content: Field required', { ...valid, messages: [{ role: 'user' }] }],
    [
      'messages.0.content: Input should be a valid string or array',
      { ...valid, messages: [{ role: 'user', content: 1 }] },
    ],
    ['max_tokens: Field required', { ...valid, max_tokens: undefined }],
    ['max_tokens: Input should be a valid integer', { ...valid, max_tokens: 1.5 }],
    ['max_tokens: Input should be greater than or equal to 0', { ...valid, max_tokens: -1 }],
    ['stream: Input should be a valid boolean', { ...valid, stream: 'yes' }],
    ['system: Input should be a valid string or array', { ...valid, system: {} }],
    ['tools: Input should be a valid array', { ...valid, tools: {} }],
    ['thinking: Input should be an object', { ...valid, thinking: true }],
    ['stop_sequences: Input should be a valid array', { ...valid, stop_sequences: 'x' }],
    ['metadata: Input should be an object', { ...valid, metadata: [] }],
  ])('is refused with %s', ([message, body]) => {
    expect(readAnthropicRequest(input(body))).toEqual({ problem: { kind: 'bad-request', message } });
  });

  it('may warm a cache with no tokens, carry null for what is not set, and system messages among the others', () => {
    const nulls = { system: null, tools: null, thinking: null, stop_sequences: null, metadata: null, stream: null };
    const messages = [...valid.messages, { role: 'system', content: [] }];
    expect(faultOf(input({ ...valid, ...nulls, messages, max_tokens: 0 }))).toBeUndefined();
  });

  it('needs no max_tokens to be counted', () => {
    const { max_tokens: _, ...body } = valid;
    expect(faultOf(input(body, {}, 'count-tokens'))).toBeUndefined();
    expect(faultOf(input({ ...body, messages: 1 }, {}, 'count-tokens'))).toBe(
      'messages: Input should be a valid array',
    );
  });

  it('that is no JSON is refused', () => {
    expect(faultOf(input('{"model":'))).toContain('not valid JSON');
  });
});

describe('headers', () => {
  it('of the dialect pass verbatim, known or not, and nothing else does', () => {
    const passed = {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a-2025,b-2026, c',
      'anthropic-of-tomorrow': '1',
      'x-claude-code-session-id': 's',
    };
    const kept = {
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
      'anthropic-api-key': 'secret',
      'anthropic-auth-token': 'secret',
      cookie: 'secret',
      host: 'h',
      connection: 'close',
      'x-stainless-lang': 'js',
      'user-agent': 'u',
    };
    expect(requestOf(input(valid, { ...passed, ...kept })).passHeaders).toEqual(passed);
  });
});

describe('the name of a conversation', () => {
  const session = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

  it.for<[string, Record<string, string>, unknown, string | undefined]>([
    ['Claude Code’s header', { 'x-claude-code-session-id': ' s1 ', 'x-session-id': 's2' }, undefined, 's1'],
    ['opencode’s header', { 'x-session-id': 's2', 'x-session-affinity': 's3' }, undefined, 's2'],
    ['Codex’ header', { 'session-id': 's4' }, undefined, 's4'],
    ['the affinity header', { 'x-session-affinity': 's3' }, undefined, 's3'],
    ['JSON in the user id', {}, JSON.stringify({ device_id: 'd', session_id: 's5' }), 's5'],
    ['the end of the user id', {}, `user_abc_account__session_${session}`, session],
    ['an empty header and the user id', { 'x-session-id': '' }, `u_session_${session}`, session],
    ['an endless header and the user id', { 'x-session-id': 'x'.repeat(5000) }, `u_session_${session}`, session],
  ])('is %s', ([, headers, userId, expected]) => {
    expect(requestOf(input({ ...valid, metadata: { user_id: userId } }, headers)).sessionHint).toBe(expected);
  });

  it.for([['user-1'], [''], ['{"device_id":"d"}'], ['"s"'], [7], [null]])(
    'is not a constant user id: %j',
    ([userId]) => {
      expect(requestOf(input({ ...valid, metadata: { user_id: userId } }))).not.toHaveProperty('sessionHint');
    },
  );
});

const folder = join(process.env.FIXTURES_DIR ?? '../shared/fixtures', 'anthropic');
const recorded = existsSync(folder) ? readdirSync(folder).filter((name) => isMessages(join(folder, name))) : [];

/** Lists of models were recorded too, and requests that were refused for what the gateway checks as well. */
function isMessages(path: string): boolean {
  if (!existsSync(join(path, 'request.json'))) return false;
  const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as { method: string; url: string | null };
  return meta.method === 'POST' && !meta.url?.includes('/batches');
}

describe.skipIf(recorded.length === 0)('recorded requests', () => {
  it.for(recorded)('%s is read, and unchanged where nothing needs to change', (name) => {
    const body = readFileSync(join(folder, name, 'request.json'));
    const counted = !('max_tokens' in (JSON.parse(body.toString()) as object));
    const request = requestOf(input(body, {}, counted ? 'count-tokens' : 'generate'));
    const sent = writeAnthropicRequest(request, { model: request.model, edits: [], target: 'anthropic' });
    expect(JSON.parse(Buffer.from(sent).toString())).toEqual({ ...request.json, ...(!counted && { stream: true }) });
    if (counted || request.json.stream === true) expect(sent).toBe(request.body);
  });
});
