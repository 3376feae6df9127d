/**
 * Follows the gateway's live feed (`GET /api/events`) over one EventSource. It comes back by itself, whatever ended it; whoever listens is told that
 * something may have been missed. It never keeps rows and never shows anything.
 */

import type { LiveRow } from '../../src/monitor/views.ts';

export type Link = 'connecting' | 'open' | 'lost';
export interface LiveListener {
  /** The feed begins: `boot` names the gateway's present run. What happened since it was lost is not told again. */
  hello(boot: string): void;
  request(row: LiveRow): void;
  link(link: Link): void;
}
/** The part of EventSource that is used, so that a test can stand in for it. */
export interface Feed {
  readonly readyState: number;
  addEventListener(name: string, listen: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}
export interface LiveWorld {
  open(address: string): Feed;
  /** Returns how to call it off. */
  after(ms: number, then: () => void): () => void;
}

/** EventSource gives up for good on any status but 200: a gateway that restarts may answer 401 or 503 for a moment. */
const CLOSED = 2;
const REOPEN_MS_MIN = 1_000;
const REOPEN_MS_MAX = 15_000;

export function followLive(world: LiveWorld, listener: LiveListener): () => void {
  let feed: Feed;
  let waitMs = REOPEN_MS_MIN;
  let callOff = (): void => {};
  const open = (): void => {
    listener.link('connecting');
    feed = world.open('/api/events');
    feed.addEventListener('hello', ({ data }) => {
      const boot = readJson<{ boot: string }>(data)?.boot;
      if (boot === undefined) return;
      waitMs = REOPEN_MS_MIN;
      listener.link('open');
      listener.hello(boot);
    });
    feed.addEventListener('request', ({ data }) => {
      const row = readJson<LiveRow>(data);
      if (row !== undefined) listener.request(row);
    });
    feed.addEventListener('error', () => {
      listener.link('lost');
      if (feed.readyState !== CLOSED) return;
      feed.close();
      callOff = world.after(waitMs, open);
      waitMs = Math.min(waitMs * 2, REOPEN_MS_MAX);
    });
  };
  open();
  return () => {
    callOff();
    feed.close();
  };
}

export const BROWSER: LiveWorld = {
  open: (address) => new EventSource(address) as Feed,
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** A line that does not parse is no reason to lose the rest. */
function readJson<T>(data: unknown): T | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
