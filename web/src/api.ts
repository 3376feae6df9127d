/**
 * Asks the gateway's admin API with the session's cookie. Every failure is an `ApiError` with a sentence for people. No key, token or secret passes
 * through here except what a person has just typed into a form.
 */

import type { RequestRow } from '../../src/monitor/rows.ts';
import type { ConfigChange, ConfigRefusal, ConfigView, SessionView } from '../../src/monitor/setting-views.ts';
import type {
  AccountInput,
  AccountTestView,
  AccountView,
  CaptureView,
  Diagnosis,
  FacetsView,
  Language,
  RequestView,
  StatsBy,
  StatsView,
  StorageView,
} from '../../src/monitor/views.ts';

export interface RequestPageView {
  readonly requests: readonly RequestRow[];
  readonly next_cursor: string | null;
}
export type Query = Readonly<Record<string, string | number | undefined>>;

export class ApiError extends Error {
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly issues: ConfigRefusal['error']['issues'];
  constructor(status: number, message: string, issues: ConfigRefusal['error']['issues'] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.issues = issues;
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

export const api = {
  session: () => get<SessionView>('/api/session'),
  signOut: () => send<null>('DELETE', '/api/session'),
  requests: (query: Query) => get<RequestPageView>('/api/requests', query),
  facets: () => get<FacetsView>('/api/requests/facets'),
  removeRequests: (query: Query) => send<{ deleted: number }>('DELETE', withQuery('/api/requests', query)),
  request: (id: string) => get<RequestView>(`/api/requests/${encodeURIComponent(id)}`),
  diagnosis: (id: string, language: Language) =>
    get<Diagnosis>(`/api/requests/${encodeURIComponent(id)}/diagnosis`, { language }),
  stats: (by: StatsBy, query: Query) => get<StatsView>('/api/stats', { ...query, by }),
  storage: () => get<StorageView>('/api/storage'),
  capture: () => get<CaptureView>('/api/capture'),
  setCapture: (requests: number) => send<CaptureView>('POST', '/api/capture', { requests }),
  accounts: () => get<{ accounts: readonly AccountView[] }>('/api/accounts'),
  addAccount: (account: AccountInput) => send<AccountView>('POST', '/api/accounts', account),
  changeAccount: (email: string, change: Partial<AccountInput>) =>
    send<AccountView>('PATCH', `/api/accounts/${encodeURIComponent(email)}`, change),
  removeAccount: (email: string) => send<null>('DELETE', `/api/accounts/${encodeURIComponent(email)}`),
  testAccount: (email: string) => send<AccountTestView>('POST', `/api/accounts/${encodeURIComponent(email)}/test`),
  resetAccount: (email: string) => send<null>('POST', `/api/accounts/${encodeURIComponent(email)}/reset`),
  config: () => get<ConfigView>('/api/config'),
  changeConfig: (change: ConfigChange) => send<ConfigView>('PUT', '/api/config', change),
};

/** Where a download is fetched from: a plain link, so that the browser streams it to the disk. */
export function exportLink(format: 'har' | 'jsonl' | 'csv' | 'lab', query: Query): string {
  return withQuery('/api/requests/export', { ...query, format });
}

export function withQuery(path: string, query: Query): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
  return entries.length === 0 ? path : `${path}?${search}`;
}

function get<T>(path: string, query: Query = {}): Promise<T> {
  return answer<T>(fetch(withQuery(path, query), { headers: { accept: 'application/json' } }));
}

function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return answer<T>(fetch(path, { method, ...json }));
}

async function answer<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked.catch((error: unknown) => {
    throw new ApiError(0, error instanceof Error ? error.message : String(error));
  });
  if (response.status === 204) return null as T;
  const document: unknown = await response.json().catch(() => undefined);
  if (response.ok) return document as T;
  const { error } = (document ?? {}) as Partial<ConfigRefusal>;
  throw new ApiError(response.status, error?.message ?? `${response.status} ${response.statusText}`, error?.issues);
}
