/**
 * The page's address: `#/requests?outcome=failed`, `#/requests/ID?tab=log`, `#/accounts`. Everything that a person may want to share stands in it,
 * and it never leaves the browser: a fragment is not sent to any server.
 */

import { useSyncExternalStore } from 'react';

export type PageName = 'requests' | 'overview' | 'accounts' | 'settings';
export type Address =
  | { readonly page: PageName; readonly query: URLSearchParams }
  | { readonly page: 'request'; readonly id: string; readonly query: URLSearchParams };

export function readAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const [page, id] = path.split('/');
  if (page === 'requests' && id) return { page: 'request', id: decoded(id), query };
  if (page === 'overview' || page === 'accounts' || page === 'settings') return { page, query };
  return { page: 'requests', query };
}

/** A link to a page. Empty and absent values are left out. */
export function linkTo(page: PageName, query: Readonly<Record<string, string | undefined>> = {}): string {
  return `#/${page}${searchOf(query)}`;
}

export function linkToRequest(id: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  return `#/requests/${encodeURIComponent(id)}${searchOf(query)}`;
}

export function useAddress(): Address {
  const hash = useSyncExternalStore(follow, () => location.hash);
  return readAddress(hash);
}

/** Changes the query of the present page. `replace` leaves no step in the history: for what is typed. */
export function setQuery(
  changes: Readonly<Record<string, string | undefined>>,
  { replace = false }: { readonly replace?: boolean } = {},
): void {
  const address = readAddress(location.hash);
  const query = Object.fromEntries(address.query);
  const next = searchOf({ ...query, ...changes });
  const path = location.hash.replace(/^#?\/?/, '').split('?')[0] || 'requests';
  go(`#/${path}${next}`, replace);
}

export function go(hash: string, replace = false): void {
  if (hash === location.hash) return;
  if (replace) {
    history.replaceState(history.state, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

function follow(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

function searchOf(query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
