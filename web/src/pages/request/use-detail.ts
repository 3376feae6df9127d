/** Fetches one request, and waits for it while it is still under way: the journal has it only when it has ended. */

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LiveRow, RequestView } from '../../../../src/monitor/views.ts';
import { ApiError, api } from '../../api.ts';

const POLL_MS = 1_000;
/** A request that nobody has seen running is looked for this often. */
const POLLS_MAX = 60;

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** `live` is what the live feed says of it, while the journal does not have it. */
export function useDetail(id: string): { detail: UseQueryResult<RequestView>; live: LiveRow | 'unseen' | 'unknown' } {
  const [live, setLive] = useState<LiveRow>();
  const [polls, setPolls] = useState(0);
  const isRunning = live !== undefined && live.state !== 'ended';
  const detail = useQuery({
    queryKey: ['request', id],
    queryFn: () => api.request(id),
    // A request that has ended changes no more.
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => !isMissing(error) && count < 1,
    refetchInterval: ({ state }) => (isMissing(state.error) && (isRunning || polls < POLLS_MAX) ? POLL_MS : false),
  });
  const { refetch, errorUpdatedAt } = detail;
  const isAbsent = detail.data === undefined && isMissing(detail.error);
  useEffect(() => {
    if (errorUpdatedAt > 0) setPolls((count) => count + 1);
  }, [errorUpdatedAt]);
  useEffect(() => {
    if (!isAbsent) return;
    return followLive(id, (row) => {
      setLive(row);
      if (row.state === 'ended') void refetch();
    });
  }, [id, isAbsent, refetch]);
  return { detail, live: live ?? (polls < POLLS_MAX ? 'unseen' : 'unknown') };
}

function followLive(id: string, seen: (row: LiveRow) => void): () => void {
  const feed = new EventSource('/api/events');
  feed.addEventListener('request', (event) => {
    const row = JSON.parse(event.data) as LiveRow;
    if (row.id === id) seen(row);
  });
  return () => feed.close();
}
