/** Who may come in: the Host allow-list against DNS rebinding, pages of other sites, and the client keys in any of their four carriers. Pure but for the digests. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { AuthMode } from '../model/config.ts';
import type { Problem } from '../model/request.ts';

export interface GateRules {
  readonly mode: Exclude<AuthMode, 'auto'>;
  readonly keys: readonly string[];
  readonly allowedHosts: readonly string[];
  /** The host the gateway listens on. */
  readonly host: string;
}

export interface Visitor {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Health probes need no key except in `strict` mode. */
  readonly health: boolean;
}

export type Admission = { readonly caller: string } | { readonly problem: Problem };

/** `auto` means: no key on a loopback host, a key for everything but health probes elsewhere. */
export function settledMode(mode: AuthMode, host: string): GateRules['mode'] {
  if (mode !== 'auto') return mode;
  return isLoopback(host) ? 'off' : 'all_except_health';
}

export function admit(visitor: Visitor, rules: GateRules): Admission {
  const host = visitor.headers.host;
  if (!hostAllowed(host, rules)) {
    const shown = JSON.stringify((host ?? '').slice(0, 100));
    return {
      problem: {
        kind: 'forbidden-host',
        message: `this gateway does not answer for the host ${shown} (server.allowed_hosts)`,
      },
    };
  }
  if (isForeignPage(visitor.headers)) {
    const message = 'requests from web pages of other sites are refused';
    return { problem: { kind: 'forbidden-host', status: 403, message } };
  }
  if (rules.mode === 'off' || (visitor.health && rules.mode !== 'strict')) return { caller: '' };
  const digests = rules.keys.map(digest);
  for (const candidate of carriedKeys(visitor)) {
    const offered = digest(candidate);
    if (digests.some((known) => timingSafeEqual(known, offered)))
      return { caller: offered.toString('hex').slice(0, 16) };
  }
  return { problem: { kind: 'unauthorised', message: 'a valid key of this gateway is needed' } };
}

/** Every key the request carries: `x-api-key`, `Authorization: Bearer`, `x-goog-api-key`, `?key=`. */
function carriedKeys(visitor: Visitor): string[] {
  const bearer = /^bearer\s+(.+)$/i.exec(visitor.headers.authorization ?? '')?.[1];
  const carried = [
    visitor.headers['x-api-key'],
    bearer,
    visitor.headers['x-goog-api-key'],
    ...visitor.query.getAll('key'),
  ];
  return carried.filter((key): key is string => key !== undefined && key !== '').map((key) => key.trim());
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function hostAllowed(host: string | undefined, rules: GateRules): boolean {
  if (host === undefined) return false;
  const name = hostName(host);
  if (name === undefined) return false;
  if (isLoopback(name) || name === rules.host.toLowerCase()) return true;
  if (
    rules.allowedHosts.some((allowed) => allowed.toLowerCase() === name || allowed.toLowerCase() === host.toLowerCase())
  )
    return true;
  // A name can be re-bound to another address, an address cannot; an address only reaches us where we listen beyond loopback.
  return !isLoopback(rules.host) && isIP(name) !== 0;
}

function hostName(host: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(host);
  if (bracketed) return bracketed[1]?.toLowerCase();
  const plain = /^([^:@/\\\s]+)(?::\d+)?$/.exec(host);
  return plain?.[1]?.toLowerCase();
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function isForeignPage(headers: Readonly<Record<string, string>>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = headers.origin;
  if (origin === undefined || !/^https?:/.test(origin)) return origin === 'null';
  return origin.replace(/^https?:\/\//, '').toLowerCase() !== headers.host?.toLowerCase();
}
