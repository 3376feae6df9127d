/** The blocks of another upstream's answer as they wait to be told, and those that a client already has. */

import type { StreamEvent } from '../../model/events.ts';
import type { BlockStart } from '../shown-answer.ts';

/** The blocks that a client already has. */
export interface ShownBlocks {
  /** The index of the next block. */
  readonly nextIndex: number;
  readonly callIds: readonly string[];
  /** The block that has not ended, and whether nothing stands in it yet. */
  readonly open: { readonly start: BlockStart; readonly isEmpty: boolean } | undefined;
}

export type EventOf<Type extends StreamEvent['type']> = Extract<StreamEvent, { readonly type: Type }>;
export type SourceEvent =
  | EventOf<'block-delta'>
  | (Signed & { readonly type: 'block-signature' })
  | EventOf<'block-end'>
  | EventOf<'citation'>;

/** A signature and the line of models that made it. */
export interface Signed {
  readonly signature: string;
  readonly family: string;
}

export interface Source {
  readonly start: BlockStart;
  readonly waiting: SourceEvent[];
  signature: Signed | undefined;
  /** Its block has begun. */
  isTold: boolean;
  /** Of the block that the client had when this writer took over. */
  readonly isShown: boolean;
}
