import { describe, expect, it } from 'vitest';
import { accountOf, adapters, ask, bodies, serveNoting, signal } from '../loopback.testing.ts';

describe('the Gemini adapter', () => {
  it('streams with the key in a header and never in the URL', async () => {
    const upstream = await serveNoting();
    const { gemini } = adapters('AIza-key');
    await gemini.open(
      {
        account: accountOf('gemini', upstream.origin),
        model: 'gemini-2.5-pro',
        request: ask('gemini', bodies.gemini),
        edits: [],
      },
      signal(),
    );
    expect(upstream.seen[0]).toMatchObject({
      url: '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
      body: bodies.gemini,
      headers: { 'x-goog-api-key': 'AIza-key' },
    });
    expect(upstream.seen[0]?.url).not.toContain('key');
  });

  it('counts tokens', async () => {
    const upstream = await serveNoting();
    const request = { ...ask('gemini', bodies.gemini), operation: 'count-tokens' as const };
    await adapters('k')
      .gemini.open({ account: accountOf('gemini', upstream.origin), model: 'm 1:x', request, edits: [] }, signal())
      .catch(() => {});
    await adapters('k').gemini.open(
      { account: accountOf('gemini', upstream.origin), model: 'gemini:x', request, edits: [] },
      signal(),
    );
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/v1beta/models/gemini%3Ax:countTokens']);
  });

  it.each(['../files/x', 'a/b', 'a\\b', 'a%2fb', '..', '.', '', 'a?key=1', 'a#b', 'a\r\nb', 'x'.repeat(300)])(
    'refuses the model name %j before anything is sent',
    async (model) => {
      const upstream = await serveNoting();
      const opened = adapters('k').gemini.open(
        { account: accountOf('gemini', upstream.origin), model, request: ask('gemini', bodies.gemini), edits: [] },
        signal(),
      );
      await expect(opened).rejects.toMatchObject({ failure: { kind: 'model-unknown', reach: 'unsent' } });
      expect(upstream.seen).toHaveLength(0);
    },
  );
});
