/**
 * Watches the events that are about to be shown to a client and names the first that its dialect does not allow there. What is illegal is never
 * sent: the attempt fails, with these words in the journal. One automaton for each dialect, driven by a table. Pure.
 */

import type { StreamEvent } from '../model/events.ts';
import type { Protocol } from '../model/request.ts';

export interface Grammar {
  /** Undefined when the event is legal. */
  see(event: StreamEvent): string | undefined;
}

interface GrammarRow {
  readonly why: string;
  /** Whether only one block is open at a time. */
  readonly oneOpenBlock: boolean;
  /** Whether blocks are numbered 0, 1, 2 without a gap. */
  readonly countsBlocks: boolean;
  /** Whether content may follow the reason to stop. */
  readonly speaksAfterStop: boolean;
}

const GRAMMAR: Readonly<Record<Protocol, GrammarRow>> = {
  anthropic: {
    why: 'clients collect content by its index and take the last block for the answer',
    oneOpenBlock: true,
    countsBlocks: true,
    speaksAfterStop: false,
  },
  gemini: {
    why: 'parts carry no numbers, and code execution states a reason to stop in the middle',
    oneOpenBlock: false,
    countsBlocks: false,
    speaksAfterStop: true,
  },
  'openai-chat': {
    why: 'calls are numbered by the upstream and may come in pieces between each other; counts follow the reason to finish',
    oneOpenBlock: false,
    countsBlocks: false,
    speaksAfterStop: true,
  },
  'openai-responses': {
    why: 'items may be open side by side; nothing follows the terminal event',
    oneOpenBlock: false,
    countsBlocks: false,
    speaksAfterStop: false,
  },
};

/** `firstIndex`: the number of the first block that is still to begin; `open`: blocks that were shown and not ended. */
export function createGrammar(
  protocol: Protocol,
  shown: { readonly firstIndex: number; readonly open: readonly number[] } = { firstIndex: 0, open: [] },
): Grammar {
  const row = GRAMMAR[protocol];
  const open = new Set(shown.open);
  let begun = shown.firstIndex;
  let next = shown.firstIndex;
  let isStopped = false;
  let isComplete = false;

  const start = (index: number): string | undefined => {
    if (row.oneOpenBlock && open.size > 0) return `block ${index} begins while block ${[...open].join(', ')} is open`;
    if (row.countsBlocks && index !== next) return `block ${index} begins where block ${next} is due`;
    next = index + 1;
    open.add(index);
    begun += 1;
    return undefined;
  };

  return {
    see(event) {
      if (isComplete) return isContent(event) ? `${event.type} after the end of the answer` : undefined;
      if (isStopped && !row.speaksAfterStop && isContent(event)) return `${event.type} after the reason to stop`;
      switch (event.type) {
        case 'block-start':
          return start(event.index);
        case 'block-delta':
          return row.oneOpenBlock && !open.has(event.index)
            ? `a delta of block ${event.index}, which is not open`
            : undefined;
        case 'block-end':
          if (row.oneOpenBlock && !open.has(event.index)) return `the end of block ${event.index}, which is not open`;
          open.delete(event.index);
          return undefined;
        case 'message-start':
          return row.oneOpenBlock && begun > 0 ? 'a second start inside the answer' : undefined;
        case 'message-end':
          isStopped = true;
          return undefined;
        case 'message-complete':
          isComplete = true;
          return undefined;
        default:
          return undefined;
      }
    },
  };
}

function isContent(event: StreamEvent): boolean {
  return event.type === 'block-start' || event.type === 'block-delta';
}
