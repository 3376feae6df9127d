/** Fingerprints: of a signature, of a piece of history, of a tool call. They never depend on the order of members or on who wrote the JSON. */

import { createHash } from 'node:crypto';

/** A fingerprint of several texts; where one ends and the next begins counts. */
export function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64url');
}

/**
 * A fingerprint of a signature by the bytes it stands for: Google's Python SDK sends them back in the URL alphabet of base64, whatever alphabet they
 * came in.
 */
export function signatureDigest(signature: string): string {
  return digest(signature.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
}

/** The same JSON value always gives the same text: members sorted, nothing between them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

/** A tool call by name and arguments, whatever id somebody gave it. */
export function callDigest(name: string, argumentsValue: unknown): string {
  return digest(name, canonical(argumentsValue ?? {}));
}

/** As `callDigest`, from JSON text. Text that does not parse is taken as it is. */
export function callDigestOfText(name: string, argumentsJson: string): string {
  if (argumentsJson.trim() === '') return callDigest(name, {});
  try {
    return callDigest(name, JSON.parse(argumentsJson));
  } catch {
    return digest(name, argumentsJson);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The records of an array, with their places; anything else in it is passed over. */
export function records(value: unknown): readonly { readonly at: number; readonly record: Record<string, unknown> }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((record: unknown, at) => (isRecord(record) ? [{ at, record }] : []));
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
