import { describe, expect, it } from 'vitest';
import { begin, enter, finish, headers, house, say } from './attach.testing.ts';

describe('a duplicate with the same key', () => {
  it('gets every byte from the first on, the headers of the first, and is told that it was attached', async () => {
    const { desk, lines, world } = house();
    const { client, own } = begin(desk, { key: 'k' });
    void say(own, 'one ');
    const second = enter(desk, { key: 'k', id: 'second' });
    void say(own, 'two');
    finish(own);
    await world.run();
    expect(second.entry.is).toBe('joined');
    expect([client.text, second.client.text]).toEqual(['one two', 'one two']);
    expect([client.headers, second.client.headers]).toEqual([headers, { ...headers, 'x-attached': 'true' }]);
    expect(lines).toEqual(['second: Attached to request first']);
  });
  it('that comes before the first byte waits for it like the first', async () => {
    const { desk } = house();
    const { own } = begin(desk, { key: 'k' });
    const { client } = enter(desk, { key: 'k' });
    expect(client.opened).toBe(false);
    void say(own, 'one');
    expect([client.status, client.text]).toEqual([200, 'one']);
  });
  it('gets a whole answer for the grace after its end, and its own one later', async () => {
    const { desk, world } = house();
    const { own } = begin(desk, { key: 'k' });
    void say(own, 'one');
    finish(own);
    await world.run({ forMs: 4_900 });
    const soon = enter(desk, { key: 'k' });
    await world.settle();
    expect([soon.entry.is, soon.client.text, soon.client.hasEnd]).toEqual(['joined', 'one', true]);
    await world.run({ forMs: 5_100 });
    expect(enter(desk, { key: 'k' }).entry.is).toBe('own');
  });
  it('gets an answer that is one document, with the same status and body', async () => {
    const { desk, world } = house();
    const { own, client } = begin(desk, { key: 'k' });
    own.sink.answer({ status: 200, headers: { a: 'b' }, body: Buffer.from('{"x":1}') });
    own.over(true);
    await world.settle();
    const late = enter(desk, { key: 'k' }).client;
    expect([client.text, late.text]).toEqual(['{"x":1}', '{"x":1}']);
    expect([late.status, late.headers]).toEqual([200, { a: 'b', 'x-attached': 'true' }]);
  });
  it('is refused when it asks for something else, and not when the first has failed', async () => {
    const { desk, world } = house();
    const { own } = begin(desk, { key: 'k' });
    expect(enter(desk, { key: 'k', body: '[]' }).entry).toEqual({ is: 'mismatch', id: 'first' });
    own.sink.answer({ status: 529, headers: {}, body: Buffer.from('busy') });
    own.over(false);
    await world.settle();
    expect(enter(desk, { key: 'k', body: '[]' }).entry.is).toBe('own');
  });
  it('after an error has a try of its own', async () => {
    const { desk, world } = house();
    const { own } = begin(desk, { key: 'k' });
    void say(own, 'event: error');
    own.sink.end();
    own.over(false);
    expect(enter(desk, { key: 'k' }).entry.is).toBe('own');
    await world.settle();
  });
  it('of another caller has a generation of its own', () => {
    const { desk } = house();
    begin(desk, { key: 'k' });
    expect(enter(desk, { key: 'k', caller: 'bob' }).entry.is).toBe('own');
  });
});

describe('the identical request without a key', () => {
  it('has a generation of its own while the first client is there', () => {
    const { desk } = house();
    begin(desk);
    expect(enter(desk).entry.is).toBe('own');
  });
  it('is the first client come back when that had left, and gets the whole from its first byte', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    void say(own, 'one ');
    client.leave();
    await world.settle();
    void say(own, 'two ');
    const back = enter(desk);
    void say(own, 'three');
    finish(own);
    await world.settle();
    expect(back.client.text).toBe('one two three');
    expect(own.sink.gone.aborted).toBe(false);
  });
  it('gets the answer when it was completed while its client was away, once', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    client.leave();
    await world.settle();
    void say(own, 'whole');
    finish(own);
    await world.run({ forMs: 1_000 });
    expect(enter(desk).client.text).toBe('whole');
    await world.settle();
    expect(enter(desk).entry.is).toBe('own');
  });
  it('gets the answer again when its client left in the middle of reading what had ended', async () => {
    const { desk, world } = house();
    const { client, own } = begin(desk);
    client.slow(true);
    void say(own, 'whole');
    finish(own);
    client.leave();
    await world.settle();
    expect(enter(desk).client.text).toBe('whole');
  });
  it('is never answered with what another client has read whole', async () => {
    const { desk, world } = house();
    const { own } = begin(desk);
    void say(own, 'whole');
    finish(own);
    await world.settle();
    expect(desk.size).toBe(0);
    expect(enter(desk).entry.is).toBe('own');
  });
  it('that comes between the last byte and the end of the bookkeeping changes nothing for the first', async () => {
    const { desk, world } = house();
    const { own } = begin(desk);
    void say(own, 'whole');
    own.sink.end();
    await world.settle();
    expect(enter(desk).entry.is).toBe('own');
    expect(own.sink.gone.aborted).toBe(false);
  });
  it('takes one lost generation each when two clients have lost theirs', async () => {
    const { desk, world } = house();
    const [one, two] = [begin(desk, { id: 'one' }), begin(desk, { id: 'two' })];
    one.client.leave();
    two.client.leave();
    await world.settle();
    const entries = [enter(desk).entry, enter(desk).entry, enter(desk).entry];
    expect(entries.map((entry) => ('id' in entry ? entry.id : entry.is))).toEqual(['one', 'two', 'own']);
  });
});
