import { describe, expect, it } from 'vitest';
import { type Feed, followLive } from './live.ts';

class ToldFeed implements Feed {
  readyState = 0;
  readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();
  addEventListener(name: string, listen: (event: { data?: unknown }) => void): void {
    this.#listeners.set(name, listen);
  }
  close(): void {
    this.readyState = 2;
  }
  tell(name: string, data?: unknown): void {
    this.#listeners.get(name)?.({ data });
  }
}

function follow() {
  const feeds: ToldFeed[] = [];
  const waits: { ms: number; then: () => void }[] = [];
  const heard: string[] = [];
  const end = followLive(
    {
      open: () => {
        const feed = new ToldFeed();
        feeds.push(feed);
        return feed;
      },
      after: (ms, then) => {
        const wait = { ms, then };
        waits.push(wait);
        return () => waits.splice(waits.indexOf(wait), 1);
      },
    },
    {
      hello: (boot) => heard.push(`hello ${boot}`),
      request: (row) => heard.push(`row ${row.id}`),
      link: (link) => heard.push(link),
    },
  );
  return { feeds, waits, heard, end };
}

describe('the live feed', () => {
  it('tells who speaks, and every row', () => {
    const { feeds, heard } = follow();
    feeds[0]?.tell('hello', '{"boot":"b1"}');
    feeds[0]?.tell('request', '{"id":"r1"}');
    expect(heard).toEqual(['connecting', 'open', 'hello b1', 'row r1']);
  });
  it('leaves out a line that does not parse', () => {
    const { feeds, heard } = follow();
    feeds[0]?.tell('request', '{"id":');
    feeds[0]?.tell('request', 'null');
    feeds[0]?.tell('hello', '{}');
    expect(heard).toEqual(['connecting']);
  });
  it('lets the browser come back by itself while it tries to', () => {
    const { feeds, waits, heard } = follow();
    feeds[0]?.tell('error');
    expect([heard.at(-1), waits.length]).toEqual(['lost', 0]);
  });
  it('opens anew, ever later, when the browser has given up, and soon again after it worked', () => {
    const { feeds, waits } = follow();
    const fail = (): void => {
      const feed = feeds.at(-1);
      if (feed === undefined) return;
      feed.readyState = 2;
      feed.tell('error');
      waits.at(-1)?.then();
    };
    for (let round = 0; round < 6; round += 1) fail();
    expect(waits.map((wait) => wait.ms)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    feeds.at(-1)?.tell('hello', '{"boot":"b2"}');
    fail();
    expect(waits.at(-1)?.ms).toBe(1_000);
    expect(feeds).toHaveLength(8);
  });
  it('does not open again when nobody listens any more', () => {
    const { feeds, waits, end } = follow();
    const [feed] = feeds;
    if (feed === undefined) throw new Error('nothing was opened');
    feed.readyState = 2;
    feed.tell('error');
    end();
    expect(waits).toEqual([]);
  });
});
