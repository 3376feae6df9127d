/**
 * The door of the Monitor: the check before every path of the admin API, the one-time link, signing in and out. The admin key comes as Bearer; the page
 * has a cookie that no script can read, and with it a change is taken from the page's own origin alone. A key, code or token never stands in an answer's
 * text, save the one link that was asked for with the key.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { adminSecurity, errorSchema } from './api-schemas.ts';
import { PAGE_HEADERS } from './page.ts';
import { LINK_LIFE_MS, SESSION_LIFE_MS, type Sessions } from './session.ts';
import type { SessionView, SignInLink } from './setting-views.ts';

export const SESSION_COOKIE = 'antigravity_session';
/** Of the body of any request to the admin API. */
export const API_BODY_BYTES_MAX = 2 * 1024 ** 2;
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];

export interface Door {
  /** The admin key of this moment. Empty refuses everybody. */
  readonly key: () => string;
  /** Left away, the key alone opens. */
  readonly sessions?: Sessions;
}

/** Stands before every path under /api. */
export function guard(app: OpenAPIHono, door: Door): void {
  const onError = (c: Context) => c.json(problem(`the body is larger than ${API_BODY_BYTES_MAX} bytes`), 413);
  const limit = bodyLimit({ maxSize: API_BODY_BYTES_MAX, onError });
  const check: MiddlewareHandler = async (c, next) => {
    // Set first, so that refusals carry it too.
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    const by = callerOf(c, door);
    if (by === undefined) return turnAway(c, door);
    const fault = by === 'session' ? foreignFault(c) : undefined;
    return fault === undefined ? limit(c, next) : c.json(problem(fault), 403);
  };
  app.use('/api/*', check);
}

export function addSessionRoutes(app: OpenAPIHono, door: Door & { sessions: Sessions; version: string }): void {
  const { sessions, version } = door;
  app.openapi(linkRoute, (c) => {
    if (callerOf(c, door) !== 'key') return c.json(problem('a link is given for the admin key only'), 403);
    return c.json(signInLink(new URL(c.req.url).origin, sessions), 200);
  });
  app.openapi(sessionRoute, (c) => {
    const view: SessionView = { version, by: callerOf(c, door) ?? 'session' };
    return c.json(view, 200);
  });
  app.openapi(signOutRoute, (c) => {
    sessions.signOut(getCookie(c, SESSION_COOKIE) ?? '');
    deleteCookie(c, SESSION_COOKIE, COOKIE);
    return c.body(null, 204);
  });
  app.get('/sign-in', (c) => signIn(c, sessions));
}

/** `origin` is where the gateway is reached, such as `http://127.0.0.1:8045`. */
export function signInLink(origin: string, sessions: Sessions): SignInLink {
  return { url: `${origin}/sign-in?code=${sessions.invite()}`, expires_in_s: LINK_LIFE_MS / 1000 };
}

// ---------------------------------------------------------------- who asks

function callerOf(c: Context, { key, sessions }: Door): SessionView['by'] | undefined {
  if (isKey(bearerOf(c), key())) return 'key';
  const token = getCookie(c, SESSION_COOKIE);
  return token !== undefined && sessions?.holds(token) === true ? 'session' : undefined;
}

function bearerOf(c: Context): string {
  return /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
}

/** Compared by digest: neither length nor content of the key can be learned from the time it takes. */
function isKey(given: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const equal = timingSafeEqual(digest(given), digest(key));
  return equal && key !== '';
}

/** Only wrong keys are held up: the right one is let in at any time, so that nobody can keep its owner out. */
function turnAway(c: Context, { sessions }: Door) {
  const isTry = bearerOf(c) !== '';
  const caller = `key ${addressOf(c)}`;
  const waitMs = isTry ? (sessions?.waitMs(caller) ?? 0) : 0;
  if (waitMs > 0) return tooOften(c, waitMs, (text) => c.json(problem(text), 429));
  if (isTry) sessions?.wrong(caller);
  c.header('WWW-Authenticate', 'Bearer');
  return c.json(problem('the admin key is missing or wrong'), 401);
}

/** Browsers send the cookie by themselves, so a change must be known to come from the page itself. */
function foreignFault(c: Context): string | undefined {
  if (SAFE_METHODS.includes(c.req.method)) return undefined;
  if (!isSameOrigin(c)) return 'with a session, changes are taken from the Monitor page itself only';
  const type = c.req.header('content-type');
  const hasBody = (c.req.header('content-length') ?? '0') !== '0' || c.req.header('transfer-encoding') !== undefined;
  const isJson = type?.trim().toLowerCase() === 'application/json';
  // A form of another page can send any other type without asking first.
  return (hasBody || type !== undefined) && !isJson ? 'the content type must be exactly application/json' : undefined;
}

function isSameOrigin(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin') ?? '';
  const host = c.req.header('host') ?? '';
  return host !== '' && /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, '') === host.toLowerCase();
}

// ---------------------------------------------------------------- signing in

/** Secure is not set: the gateway speaks plain HTTP and cannot know whether a TLS proxy stands before it. */
const COOKIE = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;

function signIn(c: Context, sessions: Sessions) {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  c.header('Cache-Control', 'no-store');
  // What only looks ahead (a link preview, a browser's guess) must not use the code up.
  if (c.req.method === 'HEAD') return c.body(null, 204);
  if (/prefetch|prerender/i.test(c.req.header('sec-purpose') ?? '')) return c.text(AHEAD, 403);
  const caller = `link ${addressOf(c)}`;
  const waitMs = sessions.waitMs(caller);
  if (waitMs > 0) return tooOften(c, waitMs, (text) => c.text(`${text}\n`, 429));
  const token = sessions.signIn(c.req.query('code') ?? '');
  if (token === undefined) {
    sessions.wrong(caller);
    return c.text(BAD_LINK, 403);
  }
  setCookie(c, SESSION_COOKIE, token, { ...COOKIE, maxAge: SESSION_LIFE_MS / 1000 });
  return c.redirect('/', 303);
}

const AHEAD = 'This link is for a person to open.\n';
const BAD_LINK = [
  'This sign-in link does not work: each link works once, and only for a few minutes.',
  '',
  'For a new one, run this on the machine of the gateway:',
  '',
  '    antigravity-tools open',
  '',
].join('\n');

function tooOften<T>(c: Context, waitMs: number, answer: (text: string) => T): T {
  const seconds = Math.ceil(waitMs / 1000);
  c.header('Retry-After', String(seconds));
  return answer(`too many wrong attempts: try again in ${seconds} s`);
}

/** Behind a proxy everybody has the proxy's address and shares one count. */
function addressOf(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress ?? '';
}

// ---------------------------------------------------------------- routes

const json = <T>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
const refusals = {
  401: json(errorSchema, 'The admin key or the session is missing or wrong'),
  403: json(errorSchema, 'Not from here: the message says why'),
};
const linkSchema = z.object({ url: z.string(), expires_in_s: z.number().int() }).openapi('SignInLink');
const sessionSchema = z.object({ version: z.string(), by: z.enum(['session', 'key']) }).openapi('Session');

const linkRoute = createRoute({
  method: 'post',
  path: '/api/session/link',
  summary: 'A one-time link that signs a browser in; with the admin key only',
  security: [{ adminKey: [] }],
  responses: { 200: json(linkSchema, 'The link'), ...refusals },
});
const sessionRoute = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Who is asking',
  security: adminSecurity,
  responses: { 200: json(sessionSchema, 'By what the caller is let in'), ...refusals },
});
const signOutRoute = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Signs out',
  security: adminSecurity,
  responses: { 204: { description: 'The session is over' }, ...refusals },
});

function problem(message: string) {
  return { error: { message } };
}
