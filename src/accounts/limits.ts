/**
 * What the providers said last about each account's limits. On the way of an answer it only takes a reference; headers are read when somebody looks, or
 * when many have gathered. Nothing here chooses an account: a limit that is told counts only when the provider refuses.
 */

import { Refusal } from '../model/failure.ts';
import type { UpstreamAdapter, World } from '../model/ports.ts';
import type { LimitView } from '../monitor/views.ts';
import type { ObservedLimit } from '../upstreams/limit-headers.ts';
import { keepRecent } from './least-recent.ts';

export interface AccountLimits {
  /** The same adapter, listened to. */
  listenTo(adapter: UpstreamAdapter): UpstreamAdapter;
  of(email: string): readonly LimitView[];
  forget(email: string): void;
}

export interface LimitReaders {
  readonly headers: (headers: Readonly<Record<string, string>>, now: number) => readonly ObservedLimit[];
  /** The body of a refusal. */
  readonly refusal: (body: string, now: number) => readonly ObservedLimit[];
}

/** The account that was heard of least recently is forgotten. */
export const LIMIT_ACCOUNTS_MAX = 1_000;
export const LIMITS_PER_ACCOUNT_MAX = 32;
/** Answers whose headers have not been read yet. */
const UNREAD_MAX = 64;
/** A limit that was not told again for so long says nothing about now. */
export const LIMIT_KEPT_MS = 24 * 60 * 60 * 1_000;

interface Heard {
  readonly email: string;
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function createAccountLimits({ now }: Pick<World, 'now'>, readers: LimitReaders): AccountLimits {
  const accounts = new Map<string, Map<string, LimitView>>();
  let unread: Heard[] = [];

  const digest = (): void => {
    const heard = unread;
    unread = [];
    for (const { email, at, headers, body } of heard) {
      const told = [...readers.headers(headers, at), ...(body === undefined ? [] : readers.refusal(body, at))];
      if (told.length === 0) continue;
      const limits = accounts.get(email) ?? new Map<string, LimitView>();
      keepRecent(accounts, email, limits, LIMIT_ACCOUNTS_MAX);
      for (const limit of told) keepRecent(limits, limit.what, viewOf(limit, at), LIMITS_PER_ACCOUNT_MAX);
    }
  };
  const hear = (email: string, headers: Heard['headers'], body?: string): void => {
    unread.push({ email, at: now(), headers, ...(body === undefined ? {} : { body }) });
    if (unread.length >= UNREAD_MAX) digest();
  };

  return {
    listenTo: (adapter) => ({
      ...adapter,
      open(attempt, signal) {
        const opened = adapter.open(attempt, signal);
        const { email } = attempt.account;
        opened.then(
          ({ headers }) => hear(email, headers),
          (error: unknown) => {
            if (!(error instanceof Refusal) || error.headers === undefined) return;
            hear(email, error.headers, error.failure.status === TOO_MANY ? error.failure.body : undefined);
          },
        );
        return opened;
      },
    }),
    of(email) {
      digest();
      const since = now() - LIMIT_KEPT_MS;
      return [...(accounts.get(email)?.values() ?? [])].filter(({ seen_at }) => Date.parse(seen_at) > since);
    },
    forget(email) {
      digest();
      accounts.delete(email);
    },
  };
}

const TOO_MANY = 429;

function viewOf({ what, limit, remaining, resetsAt }: ObservedLimit, at: number): LimitView {
  const resets_at = resetsAt === null ? null : new Date(resetsAt).toISOString();
  return { what, limit, remaining, resets_at, seen_at: new Date(at).toISOString() };
}
