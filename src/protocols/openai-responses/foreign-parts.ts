/**
 * One part of an output item (a text, a refusal, a paragraph of a thought) with its own life cycle of events. At its end it states exactly what its
 * deltas have said, those included that were shown before this writer took over.
 */

import type { Citation } from '../../model/conversation.ts';
import { type JsonObject, objectsIn, stringOf } from '../json/shapes.ts';
import { writeAnnotation } from './annotations.ts';

/** Where an item stands: its number in the output, its id, the stream it tells its events to, and who keeps what it was in the end. */
export interface Place {
  readonly at: number;
  readonly id: string;
  emit(type: string, fields: JsonObject): void;
  keep(item: JsonObject): void;
}

export type PartKind = 'output_text' | 'refusal' | 'summary_text' | 'reasoning_text';

interface PartRow {
  /** How the events of the part and those of its text are called. */
  readonly part: string;
  readonly text: string;
  readonly index: 'content_index' | 'summary_index';
  /** The member of the item that holds the part, and that of the part that holds the text. */
  readonly list: 'content' | 'summary';
  readonly said: 'text' | 'refusal';
}

export const PARTS: Readonly<Record<PartKind, PartRow>> = {
  output_text: {
    part: 'content_part',
    text: 'output_text',
    index: 'content_index',
    list: 'content',
    said: 'text',
  },
  refusal: { part: 'content_part', text: 'refusal', index: 'content_index', list: 'content', said: 'refusal' },
  summary_text: {
    part: 'reasoning_summary_part',
    text: 'reasoning_summary_text',
    index: 'summary_index',
    list: 'summary',
    said: 'text',
  },
  reasoning_text: {
    part: 'content_part',
    text: 'reasoning_text',
    index: 'content_index',
    list: 'content',
    said: 'text',
  },
};

/** A part that a client already has the beginning of. */
export interface ShownPart {
  readonly kind: PartKind;
  readonly at: number;
  text: string;
  readonly annotations: JsonObject[];
  /** Its text was told to be whole: only the end of the part itself is missing. */
  isSaid: boolean;
}

export class ItemPart {
  readonly kind: PartKind;
  readonly isSaid: boolean;
  readonly #place: Place;
  readonly #at: number;
  readonly #text: string[] = [];
  readonly #annotations: JsonObject[] = [];

  /** A part that was not shown begins now. */
  constructor(place: Place, begun: Pick<ShownPart, 'kind' | 'at'> | ShownPart) {
    this.#place = place;
    this.kind = begun.kind;
    this.#at = begun.at;
    const shown = 'text' in begun ? begun : undefined;
    this.isSaid = shown?.isSaid ?? false;
    if (shown === undefined) {
      this.#tell(`${PARTS[this.kind].part}.added`, { part: this.#wire() });
      return;
    }
    this.#text.push(shown.text);
    this.#annotations.push(...shown.annotations);
  }

  say(delta: string): void {
    this.#text.push(delta);
    this.#tell(`${PARTS[this.kind].text}.delta`, { delta, ...this.#logprobs() });
  }

  cite(citation: Citation): void {
    const annotation = this.kind === 'output_text' ? writeAnnotation(citation, this.#text.join('')) : undefined;
    if (annotation === undefined) return;
    this.#annotations.push(annotation);
    this.#tell('output_text.annotation.added', { annotation_index: this.#annotations.length - 1, annotation });
  }

  /** As the item holds it. */
  end(): JsonObject {
    const { part: name, text, said } = PARTS[this.kind];
    const part = this.#wire();
    if (!this.isSaid) this.#tell(`${text}.done`, { [said]: part[said], ...this.#logprobs() });
    this.#tell(`${name}.done`, { part });
    return part;
  }

  #wire(): JsonObject {
    const annotations = this.kind === 'output_text' ? { annotations: [...this.#annotations] } : {};
    return { type: this.kind, ...annotations, ...this.#logprobs(), [PARTS[this.kind].said]: this.#text.join('') };
  }

  #logprobs(): JsonObject {
    return this.kind === 'output_text' ? { logprobs: [] } : {};
  }

  #tell(type: string, fields: JsonObject): void {
    const { at, id, emit } = this.#place;
    emit(`response.${type}`, { item_id: id, output_index: at, [PARTS[this.kind].index]: this.#at, ...fields });
  }
}

export function partKindOf(part: JsonObject): PartKind | undefined {
  const type = stringOf(part.type) ?? '';
  return type in PARTS ? (type as PartKind) : undefined;
}

/** The part as an `added` event states it. */
export function shownPart(kind: PartKind, at: number, wire: JsonObject): ShownPart {
  const text = stringOf(wire[PARTS[kind].said]) ?? '';
  return { kind, at, text, annotations: objectsIn(wire.annotations), isSaid: false };
}
