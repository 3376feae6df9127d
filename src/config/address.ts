/**
 * Which hosts are on this machine or on a private network, by name or by address. A name is judged without asking DNS,
 * so this guards against mistakes in the file; the address a name leads to is checked again when connecting.
 */

import { BlockList, isIP } from 'node:net';

/** Why a host counts as loopback, private or link-local; undefined for a public one. IPv6 may stand in brackets. */
export function privateReason(host: string): string | undefined {
  const name = bare(host);
  const family = isIP(name);
  if (family !== 0) return addressReason(name, family);
  if (name === '') return 'an empty host';
  if (name === 'localhost' || name.endsWith('.localhost')) return 'a loopback name';
  if (!name.includes('.')) return 'a name without a domain';
  const suffix = PRIVATE_SUFFIXES.find((ending) => name.endsWith(ending));
  return suffix === undefined ? undefined : `a name under ${suffix}`;
}

/** Whether listening on this host keeps the gateway to this machine. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  const family = isIP(name);
  if (family === 0) return name === 'localhost' || name.endsWith('.localhost');
  return loopback.check(name, family === 4 ? 'ipv4' : 'ipv6');
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
}

function addressReason(address: string, family: number): string | undefined {
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(address, type)) return 'a loopback address';
  return closed.check(address, type) ? 'a private, link-local or reserved address' : undefined;
}

const PRIVATE_SUFFIXES = ['.local', '.internal', '.localdomain', '.lan', '.intranet', '.home.arpa'];

/** A `BlockList` compares IPv4-mapped IPv6 addresses with its IPv4 ranges. */
const loopback = ranges([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

const closed = ranges([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  /** Ways to write an IPv4 address inside IPv6: NAT64, 6to4, Teredo. */
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
]);

function ranges(subnets: readonly (readonly [string, number])[]): BlockList {
  const blocks = new BlockList();
  for (const [network, bits] of subnets) blocks.addSubnet(network, bits, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return blocks;
}
