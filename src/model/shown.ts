/** What a client has been shown of one answer, read from what was written to it. */

import type { BlockKind, Usage } from './events.ts';

export interface ShownBlock {
  readonly index: number;
  readonly kind: BlockKind;
  /** Text, thinking or arguments, as far as they were shown. */
  readonly text: string;
  readonly ended: boolean;
  /** Its signature has been shown. */
  readonly signed?: true;
}

export interface Shown {
  readonly blocks: readonly ShownBlock[];
  /** As the upstreams stated it so far. */
  readonly usage: Usage;
  /** The reason to stop has been shown. */
  readonly stopped: boolean;
}
