/** What the walks over a history are given and what they answer with. A walk is pure: the same history and the same memory give the same edits. */

import type { JsonEdit } from '../model/wire.ts';
import type { Known, KnownCall } from './cache.ts';

/** The memory as one walk sees it: of one caller and one session. */
export interface Lookups {
  refused(signature: string): boolean;
  /** The family that made this signature, when it is known. */
  familyOf(signature: string): string | undefined;
  call(id: string): KnownCall | undefined;
  content(content: string): Known | undefined;
  unsignedRefused(content: string): boolean;
  /** Whether an answer of this very session is meant. */
  isOwnSession(session: string): boolean;
}

export interface Restoration {
  readonly edits: readonly JsonEdit[];
  /** The signatures that were put back, one for each block. */
  readonly restored: readonly string[];
  readonly degraded: number;
}

/** A block of a history as the memory may know it. */
export interface Trace {
  /** Absent: the block has none that anybody could refuse by name. */
  readonly signature?: string;
  readonly content: string;
  readonly callIds: readonly string[];
}

/** A call is the remembered one when it says the same, or when the same session made it by that name (clients do tidy up arguments). */
export function isSameCall(known: KnownCall, name: string, call: string, lookups: Lookups): boolean {
  return known.call === call || (known.name === name && lookups.isOwnSession(known.session));
}
