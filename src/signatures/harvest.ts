/**
 * Collects one answer from its events: what was said, what was thought and what signed it. It only remembers, and nothing of it counts until the
 * answer is known to be complete. It runs on the data path: pieces are kept as they come and joined once, at the end.
 */

import type { BlockKind, StreamEvent } from '../model/events.ts';

export interface HarvestedBlock {
  readonly kind: BlockKind;
  readonly id: string;
  readonly name: string;
  /** Text, thinking, or the arguments of a tool call as JSON text. */
  readonly text: string;
  /** Of a redacted block its data. Empty when there was none. */
  readonly signature: string;
}

export interface HarvestedAnswer {
  /** The model as the upstream names it; empty when it did not say. */
  readonly model: string;
  /** In the order of their beginnings. */
  readonly blocks: readonly HarvestedBlock[];
}

/** An answer that has more blocks than this is not harvested. */
export const harvestedBlocksMax = 10_000;
/** Nor is one that says more than this. */
export const harvestedCharactersMax = 32 * 1024 * 1024;

export interface AnswerCollector {
  see(event: StreamEvent): void;
  /** Absent when a limit was passed. */
  answer(): HarvestedAnswer | undefined;
}

export function createAnswerCollector(): AnswerCollector {
  const blocks: OpenBlock[] = [];
  const open = new Map<number, OpenBlock>();
  let model = '';
  let characters = 0;
  let isOver = false;

  const start = (event: Extract<StreamEvent, { type: 'block-start' }>): void => {
    const pieces = event.argumentsJson === undefined ? [] : [event.argumentsJson];
    const block: OpenBlock = { kind: event.kind, id: event.id ?? '', name: event.name ?? '', pieces, signature: '' };
    open.set(event.index, block);
    blocks.push(block);
  };
  // Gemini also sends signatures that stand alone.
  const sign = (index: number, signature: string): void => {
    const block = open.get(index);
    if (block === undefined) blocks.push({ kind: 'other', id: '', name: '', pieces: [], signature });
    else block.signature = signature;
  };

  return {
    see(event) {
      if (isOver) return;
      switch (event.type) {
        case 'message-start':
          model = event.model ?? model;
          break;
        case 'block-start':
          start(event);
          break;
        case 'block-delta':
          if (event.kind === 'other') break;
          open.get(event.index)?.pieces.push(event.text);
          characters += event.text.length;
          break;
        case 'block-signature':
          if (event.signature !== '') sign(event.index, event.signature);
          break;
      }
      if (blocks.length <= harvestedBlocksMax && characters <= harvestedCharactersMax) return;
      isOver = true;
      blocks.length = 0;
      open.clear();
    },
    answer: () => (isOver ? undefined : { model, blocks: blocks.map(joined) }),
  };
}

interface OpenBlock {
  readonly kind: BlockKind;
  readonly id: string;
  readonly name: string;
  readonly pieces: string[];
  signature: string;
}

function joined({ pieces, ...block }: OpenBlock): HarvestedBlock {
  return { ...block, text: pieces.join('') };
}
