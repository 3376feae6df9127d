/**
 * What the frames that a client was already sent say, in the words of the dialect's own reader: where a writer that goes on has to begin. It reads
 * what was written and nothing else, and it never ends the stream.
 */

import type { StreamEvent, Usage } from '../model/events.ts';
import type { Frame, Machine } from '../model/wire.ts';

export type BlockStart = Extract<StreamEvent, { readonly type: 'block-start' }>;

export interface ShownAnswer {
  readonly events: readonly StreamEvent[];
  /** Blocks that have begun and not ended, in the order of their beginnings. */
  readonly open: readonly BlockStart[];
  /** Counts as far as they were stated. */
  readonly usage: Usage;
}

export function readShown(reader: Machine<Frame, StreamEvent>, frames: readonly Frame[]): ShownAnswer {
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  const open = new Map<number, BlockStart>();
  let usage: Usage = {};
  for (const event of events) {
    if (event.type === 'block-start') open.set(event.index, event);
    else if (event.type === 'block-end') open.delete(event.index);
    else if (event.type === 'usage') usage = { ...usage, ...event.usage };
  }
  return { events, open: [...open.values()], usage };
}
