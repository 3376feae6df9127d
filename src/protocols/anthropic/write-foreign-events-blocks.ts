/**
 * Turns the events of another dialect's answer into content blocks of the Anthropic stream: strictly one after the other, whatever order the
 * upstream chose, and with foreign signatures where a client brings them back (`signature-envelope.ts`). It says nothing that the upstream did not
 * say; what an Anthropic answer has no block for becomes text or is left out (`losses.ts`).
 */

import type { Citation } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { BlockStart } from '../shown-answer.ts';
import { familyOfSigner, type SignaturePlace, seal } from '../signature-envelope.ts';
import { isOwnBlock, ownCitation, ownDelta } from './write-foreign-events-own.ts';
import type { EventOf, ShownBlocks, Signed, Source, SourceEvent } from './write-foreign-events-sources.ts';
import { codeText, markdownMedia, markdownSources, webCitation } from './write-foreign-events-text.ts';

/** Writes one event of the Anthropic stream. */
export type Tell = (type: string, fields: JsonObject) => void;

export class ForeignBlocks {
  readonly #tell: Tell;
  readonly #options: ForeignOptions;
  readonly #idPrefix: string;
  /** Blocks the upstream has begun, in its order. Only the first is told; the events of the others wait. */
  readonly #queue: Source[] = [];
  readonly #callIds: Set<string>;
  #nextIndex: number;
  #open: OpenBlock | undefined;
  /** Signs the block told last, and is told once another block follows it. */
  #before: Signed | undefined;
  /** Sources that found no text to stand on. */
  readonly #sources: Citation[] = [];

  constructor(tell: Tell, options: ForeignOptions, shown?: ShownBlocks) {
    this.#tell = tell;
    this.#options = options;
    this.#idPrefix = `toolu_${options.answerId}`;
    this.#callIds = new Set(shown?.callIds);
    this.#nextIndex = shown?.nextIndex ?? 0;
    if (shown?.open !== undefined) this.#goOn(shown.open);
  }

  get hasCalls(): boolean {
    return this.#callIds.size > 0;
  }

  see(event: StreamEvent): void {
    switch (event.type) {
      case 'block-start':
        this.#begun(event);
        break;
      case 'block-delta':
      case 'block-end':
        this.#find(event.index)?.waiting.push(event);
        break;
      case 'block-signature':
        this.#takeSignature(event);
        break;
      case 'citation':
        this.#takeCitation(event);
        break;
      default:
        return;
    }
    this.#drain();
  }

  #goOn({ start, isEmpty }: NonNullable<ShownBlocks['open']>): void {
    this.#open = { index: start.index, type: start.kind, isEmpty };
    this.#queue.push({ start, waiting: [], signature: undefined, isTold: true, isShown: true });
  }

  #begun(start: BlockStart): void {
    const [head] = this.#queue;
    // Who goes on with something else has given up what was open; and an index that comes again is a block of its own.
    const ended = head?.isShown === true ? head : this.#find(start.index);
    ended?.waiting.push({ type: 'block-end', index: ended.start.index });
    this.#queue.push({ start, waiting: [], signature: undefined, isTold: false, isShown: false });
  }

  /** The answer is complete: everything is told and closed. */
  finish(): void {
    for (const source of this.#queue) source.waiting.push({ type: 'block-end', index: source.start.index });
    this.#drain();
    // After a tool call there is no place for text.
    if (!this.hasCalls) this.#tellText(markdownSources(this.#sources));
    this.#close();
  }

  /** The last block with this index that has not ended. */
  #find(index: number): Source | undefined {
    return this.#queue.findLast(({ start, waiting }) => start.index === index && waiting.at(-1)?.type !== 'block-end');
  }

  #takeSignature(event: EventOf<'block-signature'>): void {
    const signed = { type: event.type, signature: event.signature, family: familyOfSigner(this.#options) } as const;
    const source = this.#find(event.index);
    if (source !== undefined) source.waiting.push(signed);
    // Gemini signs a part of its own when there is none to sign.
    else if (this.#queue.length === 0) this.#before ??= signed;
  }

  #takeCitation(event: EventOf<'citation'>): void {
    const source = event.index === undefined ? undefined : this.#find(event.index);
    if (source !== undefined) source.waiting.push(event);
    else this.#cite(event.citation);
  }

  #drain(): void {
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const event = head.waiting.shift();
      if (event === undefined) return;
      this.#step(head, event);
      if (event.type === 'block-end') this.#queue.shift();
    }
  }

  #step(source: Source, event: SourceEvent): void {
    if (event.type === 'block-signature') source.signature = event;
    else if (event.type === 'citation') this.#citeIn(source, event.citation);
    else if (event.type === 'block-delta') this.#tellDelta(source, event);
    else this.#endSource(source);
  }

  #tellDelta(source: Source, { kind, text }: EventOf<'block-delta'>): void {
    if (text === '') return;
    const block = source.start.kind;
    if (isOwnBlock(source.start)) {
      this.#begin(source, source.start.wire);
      this.#delta(ownDelta(kind, text));
    } else if (block === 'tool-call' && kind === 'tool-arguments') {
      this.#beginCall(source);
      this.#delta({ type: 'input_json_delta', partial_json: text });
    } else if (block === 'thinking' && kind === 'thinking') {
      this.#begin(source, { type: 'thinking', thinking: '', signature: '' });
      this.#delta({ type: 'thinking_delta', thinking: text });
    } else if (block === 'text' && kind === 'text') {
      this.#begin(source, { type: 'text', text: '' });
      this.#delta({ type: 'text_delta', text });
    }
  }

  /** What came before the first word of a block decides how it begins; only then its signature is known to be its own. */
  #begin(source: Source, block: JsonObject): void {
    if (source.isTold) return;
    source.isTold = true;
    if (block.type !== 'thinking' && source.signature !== undefined) {
      this.#carry(source.signature, 'next');
      source.signature = undefined;
    }
    this.#openBlock(block);
  }

  #beginCall(source: Source): void {
    if (source.isTold) return;
    const { id, name, argumentsJson } = source.start;
    this.#begin(source, { type: 'tool_use', id: this.#callId(id), name: name ?? '', input: {} });
    // The API itself sends an empty piece first, and none for a call without arguments.
    this.#delta({ type: 'input_json_delta', partial_json: '' });
    if (argumentsJson !== undefined && argumentsJson !== '{}') {
      this.#delta({ type: 'input_json_delta', partial_json: argumentsJson });
    }
  }

  #callId(stated: string | undefined): string {
    const wanted = stated === undefined || stated === '' ? `${this.#idPrefix}_${this.#callIds.size + 1}` : stated;
    let id = wanted;
    for (let n = 2; this.#callIds.has(id); n++) id = `${wanted}_${n}`;
    this.#callIds.add(id);
    return id;
  }

  #endSource(source: Source): void {
    const { start } = source;
    if (isOwnBlock(start)) {
      this.#begin(source, start.wire);
      this.#close();
      return;
    }
    switch (start.kind) {
      case 'tool-call':
        this.#beginCall(source);
        break;
      case 'thinking':
      case 'redacted-thinking':
        this.#endThinking(source);
        return;
      case 'media':
        this.#tellText(start.media === undefined ? '' : (markdownMedia(start.media) ?? ''));
        return;
      case 'code':
        this.#tellText(start.code === undefined ? '' : codeText(start.code));
        return;
      case 'server-tool':
      case 'other':
        // The block is left out, so nothing comes back that its signature would sign.
        return;
      default:
    }
    // Text and calls whose signature came late, and empty parts that have nothing but one.
    if (source.signature !== undefined) this.#before ??= source.signature;
  }

  /** A thinking block without a signature stays open: it may carry that of the block after it. */
  #endThinking({ start, signature, isTold, isShown }: Source): void {
    if (signature === undefined) {
      // One that was broken off must not be signed by what follows it.
      if (isShown && this.#open?.isEmpty === false) this.#close();
      return;
    }
    if (start.kind === 'redacted-thinking' && signature.family === ownFamily) {
      this.#openBlock({ type: 'redacted_thinking', data: signature.signature });
      this.#close();
      return;
    }
    if (!isTold) this.#openBlock({ type: 'thinking', thinking: '', signature: '' });
    this.#signOpen(signature, 'here');
  }

  #tellText(text: string): void {
    if (text === '') return;
    this.#openBlock({ type: 'text', text: '' });
    this.#delta({ type: 'text_delta', text });
  }

  #carry(signature: Signed, place: SignaturePlace): void {
    if (this.#open?.type !== 'thinking' || this.#before !== undefined) {
      this.#openBlock({ type: 'thinking', thinking: '', signature: '' });
    }
    this.#signOpen(signature, place);
  }

  /** Claude's own stands as Claude wrote it: so it is read back, and the API is sent it as it is. */
  #signOpen({ signature, family }: Signed, place: SignaturePlace): void {
    const isOwn = family === ownFamily && place === 'here';
    this.#delta({ type: 'signature_delta', signature: isOwn ? signature : seal(signature, { family, place }) });
    this.#close();
  }

  #citeIn(source: Source, citation: Citation): void {
    const own = source.start.kind === 'text' ? ownCitation(citation) : undefined;
    if (own === undefined) {
      this.#cite(citation);
      return;
    }
    // The API names its sources before the text that rests on them.
    this.#begin(source, { type: 'text', text: '' });
    this.#delta({ type: 'citations_delta', citation: own });
  }

  /** Sources stand on the text told last, as long as nothing has followed it. */
  #cite(citation: Citation): void {
    if (this.#open?.type !== 'text' || citation.url === undefined) {
      this.#sources.push(citation);
      return;
    }
    this.#delta({ type: 'citations_delta', citation: webCitation(citation, citation.url) });
  }

  #openBlock(block: JsonObject): void {
    // What was begun and says nothing yet is as good as the block that begins now.
    if (this.#open?.isEmpty === true && this.#open.type === block.type && this.#before === undefined) return;
    this.#close();
    const before = this.#before;
    this.#before = undefined;
    // Never at the very end: clients take the last block of a message for its answer.
    if (before !== undefined) this.#carry(before, 'before');
    const index = this.#nextIndex++;
    this.#open = { index, type: block.type, isEmpty: false };
    this.#tell('content_block_start', { index, content_block: block });
  }

  #delta(delta: JsonObject): void {
    if (this.#open !== undefined) this.#open.isEmpty = false;
    this.#tell('content_block_delta', { index: this.#open?.index, delta });
  }

  #close(): void {
    if (this.#open !== undefined) this.#tell('content_block_stop', { index: this.#open.index });
    this.#open = undefined;
  }
}

const ownFamily = 'claude';

interface OpenBlock {
  readonly index: number;
  readonly type: unknown;
  /** The client had it when this writer took over, and nothing stands in it yet. */
  isEmpty: boolean;
}
