/**
 * The three layers of remembered signatures, and the memory of refused ones: by tool call, by the signature itself (which family made it), and by
 * what was said in a session. A layer never answers with a signature that was refused; it never answers by "the latest".
 */

import type { StateStore, World } from '../model/ports.ts';
import { digest, isRecord, signatureDigest } from './digest.ts';
import { DurableLru, type LruLimits } from './lru.ts';

export const signatureLimits: LruLimits = {
  entriesMax: 20_000,
  bytesMax: 64 * 1024 * 1024,
  entryBytesMax: 1024 * 1024,
  lifeMs: 2 * 60 * 60 * 1000,
  refreshMs: 1000,
};

/** Who made a signature. */
export interface Provenance {
  readonly family: string;
  readonly account: string;
  readonly model: string;
}
export interface Known extends Provenance {
  readonly signature: string;
}
/** A thinking block of an answer, as it must come back. */
export interface ThinkingBlock {
  readonly type: 'thinking' | 'redacted_thinking';
  /** The thinking; empty for a redacted block. */
  readonly text: string;
  /** The signature, or the data of a redacted block. */
  readonly signature: string;
  /** How many other blocks of the answer stood before it, counted from the previous tool call. */
  readonly before: number;
}
/** What is remembered of a tool call: its own signature (Gemini), or the thinking that led to it (Anthropic). */
export interface KnownCall extends Provenance {
  readonly call: string;
  readonly session: string;
  readonly name: string;
  readonly signature?: string;
  readonly thinking?: readonly ThinkingBlock[];
}

export interface SignatureCache {
  putCall(caller: string, id: string, known: KnownCall): void;
  call(caller: string, id: string): KnownCall | undefined;
  putProvenance(signature: string, provenance: Provenance): void;
  provenance(signature: string): Provenance | undefined;
  putContent(session: string, content: string, known: Known): void;
  content(session: string, content: string): Known | undefined;
  refused(signature: string): boolean;
  /** A block without any signature that was refused, known by what it says. */
  unsignedRefused(session: string, content: string): boolean;
  refuse(signature: string): void;
  refuseUnsigned(session: string, content: string): void;
  dropCall(caller: string, id: string): void;
  dropContent(session: string, content: string): void;
  refresh(): void;
}

export function createSignatureCache(state: StateStore, world: World, limits = signatureLimits): SignatureCache {
  const lru = new DurableLru(state, world, limits);
  const callKey = (caller: string, id: string): string => `tool:${digest(caller, id)}`;
  const familyKey = (signature: string): string => `family:${signatureDigest(signature)}`;
  const contentKey = (session: string, content: string): string => `session:${digest(session, content)}`;
  const refusedKey = (signature: string): string => `refused:${signatureDigest(signature)}`;
  const unsignedKey = (session: string, content: string): string => `refused:${digest('unsigned', session, content)}`;
  const refused = (signature: string): boolean => lru.get(refusedKey(signature)) !== undefined;
  const read = <T>(key: string, has: (record: Record<string, unknown>) => boolean): T | undefined => {
    const value = lru.get(key);
    const record = value === undefined ? undefined : parse(value);
    return record !== undefined && has(record) ? (record as T) : undefined;
  };

  return {
    putCall: (caller, id, known) => lru.put(callKey(caller, id), JSON.stringify(known)),
    call(caller, id) {
      const known = read<KnownCall>(callKey(caller, id), isKnownCall);
      const signatures = known?.thinking?.map((block) => block.signature) ?? [];
      if (known?.signature !== undefined) signatures.push(known.signature);
      return signatures.some(refused) ? undefined : known;
    },
    putProvenance: (signature, provenance) => lru.put(familyKey(signature), JSON.stringify(provenance)),
    provenance: (signature) => read<Provenance>(familyKey(signature), isProvenance),
    putContent: (session, content, known) => lru.put(contentKey(session, content), JSON.stringify(known)),
    content(session, content) {
      const known = read<Known>(contentKey(session, content), isKnown);
      return known === undefined || refused(known.signature) ? undefined : known;
    },
    refused,
    unsignedRefused: (session, content) => lru.get(unsignedKey(session, content)) !== undefined,
    refuse(signature) {
      lru.drop(familyKey(signature));
      lru.put(refusedKey(signature), '1');
    },
    refuseUnsigned: (session, content) => lru.put(unsignedKey(session, content), '1'),
    dropCall: (caller, id) => lru.drop(callKey(caller, id)),
    dropContent: (session, content) => lru.drop(contentKey(session, content)),
    refresh: () => lru.refresh(),
  };
}

function parse(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isProvenance(record: Record<string, unknown>): boolean {
  return typeof record.family === 'string' && typeof record.account === 'string' && typeof record.model === 'string';
}
function isKnown(record: Record<string, unknown>): boolean {
  return isProvenance(record) && typeof record.signature === 'string';
}
function isKnownCall(record: Record<string, unknown>): boolean {
  const { thinking } = record;
  const whole =
    thinking === undefined ||
    (Array.isArray(thinking) && thinking.every((block) => typeof block?.signature === 'string'));
  return isProvenance(record) && typeof record.call === 'string' && typeof record.session === 'string' && whole;
}
