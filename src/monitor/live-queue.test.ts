import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveQueue, QUEUED_EVENTS_MAX, QUEUED_REQUESTS_MAX } from './live-queue.ts';

describe('what waits for a reader of the feed', () => {
  it('is every event in its order while the reader keeps up', () => {
    const queue = createLiveQueue();
    for (const [key, text] of ['a1', 'b1', 'a2'].map((text) => [text.slice(0, 1), text] as const))
      queue.push(key, text);
    expect(queue.take()).toBe('a1b1a2');
    expect(queue.take()).toBe('');
  });

  it('is only the newest of each request when it does not', () => {
    const queue = createLiveQueue();
    for (let n = 1; n <= QUEUED_EVENTS_MAX * 3; n += 1) queue.push(n % 2 === 0 ? 'even' : 'odd', `${n},`);
    expect(queue.take()).toBe(`${QUEUED_EVENTS_MAX * 3 - 1},${QUEUED_EVENTS_MAX * 3},`);
    queue.push('a', 'again');
    expect(queue.take()).toBe('again');
  });

  it('is nothing any more once it is about too many requests', () => {
    const queue = createLiveQueue();
    for (let n = 0; n < QUEUED_REQUESTS_MAX; n += 1) queue.push(String(n), 'x');
    expect(queue.isCut).toBe(false);
    queue.push('one more', 'x');
    expect(queue.isCut).toBe(true);
    queue.push('after', 'x');
    expect(queue.take()).toBe('');
  });

  it('always has the last word of every request, and ids that count up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 3 * QUEUED_EVENTS_MAX }), (keys) => {
        const queue = createLiveQueue();
        keys.forEach((key, id) => void queue.push(String(key), `${id} `));
        const ids = queue.take().split(' ').filter(Boolean).map(Number);
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
        for (const key of new Set(keys)) expect(ids).toContain(keys.lastIndexOf(key));
      }),
    );
  });
});
