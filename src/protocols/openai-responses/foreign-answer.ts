/**
 * A foreign upstream's answer as a Responses answer: turns events into output items, one after another, and ends with a terminal event only when
 * the upstream has ended. Both the streamed and the collected answer are made here, so that they never differ.
 */

import type { StopKind, StreamEvent, Usage } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { Problem } from '../../model/request.ts';
import { filledString, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import type { CallForm } from './call-forms.ts';
import { responseError } from './failures.ts';
import {
  CallItem,
  codeItem,
  imageItem,
  MessageItem,
  type ShownItem,
  searchItem,
  shownCall,
  ThoughtItem,
} from './foreign-items.ts';
import type { Place } from './foreign-parts.ts';
import { OutputPlaces } from './foreign-places.ts';
import { isBlockOf, OwnItem, ownWireOf } from './own-items.ts';
import { readTools } from './read-tools.ts';
import { writeUsage } from './read-usage.ts';
import { endingOf, responseHead } from './response-object.ts';
import { sealedFor, sealedRedacted } from './seals.ts';
import type { ShownResponse } from './shown-response.ts';

export type Emit = (type: string, fields: JsonObject) => void;

/** These come back as another thing or not at all. */
const withoutSignature: ReadonlySet<string> = new Set(['server-tool', 'media', 'other']);
type Started = Extract<StreamEvent, { type: 'block-start' }>;

export class ForeignAnswer {
  readonly #options: ForeignOptions;
  readonly #emit: Emit;
  readonly #head: JsonObject;
  readonly #calls: ReadonlyMap<string, CallForm>;
  readonly #places: OutputPlaces;
  readonly #openCalls = new Map<number, CallItem>();
  /** Items of the API's own tools may run side by side. */
  readonly #own = new Map<number, OwnItem>();
  readonly #usage: Usage = {};
  #started = false;
  #stop: StopKind | undefined;
  #message: MessageItem | undefined;
  #thought: ThoughtItem | undefined;
  /** Sealed signatures: of the open thought; of what was said last, behind which they travel. */
  #seals: string[] = [];
  #sealsAfter: string[] = [];
  /** The block that is being said. */
  #block: Started | undefined;
  /** Arguments of a server tool; its block cannot be told before they are whole. */
  #serverInput: string[] = [];
  #code: string | undefined;
  #final: JsonObject | undefined;

  constructor(options: ForeignOptions, emit: Emit, shown?: ShownResponse) {
    this.#options = options;
    this.#emit = emit;
    this.#head = shown?.head ?? responseHead(options);
    this.#calls = readTools(options.request.json).calls;
    this.#places = new OutputPlaces(options.answerId, emit, shown?.output);
    if (shown !== undefined) this.#goOn(shown);
  }

  /** The finished response; undefined until the upstream has ended. */
  get response(): JsonObject | undefined {
    return this.#final;
  }

  /** The answer was judged whole: after the reason to stop its terminal event may be missing. */
  end(): void {
    if (this.#stop !== undefined && this.#final === undefined) this.#complete();
  }

  get started(): boolean {
    return this.#started;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#emit('response.created', { response: this.#head });
    this.#emit('response.in_progress', { response: this.#head });
  }

  see(event: StreamEvent): void {
    if (this.#final !== undefined) return;
    if (event.type === 'block-start') this.#startBlock(event);
    else if (event.type === 'block-delta') this.#say(event.index, event.kind, event.text);
    else if (event.type === 'block-signature') this.#sign(event.index, event.signature);
    else if (event.type === 'block-end') this.#endBlock(event.index);
    else if (event.type === 'citation') this.#message?.cite(event.citation);
    else if (event.type === 'message-end') this.#stop = event.stop;
    else if (event.type === 'message-complete') this.#complete();
    else if (event.type === 'usage') this.#count(event.usage);
  }

  #count(usage: Usage): void {
    for (const [name, count] of Object.entries(usage)) this.#usage[name as keyof Usage] = count;
  }

  fail(problem: Problem): void {
    if (this.#final !== undefined) return;
    this.start();
    const ended = { status: 'failed', error: responseError(problem), output: this.#places.ended };
    this.#emit('response.failed', { response: { ...this.#head, ...ended, usage: writeUsage(this.#usage) } });
    this.#final = {};
  }

  #goOn({ items, answer }: ShownResponse): void {
    this.#started = true;
    this.#count(answer.usage);
    this.#block = answer.open.at(-1);
    for (const item of items) this.#goOnWith(item, answer.open);
  }

  #goOnWith(item: ShownItem, open: readonly Started[]): void {
    const { at, wire } = item;
    const place = (id: string | undefined): Place => this.#places.at(at, filledString(wire.id) ?? id ?? `item_${at}`);
    const call = shownCall(wire);
    const block = open.find((each) => isBlockOf(wire, each));
    const index = block?.index ?? -1 - at;
    if (wire.type === 'message') this.#message = new MessageItem(place(undefined), item);
    else if (wire.type === 'reasoning') this.#thought = new ThoughtItem(place(undefined), item);
    else if (call !== undefined && block?.kind === 'tool-call')
      this.#openCalls.set(index, new CallItem(call, place, item));
    else this.#own.set(index, new OwnItem(wire, place, item));
  }

  #startBlock(block: Started): void {
    this.start();
    // An index that comes again is a block of its own.
    const forgotten = this.#openCalls.get(block.index);
    if (forgotten !== undefined) this.#endCall(block.index, forgotten);
    this.#block = block;
    this.#serverInput = [];
    if (block.kind === 'text') {
      this.#endThought();
      this.#endCode(undefined);
      // What was said before is signed: the signature stands behind it, so it cannot go on.
      if (this.#sealsAfter.length > 0) this.#endMessage('completed');
      else this.#message?.endPart();
      return;
    }
    this.#endSaid(block);
    if (block.kind === 'tool-call') this.#startCall(block);
    else if (block.kind === 'media') this.#showMedia(block);
    else if (block.kind === 'code') this.#showCode(block);
    else if (block.argumentsJson !== undefined) this.#serverInput.push(block.argumentsJson);
    const wire = ownWireOf(block);
    if (wire === undefined) return;
    this.#endMessage('completed');
    this.#own.set(block.index, new OwnItem(wire, (id) => this.#places.next('item', id)));
  }

  #startCall(block: Started): void {
    const name = block.name ?? '';
    const form = this.#calls.get(name) ?? { form: 'function', name };
    const callId = filledString(block.id) ?? `call_${this.#options.answerId}_${block.index}`;
    const call = new CallItem({ form, callId, whole: block.argumentsJson }, (prefix) => this.#places.next(prefix));
    this.#openCalls.set(block.index, call);
  }

  #say(index: number, kind: string, text: string): void {
    if (text === '') return;
    this.start();
    if (kind === 'text') {
      this.#endThought();
      this.#message ??= new MessageItem(this.#places.next('msg'));
      this.#message.say(text);
    } else if (kind === 'thinking') {
      this.#endMessage('completed');
      this.#thought ??= new ThoughtItem(this.#places.next('rs'));
      this.#thought.think(text);
    } else if (kind === 'tool-arguments') {
      const call = this.#openCalls.get(index);
      if (call !== undefined) call.argue(text);
      else if (this.#block?.kind === 'server-tool') this.#serverInput.push(text);
    } else this.#own.get(index)?.finish(text);
  }

  #sign(index: number, signature: string): void {
    if (signature === '') return;
    this.start();
    const options = this.#options;
    const block = this.#block?.index === index ? this.#block : undefined;
    const call = this.#openCalls.get(index);
    if (block?.kind === 'redacted-thinking') this.#carry(sealedRedacted(signature));
    else if (block?.kind === 'thinking') this.#seals = [sealedFor(options, signature, 'here')];
    else if (call?.told === false || this.#code !== undefined) this.#carry(sealedFor(options, signature, 'next'));
    else if (block !== undefined && withoutSignature.has(block.kind)) return;
    else if (block === undefined && this.#places.isEmpty) this.#carry(sealedFor(options, signature, 'here'));
    else this.#sealsAfter = [...this.#sealsAfter, sealedFor(options, signature, 'before')];
  }

  #endBlock(index: number): void {
    const block = this.#block?.index === index ? this.#block : undefined;
    const call = this.#openCalls.get(index);
    const own = this.#own.get(index);
    if (call !== undefined) this.#endCall(index, call);
    else if (own !== undefined) this.#endOwn(index, own);
    else if (block?.kind === 'thinking') this.#endThought();
    else if (block?.kind === 'server-tool') this.#showSearch(block);
    if (block !== undefined && block.kind !== 'text') this.#block = undefined;
  }

  #endCall(index: number, call: CallItem): void {
    this.#openCalls.delete(index);
    call.end();
    this.#carryBehind();
  }

  #endOwn(index: number, own: OwnItem): void {
    this.#own.delete(index);
    own.end();
  }

  /** A message may go on after a block that is nothing here. */
  #endSaid(next: Started): void {
    if (next.kind !== 'thinking') this.#endThought();
    if (next.kind !== 'code' || next.code === undefined || 'code' in next.code) this.#endCode(undefined);
    if (next.kind !== 'server-tool' && next.kind !== 'other') this.#endMessage('completed');
    else this.#message?.endPart();
  }

  #endMessage(status: string): void {
    this.#message?.end(status);
    this.#message = undefined;
    this.#carryBehind();
  }

  #endThought(): void {
    if (this.#thought !== undefined) this.#thought.end(this.#seals);
    else if (this.#seals.length > 0) this.#carry(...this.#seals);
    this.#thought = undefined;
    this.#seals = [];
  }

  #carryBehind(): void {
    const sealed = this.#sealsAfter;
    this.#sealsAfter = [];
    if (sealed.length > 0) this.#carry(...sealed);
  }

  /** A reasoning item without words, for signatures alone. */
  #carry(...sealed: readonly string[]): void {
    new ThoughtItem(this.#places.next('rs')).end(sealed);
  }

  #showMedia({ media }: Started): void {
    if (media?.data !== undefined && (media.mimeType ?? 'image/').startsWith('image/')) {
      imageItem(this.#places.next('ig'), media.data, media.mimeType);
    } else if (media?.url !== undefined) {
      this.#say(-1, 'text', media.url);
      this.#endMessage('completed');
    }
  }

  #showCode({ code }: Started): void {
    if (code === undefined) return;
    if ('code' in code) this.#code = code.code;
    else if (this.#code !== undefined) this.#endCode(code.output);
  }

  /** A program waits for what it prints. */
  #endCode(logs: string | undefined): void {
    if (this.#code === undefined) return;
    const code = this.#code;
    this.#code = undefined;
    codeItem(this.#places.next('ci'), code, logs);
    this.#carryBehind();
  }

  /** A search of the web is the one server tool that both sides have. */
  #showSearch(block: Started): void {
    if (block.name !== 'web_search') return;
    const input = objectOf(jsonOf(this.#serverInput.join(''))) ?? objectOf(objectOf(block.wire)?.input);
    const query = stringOf(input?.query);
    if (query === undefined) return;
    this.#endMessage('completed');
    searchItem(this.#places.next('ws'), query);
  }

  #complete(): void {
    this.start();
    const ending = endingOf(this.#stop);
    for (const [index, own] of [...this.#own]) this.#endOwn(index, own);
    this.#endThought();
    this.#endCode(undefined);
    this.#endMessage(stringOf(ending.status) ?? 'completed');
    for (const [index, call] of [...this.#openCalls]) this.#endCall(index, call);
    this.#final = { ...this.#head, ...ending, output: this.#places.ended, usage: writeUsage(this.#usage) };
    this.#emit(`response.${String(ending.status)}`, { response: this.#final });
  }
}
