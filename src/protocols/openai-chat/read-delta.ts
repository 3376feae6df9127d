/**
 * Reads the deltas of one choice into blocks: text, refusals (which are text that a model says instead of an answer), the thinking of compatible
 * servers, tool calls, images, sources. What it does not know is passed over with its name, never taken for content.
 */

import type { StreamEvent } from '../../model/events.ts';
import { filledString, type JsonObject, numberOf, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { BlockLine, type LineBlock } from './block-line.ts';
import { CallSlots } from './call-slots.ts';
import { arrayOf, dataUrlOf, googleSignature } from './shapes.ts';

export class ChoiceReader {
  finished = false;
  /** A refusal was said: the model finishes with `stop` all the same. */
  refused = false;
  readonly #line: BlockLine;
  readonly #slots = new CallSlots();
  readonly #calls: LineBlock[] = [];
  #legacyCall: LineBlock | undefined;
  #sounds = false;
  #thinksPlainly = false;

  constructor(nextIndex: () => number) {
    this.#line = new BlockLine(nextIndex);
  }

  get called(): boolean {
    return this.#calls.length > 0 || this.#legacyCall !== undefined;
  }

  push(delta: JsonObject, out: StreamEvent[]): void {
    this.#pushThinking(delta, out);
    this.#pushContent(delta.content, out);
    const refusal = filledString(delta.refusal);
    if (refusal !== undefined) {
      this.refused = true;
      this.#line.text('text', refusal, out);
    }
    for (const image of objectsIn(delta.images)) this.#pushImage(image, out);
    if (objectOf(delta.audio) !== undefined && !this.#sounds) {
      this.#sounds = true;
      this.#line.begin({ type: 'block-start', index: 0, kind: 'other', says: true, name: 'audio' }, out);
    }
    const fresh = objectsIn(delta.tool_calls).flatMap((piece) => this.#pushCall(piece, out) ?? []);
    const legacy = objectOf(delta.function_call);
    if (legacy !== undefined) this.#pushLegacyCall(legacy, out);
    this.#pushAnnotations(delta.annotations, out);
    this.#pushSignature(delta, fresh[0], out);
    for (const name of Object.keys(delta)) {
      if (!knownFields.has(name) && delta[name] !== null) out.push({ type: 'unknown', name: `delta.${name}` });
    }
  }

  close(out: StreamEvent[]): void {
    this.finished = true;
    this.#line.close(out);
  }

  #pushThinking(delta: JsonObject, out: StreamEvent[]): void {
    const details = objectsIn(delta.reasoning_details);
    const plain = filledString(delta.reasoning_content) ?? filledString(delta.reasoning);
    if (plain !== undefined) this.#thinksPlainly = true;
    // Where both are sent they say the same, at once or later.
    const detailed = this.#thinksPlainly ? [] : details.map(({ text, summary }) => stringOf(text) ?? stringOf(summary));
    const text = plain ?? detailed.join('');
    if (text !== '') this.#line.text('thinking', text, out);
    for (const detail of details) {
      const signature = filledString(detail.signature);
      const last = this.#line.last;
      if (signature !== undefined && last?.kind === 'thinking') this.#line.sign(last, signature, out);
    }
  }

  /** Mistral streams a list of parts where thinking comes with the text. */
  #pushContent(content: unknown, out: StreamEvent[]): void {
    const text = filledString(content);
    if (text !== undefined) this.#line.text('text', text, out);
    for (const part of arrayOf(content)) {
      const said = objectOf(part);
      if (said?.type === 'thinking') {
        const thinking =
          stringOf(said.thinking) ??
          objectsIn(said.thinking)
            .map((item) => stringOf(item.text) ?? '')
            .join('');
        if (thinking !== '') this.#line.text('thinking', thinking, out);
      } else {
        const partText = filledString(part) ?? filledString(said?.text);
        if (partText !== undefined) this.#line.text('text', partText, out);
      }
    }
  }

  #pushImage(image: JsonObject, out: StreamEvent[]): void {
    const url = filledString(objectOf(image.image_url)?.url) ?? filledString(image.image_url);
    if (url === undefined) return;
    this.#line.begin(
      { type: 'block-start', index: 0, kind: 'media', says: true, media: dataUrlOf(url) ?? { url } },
      out,
    );
  }

  /** The block of a call that this piece began. */
  #pushCall(piece: JsonObject, out: StreamEvent[]): LineBlock | undefined {
    const placed = this.#slots.place(piece);
    if (placed === undefined) {
      out.push({ type: 'unknown', name: 'a piece of no tool call' });
      return undefined;
    }
    const { id, name, input } = placed.piece;
    if (placed.isNew) {
      this.#calls[placed.slot] = this.#line.call(
        { ...(id !== undefined && { id }), ...(name !== undefined && { name }) },
        out,
      );
    }
    const block = this.#calls[placed.slot]!;
    const signature = googleSignature(piece);
    if (signature !== undefined) this.#line.sign(block, signature, out);
    this.#line.input(block, input, out);
    return placed.isNew && signature === undefined ? block : undefined;
  }

  #pushLegacyCall(call: JsonObject, out: StreamEvent[]): void {
    const name = filledString(call.name);
    if (this.#legacyCall === undefined) {
      if (name === undefined) return;
      this.#legacyCall = this.#line.call({ name }, out);
    }
    this.#line.input(this.#legacyCall, stringOf(call.arguments) ?? '', out);
  }

  #pushAnnotations(annotations: unknown, out: StreamEvent[]): void {
    for (const annotation of objectsIn(annotations)) {
      const cited = objectOf(annotation.url_citation);
      const last = this.#line.last;
      const url = filledString(cited?.url);
      const title = filledString(cited?.title);
      const start = numberOf(cited?.start_index);
      const end = numberOf(cited?.end_index);
      out.push({
        type: 'citation',
        ...(last?.kind === 'text' && { index: last.index }),
        citation: {
          ...(url !== undefined && { url }),
          ...(title !== undefined && { title }),
          ...(start !== undefined && { start }),
          ...(end !== undefined && { end }),
          wire: annotation,
        },
      });
    }
  }

  /** Google signs the message; the signature belongs to the call that comes with it, else to the text that is being said. */
  #pushSignature(delta: JsonObject, fresh: LineBlock | undefined, out: StreamEvent[]): void {
    const signature = googleSignature(delta);
    const block = fresh ?? this.#line.last;
    if (signature === undefined || block === undefined) return;
    this.#line.sign(block, signature, out);
  }
}

const knownFields: ReadonlySet<string> = new Set([
  'role',
  'name',
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'tool_calls',
  'function_call',
  'images',
  'audio',
  'annotations',
  'extra_content',
  'thought_signature',
]);
