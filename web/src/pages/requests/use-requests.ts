/** The rows of the list: pages of the journal, loaded as somebody scrolls, with what the live feed has told before them. */

import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, type RequestPageView } from '../../api.ts';
import { apiQuery, asksJournal, type Filter, type ListedRow } from './filter.ts';
import { memoryOf } from './list-memory.ts';
import { type Listed, listRows } from './live-rows.ts';
import { useLive, useMayFetch } from './live-store.ts';

/** The API gives up to a thousand at once. */
const ROWS_A_PAGE = 500;
/** What a browser holds and scrolls well; whoever looks for older ones narrows the time. */
export const ROWS_LOADED_MAX = 200_000;
/** A list that one comes back to is still there, at its place. */
const KEPT_MS = 30 * 60_000;
const NO_ROWS: readonly ListedRow[] = [];

export interface Requests extends Listed {
  readonly isPending: boolean;
  /** There are older ones, not loaded yet. */
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** There are more than are loaded ever. */
  readonly isFull: boolean;
  readonly error: unknown;
  readonly loadMore: () => void;
  readonly again: () => void;
}

export function useRequests(filter: Filter, search: string, frozen: ReadonlySet<string> | undefined): Requests {
  const live = useLive();
  const { since } = memoryOf(search, live.generation, Date.now);
  const mayFetch = useMayFetch();
  const key = useMemo(() => ['request-list', search, live.generation], [search, live.generation]);
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      api.requests({ ...apiQuery(filter, since), limit: ROWS_A_PAGE, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: RequestPageView) => last.next_cursor,
    enabled: mayFetch && asksJournal(filter),
    // What is newer comes by the live feed; fetching all pages again would ask for the whole journal.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
    placeholderData: keepPreviousDataOf(search),
  });
  useForgetOthers(search, live.generation);
  const journal = useMemo(() => pages.data?.pages.flatMap((page) => page.requests) ?? NO_ROWS, [pages.data]);
  const listed = useMemo(() => listRows(journal, live, filter, frozen), [journal, live, filter, frozen]);
  const isFull = journal.length >= ROWS_LOADED_MAX;
  return {
    ...listed,
    isPending: asksJournal(filter) && pages.isPending,
    hasMore: asksJournal(filter) && pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    isFull,
    error: pages.error,
    loadMore: () => {
      if (pages.hasNextPage && !pages.isFetching && !pages.isError && !isFull) void pages.fetchNextPage();
    },
    again: () => void (pages.data === undefined ? pages.refetch() : pages.fetchNextPage()),
  };
}

/** The same list fetched anew stays on the screen until it is there; another list does not show under the wrong filter. */
function keepPreviousDataOf(search: string) {
  return (
    data: InfiniteData<RequestPageView, string | null> | undefined,
    query: { queryKey: readonly unknown[] } | undefined,
  ) => (query?.queryKey[1] === search ? keepPreviousData(data) : undefined);
}

/** One long list is enough to keep. */
function useForgetOthers(search: string, generation: number): void {
  const queries = useQueryClient();
  useEffect(() => {
    const isOther = (key: readonly unknown[]): boolean => key[1] !== search || key[2] !== generation;
    queries.removeQueries({
      queryKey: ['request-list'],
      type: 'inactive',
      predicate: ({ queryKey }) => isOther(queryKey),
    });
  }, [queries, search, generation]);
}
