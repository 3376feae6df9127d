/**
 * The one live feed of the page and what it has told, for whoever shows it. It is opened when the list is first shown and then stays: a list that one
 * comes back to has missed nothing. Rows are taken in a few times a second, however many are told.
 */

import { useSyncExternalStore } from 'react';
import type { LiveRow } from '../../../../src/monitor/views.ts';
import { BROWSER, followLive } from '../../live.ts';
import { type LiveEvent, type LiveState, NOTHING_TOLD, nextLive } from './live-rows.ts';

const TAKE_IN_MS = 200;
/** The first page is fetched once the feed listens, so that nothing falls between the two; a feed that does not come is not waited for. */
const FEED_WAIT_MS = 1_000;

let state = NOTHING_TOLD;
let isFollowing = false;
let mayFetch = false;
let pending: LiveRow[] = [];
const listeners = new Set<() => void>();

export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Whether the feed listens, or has been waited for long enough. */
export function useMayFetch(): boolean {
  return useSyncExternalStore(subscribe, () => mayFetch);
}

export function tellLive(event: LiveEvent): void {
  const next = nextLive(state, event);
  if (next === state) return;
  state = next;
  changed();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!isFollowing) follow();
  return () => listeners.delete(listener);
}

function follow(): void {
  isFollowing = true;
  setTimeout(allowFetch, FEED_WAIT_MS);
  followLive(BROWSER, {
    link: (link) => {
      if (link === 'lost') allowFetch();
      tellLive({ what: 'link', link });
    },
    hello: (boot) => {
      takeIn();
      tellLive({ what: 'hello', boot, isFirst: !mayFetch });
      allowFetch();
    },
    request: (row) => {
      if (pending.length === 0) setTimeout(takeIn, TAKE_IN_MS);
      pending.push(row);
    },
  });
}

function takeIn(): void {
  if (pending.length === 0) return;
  const rows = pending;
  pending = [];
  tellLive({ what: 'told', rows, at: Date.now() });
}

function allowFetch(): void {
  if (mayFetch) return;
  mayFetch = true;
  changed();
}

function changed(): void {
  for (const listener of listeners) listener();
}
