/**
 * Joins the answer of an attempt that goes on to what the client has been shown: no second start, block numbers that count on, text that goes on in
 * the block that is open, usage summed over what was delivered. Thinking that was cut is ended and begun anew; new thoughts that only lead to the rest
 * of a text are not told, because they would split it. What contradicts the shown text is not glued: `see` then says so, and nothing of it gets out. Pure.
 */

import type { StreamEvent, Usage } from '../model/events.ts';
import type { Shown } from '../model/shown.ts';
import { isThought } from './content.ts';
import { createSeam, type Seam, type SeamVerdict } from './seam.ts';

export interface Joiner {
  /** Appends what may be told. Returns what is wrong when the attempt is no continuation. */
  see(events: readonly StreamEvent[], out: StreamEvent[]): string | undefined;
}

type Of<Type extends StreamEvent['type']> = Extract<StreamEvent, { readonly type: Type }>;

/** `repeats`: the end of the shown text that the upstream was not told of. */
export function createJoiner(shown: Shown, repeats: string): Joiner {
  return new JoinedAnswer(shown, repeats);
}

/** The visible text of an answer, over all its blocks. */
export function shownText(shown: Shown): string {
  return shown.blocks
    .filter(({ kind }) => kind === 'text')
    .map(({ text }) => text)
    .join('');
}

/** The number of the block that would begin next. */
export function nextIndexOf(shown: Shown): number {
  return shown.blocks.reduce((next, { index }) => Math.max(next, index + 1), 0);
}

interface Pending {
  readonly start: Of<'block-start'>;
  /** Sources that came before the first word. */
  readonly citations: Of<'citation'>[];
}

class JoinedAnswer implements Joiner {
  readonly #shown: Shown;
  readonly #seam: Seam;
  /** Of the shown text, over all its blocks. */
  readonly #textLength: number;
  /** The seam is behind us: everything passes. */
  #isJoined: boolean;
  /** Events since the first text of the continuation, while the seam is open. */
  #held: StreamEvent[] = [];
  /** Characters of the continuation that were shown already and have not come by yet. */
  #cut = 0;
  #open:
    | { readonly index: number; readonly kind: string; readonly length: number; readonly signed: boolean }
    | undefined;
  #nextIndex: number;
  /** Block of the continuation → block of the joined answer. */
  readonly #places = new Map<number, number>();
  /** Texts and thoughts that have begun and of which nothing is told yet. */
  readonly #pending = new Map<number, Pending>();
  /** Thoughts without words: told before what follows them, and not at all where nothing does or the open text goes on. */
  #silent: { readonly start: Of<'block-start'>; readonly signature: Of<'block-signature'> }[] = [];
  /** Words were shown, and no block of the continuation has begun: its thoughts would split the text, or end the answer, so they are told only before something else. */
  #isAfterWords: boolean;
  readonly #aside = new Set<number>();
  #thoughts: StreamEvent[] = [];
  /** Blocks of the continuation that go on in a text that another attempt began: their signature is not that of the text, or is there already. */
  readonly #unsigned = new Set<number>();
  /** The continuation tells the answer from its start. */
  #isRetold = false;
  /** How far positions in a text block move: what was shown of it, less what was cut. */
  readonly #shifts = new Map<number, number>();

  constructor(shown: Shown, repeats: string) {
    this.#shown = shown;
    const text = shownText(shown);
    this.#seam = createSeam(text, repeats);
    this.#textLength = text.length;
    this.#isJoined = text === '';
    this.#isAfterWords = text !== '';
    const last = shown.blocks.findLast(({ ended }) => !ended);
    this.#open = last && { index: last.index, kind: last.kind, length: last.text.length, signed: last.signed === true };
    this.#nextIndex = nextIndexOf(shown);
  }

  see(events: readonly StreamEvent[], out: StreamEvent[]): string | undefined {
    for (const event of events) {
      const wrong = this.#isJoined ? this.#tell(event, out) : this.#approach(event, out);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** Before the seam is found: text waits, and so does everything behind it. */
  #approach(event: StreamEvent, out: StreamEvent[]): string | undefined {
    const isText = event.type === 'block-delta' && event.kind === 'text';
    const isWaiting = this.#held.length > 0;
    if (!isText && !isWaiting && !endsText(event)) return this.#tell(event, out);
    const verdict = isText ? this.#seam.push(event.text) : endsText(event) ? this.#seam.end() : undefined;
    this.#held.push(event);
    return verdict === undefined ? undefined : this.#settle(verdict, out);
  }

  #settle(verdict: SeamVerdict, out: StreamEvent[]): string | undefined {
    if (verdict.is === 'open') return undefined;
    if (verdict.is === 'contradiction') return verdict.detail;
    this.#cut = verdict.cut;
    this.#isRetold = verdict.cut > 0 && verdict.cut === this.#textLength;
    this.#isJoined = true;
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.#tell(event, out);
    return undefined;
  }

  #tell(event: StreamEvent, out: StreamEvent[]): undefined {
    if (this.#isAside(event)) {
      this.#thoughts.push(event);
      return;
    }
    switch (event.type) {
      case 'message-start':
        return;
      case 'usage':
        out.push({ type: 'usage', usage: summed(this.#shown.usage, event.usage) });
        return;
      case 'block-start':
        if (event.kind === 'text' || (event.kind === 'thinking' && !event.says)) {
          this.#pending.set(event.index, { start: event, citations: [] });
        } else this.#begin(event, out);
        return;
      case 'block-delta':
        this.#delta(event, out);
        return;
      case 'block-signature':
        this.#follow(event, out);
        return;
      case 'block-end':
        this.#end(event, out);
        return;
      case 'citation':
        this.#cite(event, out);
        return;
      case 'message-end':
        this.#endOpen(out);
        out.push(event);
        return;
      default:
        out.push(event);
    }
  }

  #isAside(event: StreamEvent): boolean {
    if (event.type === 'block-start') {
      if (!isThought(event) || !this.#isAfterWords) return false;
      this.#aside.add(event.index);
      return true;
    }
    return 'index' in event && event.index !== undefined && this.#aside.has(event.index);
  }

  #delta(event: Of<'block-delta'>, out: StreamEvent[]): void {
    const cut = event.kind === 'text' ? Math.min(this.#cut, event.text.length) : 0;
    this.#cut -= cut;
    const text = event.text.slice(cut);
    const pending = this.#pending.get(event.index);
    if (cut > 0 && pending) this.#shifts.set(event.index, (this.#shifts.get(event.index) ?? 0) - cut);
    // Only words begin a block of text.
    if (text === '' || (pending?.start.kind === 'text' && event.kind !== 'text')) return;
    if (pending) this.#place(pending, out);
    const index = this.#places.get(event.index);
    if (index !== undefined) out.push({ ...event, index, text });
  }

  /** The first words of a block: a text goes on in the open one, or it begins. */
  #place({ start, citations }: Pending, out: StreamEvent[]): void {
    this.#pending.delete(start.index);
    if (start.kind === 'text' && this.#open?.kind === 'text') {
      this.#silent = [];
      this.#thoughts = [];
      // What named its sources before its words was shown with them when its beginning was shown.
      if (this.#shifts.has(start.index)) citations.length = 0;
      if (!this.#isRetold || this.#open.signed) this.#unsigned.add(start.index);
      this.#places.set(start.index, this.#open.index);
      this.#shifts.set(start.index, (this.#shifts.get(start.index) ?? 0) + this.#open.length);
      this.#open = undefined;
    } else this.#begin(start, out);
    for (const citation of citations) this.#cite(citation, out);
  }

  #begin(start: Of<'block-start'>, out: StreamEvent[]): void {
    this.#endOpen(out);
    this.#isAfterWords = false;
    const thoughts = this.#thoughts;
    this.#thoughts = [];
    this.#aside.clear();
    for (const thought of thoughts) this.#tell(thought, out);
    const silent = this.#silent;
    this.#silent = [];
    for (const thought of silent) {
      this.#begin(thought.start, out);
      this.#follow(thought.signature, out);
      this.#end({ type: 'block-end', index: thought.start.index }, out);
    }
    const index = this.#nextIndex;
    this.#nextIndex += 1;
    this.#places.set(start.index, index);
    out.push({ ...start, index });
  }

  /** A block that was shown and does not go on. */
  #endOpen(out: StreamEvent[]): void {
    if (this.#open) out.push({ type: 'block-end', index: this.#open.index });
    this.#open = undefined;
  }

  #follow(event: Of<'block-signature'>, out: StreamEvent[]): void {
    const pending = this.#pending.get(event.index);
    if (pending?.start.kind === 'thinking') {
      this.#pending.delete(event.index);
      this.#silent.push({ start: pending.start, signature: event });
      return;
    }
    // The signature of a text of which all was shown already goes with the block that is open.
    if (pending && this.#open?.kind === 'text') this.#place(pending, out);
    if (this.#unsigned.has(event.index)) return;
    const index = this.#places.get(event.index);
    if (index !== undefined) out.push({ ...event, index });
    else if (!this.#pending.has(event.index)) {
      this.#endOpen(out);
      out.push({ ...event, index: this.#nextIndex });
      this.#nextIndex += 1;
    }
  }

  #end(event: Of<'block-end'>, out: StreamEvent[]): void {
    // All of it was shown already.
    if (this.#pending.delete(event.index)) return;
    const index = this.#places.get(event.index);
    if (index !== undefined) out.push({ ...event, index });
  }

  #cite(event: Of<'citation'>, out: StreamEvent[]): void {
    const { index, citation } = event;
    // Some dialects name the sources of a text before its words.
    if (index !== undefined) this.#pending.get(index)?.citations.push(event);
    const place = index === undefined ? undefined : this.#places.get(index);
    if (index !== undefined && place === undefined) return;
    const shift = index === undefined ? 0 : (this.#shifts.get(index) ?? 0);
    const { start, end } = citation;
    const moved = {
      ...citation,
      ...(start === undefined ? {} : { start: start + shift }),
      ...(end === undefined ? {} : { end: end + shift }),
    };
    out.push({ type: 'citation', ...(place === undefined ? {} : { index: place }), citation: moved });
  }
}

/** What can only stand behind the whole text. Thoughts, and tools that the provider runs itself, stand before it and between its parts. */
const PASSING: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted-thinking', 'server-tool']);

function endsText(event: StreamEvent): boolean {
  if (event.type === 'block-start') return !PASSING.has(event.kind) && event.says;
  return event.type === 'message-end' || event.type === 'message-complete';
}

/** Prompts are counted once, as the client was told first; what was generated is added up. Nothing is counted that no upstream stated. */
function summed(before: Usage, now: Usage): Usage {
  const { outputTokens, thoughtTokens, ...prompt } = now;
  const { outputTokens: outputBefore, thoughtTokens: thoughtBefore, ...promptBefore } = before;
  const isPromptStated = Object.keys(promptBefore).length > 0;
  return {
    ...(isPromptStated ? promptBefore : prompt),
    ...sum('outputTokens', outputTokens, outputBefore),
    ...sum('thoughtTokens', thoughtTokens, thoughtBefore),
  };
}

function sum(name: 'outputTokens' | 'thoughtTokens', now?: number, before?: number): Usage {
  return now === undefined && before === undefined ? {} : { [name]: (now ?? 0) + (before ?? 0) };
}
