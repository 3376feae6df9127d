/**
 * Turns the events of an upstream of another dialect into Gemini's parts, one by one, and keeps what the last chunk must say. A function call is held
 * until it is whole. A signature travels on the part it belongs to; one of a thought without text, which clients drop, on the part after it.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { familyOfSigner } from '../signature-envelope.ts';
import { argumentsOf, isObject, type JsonObject } from './shapes.ts';
import { ForeignEnding } from './write-foreign-events-ending.ts';
import { ForeignGrounding } from './write-foreign-events-grounding.ts';
import { carried, type Signed } from './write-foreign-events-signatures.ts';

/** `block` is the block of the upstream whose text it is a piece of. */
export interface WrittenPart {
  readonly part: JsonObject;
  readonly block?: number;
}

type Start = Extract<StreamEvent, { type: 'block-start' }>;

interface OpenBlock {
  readonly start: Start;
  readonly pieces: string[];
  signature: Signed | undefined;
  hasText: boolean;
}

export class ForeignParts {
  readonly #options: ForeignOptions;
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #ending = new ForeignEnding();
  readonly #grounding = new ForeignGrounding();
  /** The sealed signature of a thought that showed no text: it stands on the next part. */
  #carried: string | undefined;
  #id: string | undefined;
  #model: string | undefined;
  #brokenCall: string | undefined;
  #said = false;
  /** The client has the beginning of the answer, and with it its name. */
  #isShown = false;

  /** `shown` is what the client already has of this answer. */
  constructor(options: ForeignOptions, shown: readonly StreamEvent[] = []) {
    this.#options = options;
    for (const event of shown) this.see(event);
    this.#isShown = shown.some(({ type }) => type === 'message-start');
    // What signs it has been shown with it.
    this.#carried = undefined;
    for (const [index, block] of this.#blocks) {
      block.signature = undefined;
      // Half of a call is with the client and will never be whole.
      if (block.start.kind === 'tool-call') {
        this.#blocks.delete(index);
        this.#brokenCall = block.start.name ?? '';
      }
    }
  }

  get saidSomething(): boolean {
    return this.#said;
  }

  /** The name of a function call whose arguments never became whole, unless the answer says itself that it was cut short. */
  get brokenCall(): string | undefined {
    return this.#ending.isCutShort ? undefined : this.#brokenCall;
  }

  see(event: StreamEvent): readonly WrittenPart[] {
    const parts = this.#read(event);
    if (parts.length > 0) this.#said = true;
    return parts;
  }

  /** What is still held when the answer is complete. */
  finish(): readonly WrittenPart[] {
    const left = [...this.#blocks.keys()].flatMap((index) => this.#close(index));
    const behind = this.#carry();
    const parts = behind === undefined ? left : [...left, { part: { text: '', thoughtSignature: behind } }];
    if (parts.length > 0) this.#said = true;
    return parts;
  }

  /** The members of the candidate in the last chunk. */
  ending(): JsonObject {
    return { ...this.#ending.reason(this.#brokenCall !== undefined), index: 0, ...this.#grounding.metadata() };
  }

  usage(): JsonObject {
    return this.#ending.usage();
  }

  identity(): JsonObject {
    if (this.#isShown) return { modelVersion: this.#model, responseId: this.#id };
    return { modelVersion: this.#model ?? this.#options.model, responseId: this.#id ?? this.#options.answerId };
  }

  #read(event: StreamEvent): readonly WrittenPart[] {
    switch (event.type) {
      case 'message-start':
        if (this.#isShown) return [];
        this.#id ??= event.id;
        this.#model ??= event.model;
        return [];
      case 'block-start':
        return this.#start(event);
      case 'block-delta':
        return this.#delta(event.index, event.kind, event.text);
      case 'block-signature':
        return this.#sign(event.index, event.signature);
      case 'block-end':
        return this.#close(event.index);
      case 'citation':
        this.#grounding.cite(event);
        return [];
      default:
        this.#ending.see(event);
        return [];
    }
  }

  /** A part that comes whole waits for its end: what signs it follows it. */
  #start(start: Start): readonly WrittenPart[] {
    // An index that comes again is a block of its own; half a call that it leaves behind is none.
    const left = this.#blocks.get(start.index)?.start.kind === 'tool-call' ? [] : this.#close(start.index);
    this.#blocks.set(start.index, { start, pieces: [], signature: undefined, hasText: false });
    return left;
  }

  #delta(index: number, kind: string, text: string): readonly WrittenPart[] {
    const block = this.#blocks.get(index);
    if (text === '' || kind === 'other') return [];
    if (kind === 'tool-arguments') {
      block?.pieces.push(text);
      return [];
    }
    if (block !== undefined) block.hasText = true;
    if (kind === 'thinking') return [this.#written({ text, thought: true }, index)];
    this.#grounding.said(index, text);
    return [this.#written({ text }, index)];
  }

  #sign(index: number, signature: string): readonly WrittenPart[] {
    if (signature === '') return [];
    const block = this.#blocks.get(index);
    const family = familyOfSigner(this.#options);
    if (block !== undefined) {
      block.signature = { family, signature: (block.signature?.signature ?? '') + signature };
      return [];
    }
    // One that stands alone, between the parts.
    return [this.#written({ text: '', thoughtSignature: carried({ family, signature }, 'here') })];
  }

  #close(index: number): readonly WrittenPart[] {
    const block = this.#blocks.get(index);
    if (block === undefined) return [];
    this.#blocks.delete(index);
    const { signature, start } = block;
    if (start.kind === 'tool-call') return this.#call(block);
    if (isOwnPart(start)) return [this.#written(start.wire)];
    const whole = wholePart(start);
    if (whole !== undefined) {
      return [
        this.#written(signature === undefined ? whole : { ...whole, thoughtSignature: carried(signature, 'here') }),
      ];
    }
    if (start.kind === 'server-tool') this.#grounding.searched(start.name ?? '', block.pieces.join(''));
    if (signature === undefined) return [];
    if (start.kind === 'text')
      return [this.#written({ text: '', thoughtSignature: carried(signature, 'here') }, index)];
    if (start.kind === 'thinking' && block.hasText) {
      return [this.#written({ text: '', thought: true, thoughtSignature: carried(signature, 'here') }, index)];
    }
    if (start.kind !== 'thinking' && start.kind !== 'redacted-thinking') return [];
    const before = this.#carry();
    this.#carried = carried(signature, 'before', start.kind === 'redacted-thinking');
    return before === undefined ? [] : [{ part: { text: '', thoughtSignature: before } }];
  }

  #call({ start, pieces, signature }: OpenBlock): readonly WrittenPart[] {
    const args = argumentsOf(pieces.join('') || (start.argumentsJson ?? ''));
    if (args === undefined || start.name === undefined) {
      this.#brokenCall = start.name ?? '';
      return [];
    }
    const id = start.id === undefined || start.id === '' ? {} : { id: start.id };
    const own = signature === undefined ? {} : { thoughtSignature: carried(signature, 'here') };
    return [this.#written({ functionCall: { ...id, name: start.name, args }, ...own })];
  }

  #written(part: JsonObject, block?: number): WrittenPart {
    const isText = typeof part.text === 'string';
    if (!isText || part.thought === true) this.#grounding.interrupted();
    // Another signature already stands there: the carried one waits for the next part.
    const waiting = part.thoughtSignature === undefined && part.thought !== true ? this.#carry() : undefined;
    const signed = waiting === undefined ? part : { ...part, thoughtSignature: waiting };
    return { part: signed, ...(block !== undefined && { block }) };
  }

  #carry(): string | undefined {
    const waiting = this.#carried;
    this.#carried = undefined;
    return waiting;
  }
}

/** What was whole when it began. What only another dialect knows has no part. */
function wholePart(start: Start): JsonObject | undefined {
  const { media, code } = start;
  if (media?.data !== undefined) return { inlineData: { ...typeOf(media.mimeType), data: media.data } };
  if (media?.url !== undefined) return { fileData: { ...typeOf(media.mimeType), fileUri: media.url } };
  if (code === undefined) return undefined;
  if ('code' in code) return { executableCode: { language: languageOf(code.language), code: code.code } };
  const outcome = code.outcome.startsWith('OUTCOME_') ? code.outcome : 'OUTCOME_UNSPECIFIED';
  return { codeExecutionResult: { outcome, output: code.output } };
}

/** A part of Google's own tools, or one that nobody knows yet. The blocks of the other dialects have a type. */
function isOwnPart(start: Start): start is Start & { readonly wire: JsonObject } {
  const { kind, wire } = start;
  if (!isObject(wire) || wire.type !== undefined) return false;
  return kind === 'other' || (kind === 'server-tool' && (wire.toolCall ?? wire.toolResponse) !== undefined);
}

function typeOf(mimeType: string | undefined): JsonObject {
  return mimeType === undefined ? {} : { mimeType };
}

function languageOf(language: string): string {
  return language.toLowerCase() === 'python' ? 'PYTHON' : 'LANGUAGE_UNSPECIFIED';
}
