/**
 * Keeps one access token per Google credential: any number of callers share one request for it, and it is renewed in the background before it
 * expires. It holds secrets in memory and writes them nowhere.
 */

import { createHash } from 'node:crypto';
import type { AccountConfig } from '../../model/config.ts';
import { Refusal } from '../../model/failure.ts';
import type { OpenDeps } from '../open.ts';
import { type GoogleCredential, readGoogleCredential } from './google-credential.ts';
import { type Grant, requestGrant } from './grant.ts';

export interface AccessToken {
  readonly token: string;
  /** Fetched for this very call; a refusal of it is not cured by fetching another. */
  readonly fresh: boolean;
  readonly credential: GoogleCredential;
}
export interface Tokens {
  /** Rejects with a `Refusal`, or with the signal's reason. `source` is the credential file's text. */
  token(account: AccountConfig, source: string, signal: AbortSignal): Promise<AccessToken>;
  /** The upstream refused this token: the next caller gets another. */
  drop(token: string): void;
}

/** Credentials remembered at a time. */
const credentialsMax = 256;
/** Renewed when this part of its life is over. */
const renewAt = 0.8;
/** Not used in its last moments: it must still be valid when it arrives. */
const marginMs = 30_000;
const marginPart = 0.05;
/** After a failed early renewal, while the old token is still good. */
const renewPauseMs = 10_000;
const grantMs = 10_000;

interface Entry {
  readonly credential: GoogleCredential;
  current?: { readonly token: string; readonly renewTime: number; readonly endTime: number };
  pending?: Promise<Grant>;
  quietUntil: number;
}

export function createTokens(deps: OpenDeps): Tokens {
  const entries = new Map<string, Entry>();

  const entryFor = (account: AccountConfig, source: string): Entry => {
    const key = createHash('sha256')
      .update(JSON.stringify([source, account.tokenUrl ?? '', account.allowPrivate]))
      .digest('base64');
    const entry = entries.get(key) ?? { credential: readGoogleCredential(source, account), quietUntil: 0 };
    entries.delete(key);
    entries.set(key, entry);
    const oldest = entries.size > credentialsMax ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    return entry;
  };

  return {
    async token(account, source, signal) {
      signal.throwIfAborted();
      const entry = entryFor(account, source);
      const now = deps.world.now();
      const { credential, current } = entry;
      if (current !== undefined && now < current.endTime) {
        if (now >= current.renewTime && now >= entry.quietUntil) renew(deps, entry, account).catch(nothing);
        return { token: current.token, fresh: false, credential };
      }
      const grant = await orAbort(renew(deps, entry, account), signal);
      return { token: grant.token, fresh: true, credential };
    },
    drop(token) {
      for (const entry of entries.values()) {
        if (entry.current?.token === token) delete entry.current;
      }
    },
  };
}

/** One request at a time for a credential; whoever comes meanwhile waits for the same. It belongs to no caller, so no caller's leaving ends it. */
function renew(deps: OpenDeps, entry: Entry, account: AccountConfig): Promise<Grant> {
  entry.pending ??= fetchGrant(deps, entry.credential, account)
    .then(
      (grant) => {
        const now = deps.world.now();
        const endTime = now + grant.lifeMs - Math.min(marginMs, grant.lifeMs * marginPart);
        entry.current = { token: grant.token, renewTime: now + grant.lifeMs * renewAt, endTime };
        return grant;
      },
      (error: unknown) => {
        entry.quietUntil = deps.world.now() + renewPauseMs;
        throw error;
      },
    )
    .finally(() => {
      delete entry.pending;
    });
  return entry.pending;
}

async function fetchGrant(deps: OpenDeps, credential: GoogleCredential, account: AccountConfig): Promise<Grant> {
  const controller = new AbortController();
  const late = new Refusal({
    kind: 'unreachable',
    reach: 'unsent',
    detail: `the token endpoint did not answer ${account.email} within ${grantMs / 1_000} seconds`,
  });
  const alarm = deps.world.alarm(grantMs, () => controller.abort(late));
  try {
    return await requestGrant(deps, credential, account, controller.signal);
  } catch (error) {
    // The request for the model was not sent, however far the one for the token got.
    throw error instanceof Refusal ? new Refusal({ ...error.failure, reach: 'unsent' }) : error;
  } finally {
    alarm.cancel();
  }
}

function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function nothing(): void {}
