import { describe, expect, it } from 'vitest';
import { begin, enter, finish, house, say } from './attach.testing.ts';
import type { Entry } from './attach.ts';
import { createKeptBytes } from './attach-bytes.ts';
import { createHub } from './attach-hub.ts';
import { TestListener } from './listeners.testing.ts';

describe('listeners of one generation', () => {
  it('read each at its own pace: a slow one does not hold up a fast one', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    const slow = enter(desk, { key: 'k' }).client;
    slow.slow(true);
    for (const text of ['one ', 'two ', 'three']) expect(say(own, text)).toBe(undefined);
    expect([client.text, slow.text]).toEqual(['one two three', 'one ']);
    finish(own);
    slow.slow(false);
    await world.settle();
    expect([slow.text, slow.hasEnd]).toEqual(['one two three', true]);
  });
  it('make the generation wait when the slowest is as far behind as the kept bytes, until it reads on', async () => {
    const { desk, world } = house();
    const { own } = begin(desk, { key: 'k' });
    const slow = enter(desk, { key: 'k' }).client;
    slow.slow(true);
    expect(say(own, 'a'.repeat(500))).toBe(undefined);
    expect(say(own, 'b'.repeat(500))).toBe(undefined);
    let isOver = false;
    void say(own, 'c'.repeat(600))?.then(() => {
      isOver = true;
    });
    await world.settle();
    expect(isOver).toBe(false);
    slow.slow(false);
    await world.settle();
    expect(isOver).toBe(true);
    expect(slow.text).toBe('a'.repeat(500) + 'b'.repeat(500) + 'c'.repeat(600));
  });
  it('make the generation wait when the only one is slow, and let it go on when that one leaves', async () => {
    const { desk } = house();
    const { client, own } = begin(desk);
    client.slow(true);
    const paused = say(own, 'one');
    expect(paused).toBeInstanceOf(Promise);
    client.leave('mutely');
    await paused;
    expect(own.sink.gone.aborted).toBe(false);
  });
  it('have what all of them have had given back, once it is more than what is kept', () => {
    const kept = createKeptBytes();
    const hub = createHub({ bytesMax: 100_000, changed: () => undefined }, kept);
    const [fast, slow] = [new TestListener(), new TestListener()];
    void hub.listen(fast, 'first');
    void hub.listen(slow, 'follower');
    hub.sink.open(200, {});
    const piece = Buffer.alloc(50_000, 'x');
    for (let n = 0; n < 2; n += 1) void hub.sink.write(piece);
    expect([kept.start, kept.end, hub.standing]).toEqual([0, 100_000, 'heard']);
    for (let n = 0; n < 8; n += 1) void hub.sink.write(piece);
    expect(hub.standing).toBe('outgrown');
    expect(kept.end - kept.start).toBeLessThan(200_000);
    expect([fast.text.length, slow.text.length]).toEqual([500_000, 500_000]);
  });
  it('may leave without an end for those who stay', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    const stays = enter(desk, { key: 'k' }).client;
    void say(own, 'one ');
    client.leave();
    await world.run({ forMs: 20_000 });
    void say(own, 'two');
    finish(own);
    await world.settle();
    expect([stays.text, stays.hasEnd, own.sink.gone.aborted]).toEqual(['one two', true, false]);
  });
  it('hear of a generation that broke down without a word', async () => {
    const { desk } = house();
    const { own } = begin(desk, { key: 'k' });
    const { entry } = enter(desk, { key: 'k' });
    own.over(false);
    expect(await (entry as Extract<Entry, { is: 'joined' }>).listened).toBe('broken');
    expect(desk.size).toBe(0);
  });
});
