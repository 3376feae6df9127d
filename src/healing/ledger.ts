/**
 * What the client of one exchange has been shown so far. While the upstream's own frames are passed on they are only kept, and read when a failure
 * asks; events are taken in as they go. It never holds what was held back.
 */

import type { StreamEvent, Usage } from '../model/events.ts';
import type { Shown, ShownBlock } from '../model/shown.ts';
import type { Frame, Machine } from '../model/wire.ts';

/** Bytes of frames that are kept to go on from; an answer that is longer cannot be resumed. */
export const ledgerBytesMax = 16 * 1024 * 1024;

export interface Ledger {
  /** Frames that were written; `reader` reads their dialect. */
  frames(frames: readonly Frame[], reader: () => Machine<Frame, StreamEvent>): void;
  events(events: readonly StreamEvent[]): void;
  readonly isEmpty: boolean;
  /** More was shown than is kept. */
  readonly isFull: boolean;
  /** The frames that were written before any event was. */
  readonly written: readonly Frame[];
  shown(): Shown;
}

interface Block {
  readonly index: number;
  readonly kind: ShownBlock['kind'];
  readonly pieces: string[];
  ended: boolean;
  signed?: true;
}

export function createLedger(): Ledger {
  return new ShownSoFar();
}

class ShownSoFar implements Ledger {
  readonly written: Frame[] = [];
  isFull = false;
  readonly #blocks: Block[] = [];
  #usage: Usage = {};
  #stopped = false;
  #bytes = 0;
  /** Frames that nobody has read yet. */
  #unread: Frame[] = [];
  #machine: Machine<Frame, StreamEvent> | undefined;

  get isEmpty(): boolean {
    return this.written.length === 0 && this.#blocks.length === 0 && !this.isFull;
  }

  frames(frames: readonly Frame[], reader: () => Machine<Frame, StreamEvent>): void {
    this.#machine ??= reader();
    if (this.isFull) return;
    for (const frame of frames) {
      this.#bytes += frame.raw.length;
      this.written.push(frame);
      this.#unread.push(frame);
    }
    this.#keepWithinLimit();
  }

  events(events: readonly StreamEvent[]): void {
    this.#readUnread();
    for (const event of events) this.#see(event);
    this.#keepWithinLimit();
  }

  shown(): Shown {
    this.#readUnread();
    const blocks = this.#blocks.map(({ index, kind, pieces, ended, signed }) => ({
      index,
      kind,
      text: pieces.join(''),
      ended,
      ...(signed ? { signed } : {}),
    }));
    return { blocks, usage: this.#usage, stopped: this.#stopped };
  }

  #readUnread(): void {
    const events: StreamEvent[] = [];
    for (const frame of this.#unread) this.#machine?.push(frame, events);
    this.#unread = [];
    for (const event of events) this.#see(event);
  }

  #see(event: StreamEvent): void {
    if (event.type === 'usage') this.#usage = { ...this.#usage, ...event.usage };
    else if (event.type === 'message-end') this.#stopped = true;
    else if (event.type === 'block-start') {
      const pieces = event.argumentsJson === undefined ? [] : [event.argumentsJson];
      this.#blocks.push({ index: event.index, kind: event.kind, pieces, ended: false });
    } else if (event.type === 'block-delta') {
      const block = this.#last(event.index);
      // A source stands in its text's block as a delta of its own, and is no word of it.
      const isBeside = event.kind === 'other' && (block?.kind === 'text' || block?.kind === 'thinking');
      if (!isBeside) block?.pieces.push(event.text);
      // A reason to stop that is followed by more was none.
      this.#stopped = false;
      this.#bytes += event.text.length;
    } else if (event.type === 'block-signature') {
      const block = this.#last(event.index);
      if (block) block.signed = true;
    } else if (event.type === 'block-end') {
      const block = this.#last(event.index);
      if (block) block.ended = true;
    }
  }

  #last(index: number): Block | undefined {
    return this.#blocks.findLast((block) => block.index === index);
  }

  #keepWithinLimit(): void {
    if (this.#bytes <= ledgerBytesMax) return;
    this.isFull = true;
    this.#unread = [];
    this.written.length = 0;
    this.#blocks.length = 0;
  }
}
