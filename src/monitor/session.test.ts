import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSessions,
  LINK_LIFE_MS,
  LINKS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSION_LIFE_MS,
  SESSIONS_MAX,
  type Sessions,
  WRONG_ATTEMPTS_MAX,
  WRONG_ATTEMPTS_WINDOW_MS,
} from './session.ts';

let now = 1_000_000;
let sessions: Sessions;
beforeEach(() => {
  now = 1_000_000;
  sessions = createSessions({ now: () => now });
});

const signedIn = (): string => sessions.signIn(sessions.invite()) ?? '';

describe('a one-time link', () => {
  it('is 256 random bits, and another one each time', () => {
    const codes = [sessions.invite(), sessions.invite()];
    for (const code of codes) expect(Buffer.from(code, 'base64url')).toHaveLength(32);
    expect(codes[0]).not.toBe(codes[1]);
  });

  it('opens a session once, and nothing the second time', () => {
    const code = sessions.invite();
    expect(sessions.holds(sessions.signIn(code) ?? '')).toBe(true);
    expect(sessions.signIn(code)).toBeUndefined();
  });

  it('opens until it expires and not after', () => {
    const [early, late] = [sessions.invite(), sessions.invite()];
    now += LINK_LIFE_MS - 1;
    expect(sessions.signIn(early)).toBeDefined();
    now += 1;
    expect(sessions.signIn(late)).toBeUndefined();
  });

  it('does not live longer because the clock was set back', () => {
    const code = sessions.invite();
    now -= 1;
    expect(sessions.signIn(code)).toBeUndefined();
  });

  it('makes room for a newer one when too many wait', () => {
    const first = sessions.invite();
    const others = Array.from({ length: LINKS_MAX }, () => sessions.invite());
    expect(sessions.signIn(first)).toBeUndefined();
    for (const code of others) expect(sessions.signIn(code)).toBeDefined();
  });
});

describe('a session', () => {
  it('is not opened by its own digest, a code, or nothing', () => {
    const token = signedIn();
    for (const wrong of ['', token.slice(1), `${token}x`, sessions.invite()]) expect(sessions.holds(wrong)).toBe(false);
    expect(sessions.holds(token)).toBe(true);
  });

  it('ends when it was not used for long', () => {
    const token = signedIn();
    now += SESSION_IDLE_MS_MAX - 1;
    expect(sessions.holds(token)).toBe(true);
    now += SESSION_IDLE_MS_MAX;
    expect(sessions.holds(token)).toBe(false);
    now -= SESSION_IDLE_MS_MAX;
    expect(sessions.holds(token)).toBe(false);
  });

  it('ends after its whole life, however busy it was', () => {
    const token = signedIn();
    const end = now + SESSION_LIFE_MS;
    for (; now + SESSION_IDLE_MS_MAX / 2 < end; now += SESSION_IDLE_MS_MAX / 2)
      expect(sessions.holds(token)).toBe(true);
    now = end;
    expect(sessions.holds(token)).toBe(false);
  });

  it('ends when its person signs out, and no other one does', () => {
    const [mine, other] = [signedIn(), signedIn()];
    sessions.signOut(mine);
    expect(sessions.holds(mine)).toBe(false);
    expect(sessions.holds(other)).toBe(true);
  });

  it('makes room for a newer one, the one used longest ago first', () => {
    const [used, unused] = [signedIn(), signedIn()];
    sessions.holds(used);
    for (let n = 2; n <= SESSIONS_MAX; n += 1) signedIn();
    expect(sessions.holds(unused)).toBe(false);
    expect(sessions.holds(used)).toBe(true);
  });
});

describe('wrong attempts', () => {
  it('make their own address wait, until the window is over', () => {
    for (let n = 0; n < WRONG_ATTEMPTS_MAX; n += 1) {
      expect(sessions.waitMs('10.0.0.1')).toBe(0);
      sessions.wrong('10.0.0.1');
      now += 1;
    }
    expect(sessions.waitMs('10.0.0.1')).toBe(WRONG_ATTEMPTS_WINDOW_MS - WRONG_ATTEMPTS_MAX);
    expect(sessions.waitMs('10.0.0.2')).toBe(0);
    now += WRONG_ATTEMPTS_WINDOW_MS;
    expect(sessions.waitMs('10.0.0.1')).toBe(0);
  });
});
