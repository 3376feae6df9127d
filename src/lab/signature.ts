/**
 * Signatures of thinking and of tool calls, checkable without memory: a digest of what was signed, a keyed tag over family and digest,
 * and padding that follows from the tag. The key is no secret; the lab guards nothing.
 */

import { createHash, createHmac } from 'node:crypto';
import type { Json } from './step.ts';

export type SignatureFamily = 'claude' | 'gemini' | 'openai';

const KEY = 'the lab signs for practice';
const DIGEST_BYTES = 16;
const TAG_BYTES = 32;
const PADDING_BYTES_MIN = 60;
const PADDING_BYTES_SPREAD = 180;
const FIRST_BYTE = 0x12;
const HEAD_BYTES = 2;
/** Arguments nested deeper are signed as if they were not there. */
const DEPTH_MAX = 200;

/** The placeholders that Gemini documents for calls that never had a signature. */
export const SIGNATURE_PLACEHOLDERS: ReadonlySet<string> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
]);

/** `hidden`: what was signed is not shown to the caller, so it is not compared when it comes back. */
export function mintSignature(family: SignatureFamily, signed: string, hidden = false): string {
  const digest = createHash('sha256').update(signed).digest().subarray(0, DIGEST_BYTES);
  return seal(family, digest, hidden ? 1 : 0).toString('base64');
}

/** Whether the lab minted this signature for this family, and for these words where they were shown. */
export function checkSignature(family: SignatureFamily, signature: unknown, signed?: string): boolean {
  if (typeof signature !== 'string' || signature === '') return false;
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length < HEAD_BYTES + DIGEST_BYTES + TAG_BYTES || bytes[0] !== FIRST_BYTE) return false;
  const flag = bytes[1] ?? 0;
  const digest = bytes.subarray(HEAD_BYTES, HEAD_BYTES + DIGEST_BYTES);
  if (seal(family, digest, flag).toString('base64') !== signature) return false;
  if (signed === undefined || flag === 1) return true;
  return createHash('sha256').update(signed).digest().subarray(0, DIGEST_BYTES).equals(digest);
}

/** What is signed of a tool call: the same for every order of its arguments' members. */
export function callText(name: string, args: unknown): string {
  return `${name}(${canonicalJson(args)})`;
}

function seal(family: SignatureFamily, digest: Uint8Array, flag: number): Buffer {
  const tag = createHmac('sha256', KEY).update(`${family} ${flag} `).update(digest).digest();
  const paddingBytes = PADDING_BYTES_MIN + ((tag[0] ?? 0) % PADDING_BYTES_SPREAD);
  const padding = createHash('shake256', { outputLength: paddingBytes }).update(tag).digest();
  return Buffer.concat([Buffer.from([FIRST_BYTE, flag]), digest, tag, padding]);
}

function canonicalJson(value: unknown, depth = 0): string {
  if (depth >= DEPTH_MAX) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value as Json).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, depth + 1)}`).join(',')}}`;
}
