/**
 * Who is signed in at the Monitor: one-time links, and the sessions that they open. Codes and tokens are handed out once and kept only as digests, in
 * memory, so a restart signs everybody out. Both are 256 random bits; nothing here ever logs or repeats one.
 */

import { createHash, randomBytes } from 'node:crypto';
import type { World } from '../model/ports.ts';
import { keepNewest } from './bounded.ts';

export const LINK_LIFE_MS = 10 * 60_000;
/** Links that wait for their use; the oldest makes room. */
export const LINKS_MAX = 20;
export const SESSIONS_MAX = 50;
export const SESSION_IDLE_MS_MAX = 12 * 3_600_000;
export const SESSION_LIFE_MS = 7 * 24 * 3_600_000;
export const WRONG_ATTEMPTS_MAX = 20;
export const WRONG_ATTEMPTS_WINDOW_MS = 60_000;
/** Addresses whose wrong attempts are counted; the one heard from first is forgotten first. */
const ADDRESSES_MAX = 1_000;
const SECRET_BYTES = 32;

export interface Sessions {
  /** A new one-time code. */
  invite(): string;
  /** Uses the code up and opens a session; undefined for a code that is unknown, used or expired. */
  signIn(code: string): string | undefined;
  /** Whether the token is that of a living session, which it keeps from falling idle. */
  holds(token: string): boolean;
  signOut(token: string): void;
  /** How long this address has to wait because of its wrong attempts; 0 = not at all. */
  waitMs(address: string): number;
  wrong(address: string): void;
}

export function createSessions(world: Pick<World, 'now'>): Sessions {
  const links = new Map<string, number>();
  const sessions = new Map<string, Session>();
  const attempts = new Map<string, Attempts>();
  const current = (address: string): Attempts | undefined => {
    const found = attempts.get(address);
    return found !== undefined && isWithin(world.now(), found.since, WRONG_ATTEMPTS_WINDOW_MS) ? found : undefined;
  };
  return {
    invite() {
      const code = newSecret();
      keepNewest(links, digest(code), world.now(), LINKS_MAX);
      return code;
    },
    signIn(code) {
      const made = links.get(digest(code));
      links.delete(digest(code));
      if (made === undefined || !isWithin(world.now(), made, LINK_LIFE_MS)) return undefined;
      const token = newSecret();
      const now = world.now();
      keepNewest(sessions, digest(token), { since: now, used: now }, SESSIONS_MAX);
      return token;
    },
    holds(token) {
      const name = digest(token);
      const session = sessions.get(name);
      if (session === undefined) return false;
      const now = world.now();
      const lives = isWithin(now, session.since, SESSION_LIFE_MS) && isWithin(now, session.used, SESSION_IDLE_MS_MAX);
      // Set anew, so that the session used longest ago is the first to make room.
      sessions.delete(name);
      if (lives) sessions.set(name, { since: session.since, used: now });
      return lives;
    },
    signOut: (token) => void sessions.delete(digest(token)),
    waitMs(address) {
      const found = current(address);
      if (found === undefined || found.count < WRONG_ATTEMPTS_MAX) return 0;
      return Math.max(1, found.since + WRONG_ATTEMPTS_WINDOW_MS - world.now());
    },
    wrong(address) {
      const found = current(address);
      if (found !== undefined) found.count += 1;
      else keepNewest(attempts, address, { since: world.now(), count: 1 }, ADDRESSES_MAX);
    },
  };
}

interface Session {
  readonly since: number;
  readonly used: number;
}
interface Attempts {
  readonly since: number;
  count: number;
}

/** A clock that was set back makes things end, never live longer. */
function isWithin(now: number, since: number, lifeMs: number): boolean {
  return now >= since && now - since < lifeMs;
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
