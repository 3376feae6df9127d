import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../model/conversation.ts';
import type { UpstreamAttempt } from '../../model/ports.ts';
import type { ClientRequest, Protocol } from '../../model/request.ts';
import { accountOf, failureOf, ownTransport, serveNoting, signal, stillWorld, textOf } from '../loopback.testing.ts';
import { createOpenaiAdapter } from './adapter.ts';

const capabilities: Capabilities = {
  thinking: 'none',
  canTurnOff: false,
  prefill: false,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
};

function adapter(secret = 'sk-key') {
  return createOpenaiAdapter({
    transport: ownTransport(),
    credentials: { secret: async () => secret },
    world: stillWorld(),
    capabilities: () => capabilities,
    version: '1.2.3',
  });
}

function attempt(origin: string, request: ClientRequest, model = request.model): UpstreamAttempt {
  return { account: accountOf('openai', origin), model, request, edits: [] };
}

function ask(protocol: Protocol, body: string, passHeaders: Record<string, string> = {}): ClientRequest {
  const json = JSON.parse(body) as Record<string, unknown>;
  const framing = json.stream === true ? 'sse' : 'json';
  return {
    protocol,
    operation: 'generate',
    model: String(json.model),
    framing,
    body: Buffer.from(body),
    json,
    passHeaders,
  };
}

const chat =
  '{"model":"gpt-x","stream":true,\n "stream_options":{"include_usage":true},"messages":[{"role":"user","content":"é"}]}';

describe('the OpenAI adapter', () => {
  it('posts the very bytes to the base URL with the key, and the client’s own beta header', async () => {
    const upstream = await serveNoting();
    const answer = await adapter().open(
      attempt(`${upstream.origin}/v1/`, ask('openai-chat', chat, { 'openai-beta': 'x=v1' })),
      signal(),
    );
    await textOf(answer.body);
    expect(upstream.seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/chat/completions',
      body: chat,
      headers: {
        authorization: 'Bearer sk-key',
        'openai-beta': 'x=v1',
        'accept-encoding': 'identity',
        'user-agent': 'antigravity-tools/1.2.3',
      },
    });
  });

  it('asks for a stream with its counts, under the mapped name', async () => {
    const upstream = await serveNoting();
    const body = '{"model":"gpt-x","messages":[{"role":"user","content":"hi"}],"temperature":1.0}';
    await adapter('Bearer abc').open(attempt(upstream.origin, ask('openai-chat', body), 'gpt-y'), signal());
    expect(JSON.parse(upstream.seen[0]?.body ?? '')).toEqual({
      ...JSON.parse(body),
      model: 'gpt-y',
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer abc');
  });

  it('asks for a response where the client speaks Responses', async () => {
    const upstream = await serveNoting();
    const body = '{"model":"gpt-x","stream":true,"input":"hi"}';
    await adapter().open(attempt(`${upstream.origin}/v1`, ask('openai-responses', body)), signal());
    expect(upstream.seen[0]).toMatchObject({ url: '/v1/responses', body });
  });

  it('translates other dialects into Chat Completions, and refuses before sending what has no words there', async () => {
    const upstream = await serveNoting();
    const hello = { model: 'claude-x', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
    const asked = ask('anthropic', JSON.stringify(hello), { 'anthropic-version': '2023-06-01' });
    await adapter().open(attempt(`${upstream.origin}/v1`, asked, 'qwen3'), signal());
    expect(upstream.seen[0]?.url).toBe('/v1/chat/completions');
    expect(upstream.seen[0]?.headers['anthropic-version']).toBeUndefined();
    expect(JSON.parse(upstream.seen[0]?.body ?? '')).toMatchObject({
      model: 'qwen3',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 9,
      stream: true,
    });
    const prefilled = JSON.stringify({ ...hello, messages: [...hello.messages, { role: 'assistant', content: '{' }] });
    const failure = await failureOf(
      adapter().open(attempt(upstream.origin, ask('anthropic', prefilled), 'qwen3'), signal()),
    );
    expect(failure).toMatchObject({ kind: 'request-refused', reach: 'unsent' });
    expect(upstream.seen).toHaveLength(1);
  });

  it('generates and does not count', () => {
    const { serves, native } = adapter();
    expect(serves('openai-chat', 'generate', 'm')).toBe(true);
    expect(serves('anthropic', 'count-tokens', 'm')).toBe(false);
    expect(
      (['anthropic', 'gemini', 'openai-chat', 'openai-responses'] as const).map((protocol) => native(protocol, 'm')),
    ).toEqual(['openai-chat', 'openai-chat', 'openai-chat', 'openai-responses']);
  });

  it('tells a refusal without the key', async () => {
    const upstream = await serveNoting(401);
    const failure = await failureOf(adapter().open(attempt(upstream.origin, ask('openai-chat', chat)), signal()));
    expect(failure).toMatchObject({ kind: 'credential-refused', status: 401, reach: 'refused' });
    expect(JSON.stringify(failure)).not.toContain('sk-key');
  });
});
