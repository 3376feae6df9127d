import { describe, expect, it } from 'vitest';
import { accountOf, adapters, ask, bodies, serveNoting, signal, textOf } from '../loopback.testing.ts';

describe('the Anthropic adapter', () => {
  it('posts the very bytes to /v1/messages with key, version and the client’s dialect headers', async () => {
    const upstream = await serveNoting();
    const { anthropic } = adapters('sk-ant-key');
    const request = ask('anthropic', bodies.anthropic, { 'anthropic-beta': 'a,b', 'x-claude-code-session-id': 's' });
    const answer = await anthropic.open(
      { account: accountOf('anthropic', upstream.origin), model: 'claude-x', request, edits: [] },
      signal(),
    );
    await textOf(answer.body);
    expect(upstream.seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/messages',
      body: bodies.anthropic,
      headers: {
        'x-api-key': 'sk-ant-key',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'a,b',
        'x-claude-code-session-id': 's',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'user-agent': 'antigravity-tools/1.2.3',
      },
    });
    expect(upstream.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('sends a credential that is written as a bearer token as one, and counts tokens at their own path', async () => {
    const upstream = await serveNoting();
    const { anthropic } = adapters('Bearer abc.def');
    const body = '{"model":"claude-x","messages":[]}';
    const request = {
      ...ask('anthropic', body, { 'anthropic-version': '2024-01-01' }),
      operation: 'count-tokens' as const,
    };
    await anthropic.open(
      { account: accountOf('anthropic', `${upstream.origin}/base/`), model: 'claude-x', request, edits: [] },
      signal(),
    );
    expect(upstream.seen[0]).toMatchObject({
      url: '/base/v1/messages/count_tokens',
      body,
      headers: { authorization: 'Bearer abc.def', 'anthropic-version': '2024-01-01' },
    });
    expect(upstream.seen[0]?.headers['x-api-key']).toBeUndefined();
  });

  it('writes the mapped model and asks for a stream, changing nothing else', async () => {
    const upstream = await serveNoting();
    const body = '{ "model": "claude-x", "max_tokens": 9, "temperature": 1.0, "messages": [] }';
    const request = { ...ask('anthropic', body), framing: 'json' as const };
    await adapters('k').anthropic.open(
      { account: accountOf('anthropic', upstream.origin), model: 'claude-y', request, edits: [] },
      signal(),
    );
    const sent = upstream.seen[0]?.body ?? '';
    expect(JSON.parse(sent)).toEqual({ ...JSON.parse(body), model: 'claude-y', stream: true });
    expect(sent).toContain('"temperature": 1.0');
  });
});
