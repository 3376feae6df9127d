import { describe, expect, it } from 'vitest';
import { begin, enter, finish, house, say } from './attach.testing.ts';

describe('when nobody listens', () => {
  it('the generation is stopped after the grace, not before, and says so in the log', async () => {
    const { desk, world, lines } = house();
    const { client, own } = begin(desk);
    void say(own, 'one');
    client.leave();
    await world.run({ forMs: 4_900 });
    expect(own.sink.gone.aborted).toBe(false);
    await world.run({ forMs: 200 });
    expect(own.sink.gone.aborted).toBe(true);
    expect(lines).toEqual([
      'first: The client left: its answer is waited for 5000 ms',
      'first: Nobody came back for the answer',
    ]);
    own.over(false);
    expect([desk.size, world.alarms]).toEqual([0, 0]);
  });
  it('the grace begins anew when a follower has come and left', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    client.leave();
    await world.run({ forMs: 4_000 });
    const back = enter(desk);
    await world.run({ forMs: 20_000 });
    back.client.leave();
    await world.run({ forMs: 4_000 });
    expect(own.sink.gone.aborted).toBe(false);
    await world.run({ forMs: 2_000 });
    expect(own.sink.gone.aborted).toBe(true);
  });
  it('the rest of the grace is all that an answer has that was completed meanwhile', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    client.leave();
    await world.run({ forMs: 4_000 });
    finish(own);
    await world.run({ forMs: 900 });
    expect(desk.size).toBe(1);
    await world.run({ forMs: 200 });
    expect([desk.size, world.alarms]).toEqual([0, 0]);
  });
  it('a generation goes on only up to the bytes that are kept, and further when somebody comes', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    client.leave();
    await world.settle();
    expect(say(own, 'x'.repeat(900))).toBe(undefined);
    const paused = say(own, 'y'.repeat(200));
    expect(paused).toBeInstanceOf(Promise);
    const back = enter(desk);
    await paused;
    expect(back.client.text).toBe('x'.repeat(900) + 'y'.repeat(200));
  });
  it('a generation that has outgrown what is kept is stopped at once', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    void say(own, 'x'.repeat(1_500));
    expect(enter(desk, { key: 'k' }).entry.is).toBe('own');
    client.leave();
    await world.settle();
    expect(own.sink.gone.aborted).toBe(true);
  });
});

describe('limits', () => {
  it('above the number of generations that are remembered, a request goes as if this were off', async () => {
    const { desk, world } = house();
    for (const key of ['a', 'b', 'c']) begin(desk, { key });
    const { client, own } = begin(desk, { key: 'd' });
    expect(own.sink).toBe(client);
    expect(enter(desk, { key: 'd' }).entry.is).toBe('own');
    await world.settle();
  });
  it('an answer that waits for nobody in particular makes room', async () => {
    const { desk, world } = house();
    const first = begin(desk, { key: 'a' });
    for (const key of ['b', 'c']) begin(desk, { key });
    finish(first.own);
    await world.settle();
    const { client, own } = begin(desk, { key: 'd' });
    expect(own.sink).not.toBe(client);
    expect([desk.size, world.alarms]).toEqual([3, 0]);
    expect(enter(desk, { key: 'd' }).entry.is).toBe('joined');
  });
  it('an answer in one piece that is larger than what is kept goes to those who listen and to no later one', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    own.sink.answer({ status: 200, headers: {}, body: Buffer.alloc(2_000, 'x') });
    own.over(true);
    await world.settle();
    expect([client.text.length, desk.size]).toEqual([2_000, 0]);
  });
});

describe('when the gateway closes', () => {
  it('a generation without a client is stopped at once, and the close waits until it has ended', async () => {
    const { desk, world, closing } = house();
    const { client, own } = begin(desk);
    client.leave();
    await world.settle();
    let isSettled = false;
    closing.abort();
    expect(own.sink.gone.aborted).toBe(true);
    void desk.settled(1_000).then(() => {
      isSettled = true;
    });
    await world.settle();
    expect(isSettled).toBe(false);
    own.over(false);
    await world.settle();
    expect([isSettled, desk.size, world.alarms]).toEqual([true, 0, 0]);
  });
  it('a generation with a client goes on, and is stopped as soon as that leaves', async () => {
    const { desk, world, closing } = house();
    const { client, own } = begin(desk);
    closing.abort();
    expect(own.sink.gone.aborted).toBe(false);
    client.leave();
    await world.settle();
    expect(own.sink.gone.aborted).toBe(true);
  });
  it('answers that wait are given back with their timers', async () => {
    const { desk, world, closing } = house();
    const { own } = begin(desk, { key: 'k' });
    finish(own);
    await world.settle();
    expect([desk.size, world.alarms]).toEqual([1, 1]);
    closing.abort();
    expect([desk.size, world.alarms]).toEqual([0, 0]);
  });
  it('what the healing ends itself is ended for every listener', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    const second = enter(desk, { key: 'k' }).client;
    void say(own, 'one ');
    void say(own, 'event: error');
    own.sink.end();
    own.sink.abandon();
    await world.settle();
    expect(own.sink.gone.aborted).toBe(true);
    expect([client.text, second.text]).toEqual(['one event: error', 'one event: error']);
    expect([client.hasEnd, second.hasEnd]).toEqual([true, true]);
  });
});
