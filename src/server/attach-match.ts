/**
 * When is a request the same as another, and what follows from it: digests of what must be equal, and a table by what has become of the earlier
 * generation. Pure. It must never take two requests for one that a person could have meant as two.
 */

import { createHash } from 'node:crypto';

/** What the first and the second request are compared by. */
export interface Asked {
  /** Separates client keys; empty when authentication is off. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes as they came. */
  readonly body: Uint8Array;
}

export interface Match {
  readonly isKeyed: boolean;
  /** Where to look: the caller's key, or the request itself when it has none. */
  readonly place: string;
  /** Of the whole request; it must be the same under one key. */
  readonly fingerprint: string;
}

/** Other headers differ from one try of a client to the next; these change what is asked for. */
const meaningHeaders = ['anthropic-version', 'anthropic-beta', 'openai-beta'] as const;

export function matchOf(asked: Asked): Match {
  const { caller, method, path, query, headers, body } = asked;
  // The client's own key may stand there; it has already become the caller.
  const said = [...query].filter(([name]) => name !== 'key');
  const head = [caller, method, path, said, meaningHeaders.map((name) => headers[name] ?? null)];
  const fingerprint = createHash('sha256')
    .update(`${JSON.stringify(head)}\n`)
    .update(body)
    .digest('hex');
  const key = headers['idempotency-key']?.trim() ?? '';
  if (key === '') return { isKeyed: false, place: `same ${fingerprint}`, fingerprint };
  const named = createHash('sha256')
    .update(JSON.stringify([caller, key]))
    .digest('hex');
  return { isKeyed: true, place: `key ${named}`, fingerprint };
}

/** What has become of a generation, as far as a second request is concerned. */
export type Standing =
  /** It runs, and somebody listens. */
  | 'heard'
  /** It runs, and whoever asked has left. */
  | 'unheard'
  /** It has ended, and somebody is still reading it. */
  | 'being-read'
  /** It has ended, and whoever asked left before everything had been handed over. */
  | 'unread'
  /** It has ended, and somebody was handed all of it. */
  | 'read'
  /** It ended with an error, or was stopped. */
  | 'failed'
  /** It is longer than what is kept: its first byte is gone. */
  | 'outgrown';

export interface StandingRow {
  /** For a request with the same `Idempotency-Key`. */
  readonly sameKey: 'join' | 'own';
  /** For the identical request without one. */
  readonly sameBody: 'join' | 'own';
  readonly why: string;
}

export const STANDINGS: Readonly<Record<Standing, StandingRow>> = {
  heard: {
    sameKey: 'join',
    sameBody: 'own',
    why: 'a key says that both are one; without it, the first client is still there, so the second is another one who asks honestly',
  },
  unheard: {
    sameKey: 'join',
    sameBody: 'join',
    why: 'the client that paid for it has lost it, and this is how it comes back',
  },
  'being-read': {
    sameKey: 'join',
    sameBody: 'own',
    why: 'as while it ran: its client is there',
  },
  unread: {
    sameKey: 'join',
    sameBody: 'join',
    why: 'its end came while the client was away, which changes nothing for the client',
  },
  read: {
    sameKey: 'join',
    sameBody: 'own',
    why: 'two honest identical requests want two samples; only a key says that the second is the first',
  },
  failed: {
    sameKey: 'own',
    sameBody: 'own',
    why: 'a client that asks again after an error wants another try, not the same error',
  },
  outgrown: {
    sameKey: 'own',
    sameBody: 'own',
    why: 'a stream is joined from its first byte or not at all, so nobody could be served from it',
  },
};

/** A generation that a request may be the second request for. */
export interface Earlier {
  readonly fingerprint: string;
  readonly standing: Standing;
}

export type Verdict<Found extends Earlier> =
  | { readonly is: 'join'; readonly earlier: Found }
  | { readonly is: 'own' }
  /** The key stands for another request. */
  | { readonly is: 'mismatch'; readonly earlier: Found };

/** `earlier` are those of the same place, oldest first. */
export function verdictOn<Found extends Earlier>(match: Match, earlier: readonly Found[]): Verdict<Found> {
  const column = columnOf(match.isKeyed);
  // Under a key that has only failed, another body may be the client's correction.
  const others = earlier.filter(({ fingerprint }) => fingerprint !== match.fingerprint);
  const other = others.find(({ standing }) => standing !== 'failed');
  if (other !== undefined) return { is: 'mismatch', earlier: other };
  const first = earlier.find((each) => !others.includes(each) && STANDINGS[each.standing][column] === 'join');
  return first === undefined ? { is: 'own' } : { is: 'join', earlier: first };
}

/** What nobody listens to is kept for a while when somebody could still join it; else it is let go at once. */
export function isKeptUnheard(standing: Standing, isKeyed: boolean): boolean {
  return STANDINGS[standing][columnOf(isKeyed)] === 'join';
}

function columnOf(isKeyed: boolean): 'sameKey' | 'sameBody' {
  return isKeyed ? 'sameKey' : 'sameBody';
}
