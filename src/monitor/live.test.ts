import { describe, expect, it } from 'vitest';
import { createVirtualWorld } from '../lab/virtual-world.ts';
import type { Fact } from '../model/journal.ts';
import { createLiveFeed, KEEPALIVE_EVERY_MS, LIVE_EVERY_MS, LIVE_READERS_MAX, type LiveReader } from './live.ts';
import { QUEUED_REQUESTS_MAX } from './live-queue.ts';
import type { LiveHello, LiveRow } from './views.ts';

interface Told {
  readonly event: string;
  readonly id: number;
  readonly data: unknown;
}

function setup() {
  const world = createVirtualWorld(1);
  const redact = (text: string) => text.replaceAll('sk-secret-1', '[redacted]');
  return { world, feed: createLiveFeed({ world, redact, boot: 'boot-1' }) };
}

const joined = (feed: ReturnType<typeof setup>['feed']): LiveReader => {
  const reader = feed.join();
  if (reader === undefined) throw new Error('no reader was let in');
  return reader;
};

async function eventsOf(reader: LiveReader): Promise<Told[]> {
  const text = (await reader.next()) ?? '';
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return { event: field('event'), id: Number(field('id')), data: JSON.parse(field('data')) as unknown };
    });
}
const rowsOf = async (reader: LiveReader): Promise<LiveRow[]> =>
  (await eventsOf(reader)).filter(({ event }) => event === 'request').map(({ data }) => data as LiveRow);

const started = (id: string, more: object = {}): Fact => ({
  ...{ fact: 'exchange-started', id, time: 1000, protocol: 'anthropic', method: 'POST', path: '/v1/messages' },
  ...{ model: 'claude', stream: true, headers: {}, body: new Uint8Array() },
  ...more,
});
const attempt = (id: string, n: number, account: string, more: object = {}): Fact => ({
  ...{ fact: 'attempt-started', id, n, ms: n, account, provider: 'anthropic', mappedModel: 'claude-4' },
  ...{ restored: 0, degraded: 0, repaired: false },
  ...more,
});
const failed = (id: string, n: number): Fact => {
  const failure = { kind: 'empty', reach: 'streaming', detail: 'nothing' } as const;
  return { fact: 'attempt-ended', id, n, ms: 9, result: 'failed', failure, usage: {} };
};
const ended = (id: string): Fact => ({
  ...{ fact: 'exchange-ended', id, ms: 50, outcome: 'healed', status: 200, flags: ['retried', 'resumed'], attempts: 2 },
  ...{ account: 'bob', mappedModel: 'claude-4', usage: { outputTokens: 7 }, responseHeaders: {} },
  ...{ responseBody: new Uint8Array(), responseBytes: 0, sessionKey: 'turn:1' },
});

describe('the live feed', () => {
  it('begins with the name of this start and the requests that are open', async () => {
    const { feed } = setup();
    feed.note(started('A'));
    feed.note(started('B'));
    feed.note(ended('A'));
    const [hello, open, ...rest] = await eventsOf(joined(feed));
    expect(hello).toEqual({ event: 'hello', id: 0, data: { boot: 'boot-1', last: 0 } satisfies LiveHello });
    expect(open).toMatchObject({ event: 'request', data: { id: 'B', state: 'asking', outcome: null, status: null } });
    expect(rest).toEqual([]);
  });

  it('tells of a request that is healed from its start to its end', async () => {
    const { feed } = setup();
    const reader = joined(feed);
    await eventsOf(reader);
    const facts: Fact[] = [
      started('A', { path: '/sk-secret-1' }),
      attempt('A', 1, 'ada', { mappedModel: 'sk-secret-1' }),
      { fact: 'attempt-answered', id: 'A', n: 1, ms: 4, status: 200 },
      failed('A', 1),
      { fact: 'waiting', id: 'A', ms: 9, forMs: 10, backoff: 'fixed', why: 'w' },
      attempt('A', 2, 'bob', { mappedModel: 'sk-secret-1' }),
      { fact: 'first-content', id: 'A', n: 2, ms: 30, usage: () => ({ inputTokens: 3 }) },
      { fact: 'resumed', id: 'A', n: 2, ms: 31, account: 'bob', mappedModel: 'claude-4', shownCharacters: 2 },
      ended('A'),
    ];
    for (const fact of facts) feed.note(fact);
    const events = await eventsOf(reader);
    const rows = events.map(({ data }) => data as LiveRow);
    const states = ['asking', 'asking', 'asking', 'waiting', 'asking', 'answering', 'answering', 'ended'];
    expect(rows.map(({ state }) => state)).toEqual(states);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows[4]).toMatchObject({ attempts: 2, account_email: 'bob', flags: ['zero_token', 'retried', 'rotated'] });
    expect(rows[5]).toMatchObject({ input_tokens: 3, output_tokens: null, first_content_ms: 30 });
    expect(rows[7]).toMatchObject({ outcome: 'healed', status: 200, output_tokens: 7, flags: ['retried', 'resumed'] });
    expect(rows[7]?.conversation).toMatch(/^[\w-]{16}$/);
    expect(JSON.stringify(rows)).not.toContain('sk-secret-1');
  });

  it('tells now and then of a request that is answered, with what was stated meanwhile, and of no other', async () => {
    const { feed, world } = setup();
    const reader = joined(feed);
    const usage = { outputTokens: 1 };
    for (const id of ['A', 'B']) feed.note(started(id));
    feed.note(attempt('A', 1, 'ada'));
    feed.note({ fact: 'first-content', id: 'A', n: 1, ms: 0, usage: () => usage });
    await eventsOf(reader);
    const told: LiveRow[] = [];
    for (const tokens of [10, 20, 30]) {
      usage.outputTokens = tokens;
      await world.run({ forMs: LIVE_EVERY_MS });
      told.push(...(await rowsOf(reader)));
    }
    expect(told.map(({ id, output_tokens }) => [id, output_tokens])).toEqual([
      ['A', 10],
      ['A', 20],
      ['A', 30],
    ]);
    expect(told.at(-1)?.duration_ms).toBe(3 * LIVE_EVERY_MS);
  });

  it('sends a comment when nothing happens', async () => {
    const { feed, world } = setup();
    const reader = joined(feed);
    await reader.next();
    await world.run({ forMs: KEEPALIVE_EVERY_MS });
    expect(await reader.next()).toBe(': keepalive\n\n');
  });

  it('has no clock running while nobody reads', async () => {
    const { feed, world } = setup();
    joined(feed).leave();
    const before = world.elapsed();
    await world.run();
    expect(world.elapsed()).toBe(before);
  });

  it('lets so many read and no more, until one leaves', () => {
    const { feed } = setup();
    const readers = Array.from({ length: LIVE_READERS_MAX }, () => joined(feed));
    expect(feed.join()).toBeUndefined();
    readers[0]?.leave();
    expect(feed.join()).toBeDefined();
    expect(feed.join()).toBeUndefined();
  });

  it('cuts off a reader that takes nothing, and goes on with the others', async () => {
    const { feed } = setup();
    const [slow, quick] = [joined(feed), joined(feed)];
    await slow.next();
    for (let n = 0; n <= QUEUED_REQUESTS_MAX; n += 1) {
      feed.note(started(`R${n}`));
      await quick.next();
    }
    expect(await slow.next()).toBeUndefined();
    feed.note(started('last'));
    expect((await rowsOf(quick)).at(-1)?.id).toBe('last');
  });

  it('ends for everybody when the gateway closes', async () => {
    const { feed } = setup();
    const reader = joined(feed);
    await reader.next();
    const next = reader.next();
    feed.close();
    expect(await next).toBeUndefined();
    expect(feed.join()).toBeUndefined();
  });
});
