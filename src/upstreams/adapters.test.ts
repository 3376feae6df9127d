import { describe, expect, it } from 'vitest';
import type { AccountConfig } from '../model/config.ts';
import type { Refusal } from '../model/failure.ts';
import {
  accountOf,
  adapters,
  ask,
  bodies,
  fixedTokens,
  serveNoting,
  signal,
  userCredential,
} from './loopback.testing.ts';

describe('every adapter', () => {
  const each = (['anthropic', 'gemini', 'vertex'] as const).map((provider) => [provider] as const);

  it.each(each)('%s refuses a private destination that the account does not allow', async (provider) => {
    const upstream = await serveNoting();
    const own = { ...accountOf(provider, upstream.origin), allowPrivate: false };
    await expect(attempt(provider, own)).rejects.toMatchObject({ failure: { kind: 'unreachable', reach: 'unsent' } });
    expect(upstream.seen).toHaveLength(0);
  });

  it.each(each)('%s does not follow a redirect', async (provider) => {
    const upstream = await serveNoting(308);
    await expect(attempt(provider, accountOf(provider, upstream.origin))).rejects.toMatchObject({
      failure: { kind: 'server-error', status: 308 },
    });
    expect(upstream.seen).toHaveLength(1);
  });

  it.each(each)('%s lets no client header override a credential or frame the message', async (provider) => {
    const upstream = await serveNoting();
    const stolen = {
      Authorization: 'evil',
      'x-api-key': 'evil',
      'X-Goog-Api-Key': 'evil',
      cookie: 'evil',
      host: 'evil',
      'transfer-encoding': 'evil',
      'proxy-authorization': 'evil',
      'x-odd': 'a\r\nevil: 1',
    };
    await attempt(provider, accountOf(provider, upstream.origin), stolen);
    expect(JSON.stringify(upstream.seen[0]?.headers)).not.toContain('evil');
  });

  it.each(each)('%s says that a credential is missing without quoting it', async (provider) => {
    const upstream = await serveNoting();
    for (const secret of ['', ' \n', 'key\r\nx-evil: 1', 'sn☃w']) {
      const failed = attempt(provider, accountOf(provider, upstream.origin), {}, secret).catch(
        (error: unknown) => error,
      );
      const refusal = (await failed) as Refusal;
      expect(refusal).toMatchObject({ failure: { kind: 'credential-refused', reach: 'unsent' } });
      if (secret.trim() !== '') expect(refusal.message).not.toContain(secret.trim().slice(0, 3));
    }
    expect(upstream.seen).toHaveLength(0);
  });

  it.each(each)('%s closes the socket when the reader leaves early', async (provider) => {
    const upstream = await serveNoting('stream');
    const answer = await attempt(provider, accountOf(provider, upstream.origin));
    for await (const _chunk of answer.body) break;
    await upstream.seen[0]?.closed;
  });

  it.each(each)('%s reads a stream through its framer and reader', async (provider) => {
    const { [provider]: adapter } = adapters(userCredential, fixedTokens());
    const protocol = provider === 'anthropic' ? 'anthropic' : 'gemini';
    const frames: Parameters<ReturnType<typeof adapter.framer>['push']>[1] = [];
    const framer = adapter.framer(protocol);
    const word =
      protocol === 'anthropic'
        ? 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n'
        : 'data: {"error":{"code":503,"message":"busy"}}\n\n';
    framer.push(Buffer.from(word), frames);
    const events: Parameters<ReturnType<typeof adapter.readEvents>['push']>[1] = [];
    const reader = adapter.readEvents(protocol);
    for (const frame of frames) reader.push(frame, events);
    const failed = events.find((event) => event.type === 'failure');
    if (failed?.type !== 'failure') throw new Error('no failure was read');
    expect(adapter.classifyInBand(protocol, failed.body)).toMatchObject({
      kind: 'stream-error',
      reach: 'streaming',
      detail: 'busy',
    });
  });
});

function attempt(
  provider: 'anthropic' | 'gemini' | 'vertex',
  own: AccountConfig,
  passed: Record<string, string> = {},
  secret?: string,
) {
  const protocol = provider === 'anthropic' ? 'anthropic' : 'gemini';
  const { [provider]: adapter } = adapters(
    secret ?? (provider === 'vertex' ? userCredential : 'good-key'),
    secret === undefined ? fixedTokens() : undefined,
  );
  return adapter.open(
    { account: own, model: 'm-x', request: ask(protocol, bodies[protocol], passed), edits: [] },
    signal(),
  );
}
