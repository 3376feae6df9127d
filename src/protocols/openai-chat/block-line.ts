/**
 * Turns what one choice says into blocks that follow each other and never overlap: consecutive text of one kind is one block, every tool call is
 * one. Where a server mixes the pieces of several calls, the later ones wait until the open one is whole; they are never dropped.
 */

import type { StreamEvent } from '../../model/events.ts';
import { isWholeInput } from './call-slots.ts';

export type LineKind = 'text' | 'thinking' | 'tool-call';

export interface LineBlock {
  readonly index: number;
  readonly kind: LineKind | 'whole';
  /** Of a tool call: its arguments so far. */
  input: string;
  /** What it has said while another block was open. */
  readonly waiting: StreamEvent[];
}

export class BlockLine {
  readonly #nextIndex: () => number;
  #open: LineBlock | undefined;
  #queue: LineBlock[] = [];

  /** Block indexes are counted for the whole answer, so that the blocks of two choices never share one. */
  constructor(nextIndex: () => number) {
    this.#nextIndex = nextIndex;
  }

  /** The block that was begun last and has not ended. */
  get last(): LineBlock | undefined {
    return this.#queue.at(-1) ?? this.#open;
  }

  text(kind: 'text' | 'thinking', text: string, out: StreamEvent[]): void {
    const last = this.last;
    const block = last?.kind === kind ? last : this.begin({ type: 'block-start', index: 0, kind, says: false }, out);
    this.#say(block, { type: 'block-delta', index: block.index, kind, text }, out);
  }

  call(start: { readonly id?: string; readonly name?: string }, out: StreamEvent[]): LineBlock {
    return this.begin({ type: 'block-start', index: 0, kind: 'tool-call', says: true, ...start }, out);
  }

  input(block: LineBlock, text: string, out: StreamEvent[]): void {
    if (text === '') return;
    block.input += text;
    this.#say(block, { type: 'block-delta', index: block.index, kind: 'tool-arguments', text }, out);
    if (this.#queue.length > 0) this.#advance(out);
  }

  sign(block: LineBlock, signature: string, out: StreamEvent[]): void {
    this.#say(block, { type: 'block-signature', index: block.index, signature }, out);
  }

  /** Begins a block; its own `index` replaces the one in `start`. */
  begin(start: StreamEvent & { readonly type: 'block-start' }, out: StreamEvent[]): LineBlock {
    const index = this.#nextIndex();
    const kind =
      start.kind === 'text' || start.kind === 'thinking' || start.kind === 'tool-call' ? start.kind : 'whole';
    const block: LineBlock = { index, kind, input: '', waiting: [] };
    this.#queue.push(block);
    block.waiting.push({ ...start, index });
    this.#advance(out);
    return block;
  }

  /** The choice has finished: every block ends, in order. */
  close(out: StreamEvent[]): void {
    if (this.#open !== undefined) out.push({ type: 'block-end', index: this.#open.index });
    for (const block of this.#queue) out.push(...block.waiting, { type: 'block-end', index: block.index });
    this.#open = undefined;
    this.#queue = [];
  }

  #say(block: LineBlock, event: StreamEvent, out: StreamEvent[]): void {
    if (block === this.#open) out.push(event);
    else if (this.#queue.includes(block)) block.waiting.push(event);
  }

  /** Only a call that is not whole keeps what follows it waiting. */
  #advance(out: StreamEvent[]): void {
    while (this.#queue.length > 0) {
      const open = this.#open;
      if (open?.kind === 'tool-call' && !isWholeInput(open.input)) return;
      if (open !== undefined) out.push({ type: 'block-end', index: open.index });
      this.#open = this.#queue.shift();
      out.push(...(this.#open?.waiting.splice(0) ?? []));
    }
  }
}
