/**
 * Says whether an address may be dialled by a connection that is meant for the public internet. It is asked about the address that is really
 * connected to, not about the name: a name is resolved once and the answer is used, so a name server cannot change its mind in between.
 */

import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}
/** Resolves a name to all its addresses. */
export type Resolve = (
  hostname: string,
  family: number,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly ResolvedAddress[]) => void,
) => void;

/** Refused before a connection is made. Names the host, never the path or the query. */
export class PrivateAddressError extends Error {
  readonly code = 'ERR_PRIVATE_ADDRESS';
  constructor(host: string) {
    super(`${host} is a loopback or private address; set allow_private: true for this account if that is meant`);
    this.name = 'PrivateAddressError';
  }
}

export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  if (family === 4) return !ipv4Special.check(bare, 'ipv4');
  // A zone id belongs to a link-local address; the block list cannot read one.
  if (family !== 6 || bare.includes('%')) return false;
  return ipv6Global.check(bare, 'ipv6') && !ipv6Special.check(bare, 'ipv6');
}

/** For hosts whose address is not seen here (a proxy resolves them): literals are checked, and names that are local by definition are refused. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (isIP(host) !== 0 || host.includes(':')) return isPublicAddress(host);
  return host.includes('.') && !localNames.test(host);
}

export function isLoopbackHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

type LookupDone = (error: NodeJS.ErrnoException | null, address?: string | ResolvedAddress[], family?: number) => void;

/** A `lookup` for `net.connect` that answers with the public addresses of a name and fails when it has none. */
export function publicLookup(resolve: Resolve = systemResolve) {
  return (
    hostname: string,
    options: { readonly all?: boolean; readonly family?: number | string },
    done: LookupDone,
  ): void => {
    resolve(hostname, familyOf(options.family), (error, addresses) => {
      if (error !== null) return done(error);
      const open = addresses.filter((entry) => isPublicAddress(entry.address));
      const first = open[0];
      if (first === undefined) return done(new PrivateAddressError(hostname));
      if (options.all === true) return done(null, open);
      done(null, first.address, first.family);
    });
  };
}

/** As `publicLookup`, without the check. Only needed where a resolver is handed in. */
export function plainLookup(resolve: Resolve) {
  return (
    hostname: string,
    options: { readonly all?: boolean; readonly family?: number | string },
    done: LookupDone,
  ): void => {
    resolve(hostname, familyOf(options.family), (error, addresses) => {
      const first = addresses[0];
      if (error !== null || first === undefined) return done(error ?? new Error(`${hostname} has no address`));
      if (options.all === true) return done(null, [...addresses]);
      done(null, first.address, first.family);
    });
  };
}

const systemResolve: Resolve = (hostname, family, done) => {
  systemLookup(hostname, { all: true, family }, (error, addresses) => done(error, addresses ?? []));
};

function familyOf(family: number | string | undefined): number {
  if (family === 4 || family === 'IPv4') return 4;
  if (family === 6 || family === 'IPv6') return 6;
  return 0;
}

const localNames = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/;

// Two lists, because a rule for IPv4-mapped IPv6 addresses in a common list would match every IPv4 address.
const ipv4Special = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);
// Everything outside 2000::/3 is refused: loopback, unspecified, IPv4-mapped, NAT64, unique local, link-local, site-local, multicast.
const ipv6Global = subnets('ipv6', [['2000::', 3]]);
const ipv6Special = subnets('ipv6', [
  // Protocol assignments, with Teredo (2001::/32) among them: they carry an IPv4 address inside.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 carries an IPv4 address inside.
  ['2002::', 16],
  ['3fff::', 20],
]);

function subnets(family: 'ipv4' | 'ipv6', entries: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of entries) list.addSubnet(address, prefix, family);
  return list;
}
