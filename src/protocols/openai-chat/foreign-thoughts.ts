/**
 * The thoughts of an answer that comes from another dialect: their text in `reasoning_content`, and once more, with its signature sealed, in
 * `reasoning_details`, which is what a client has to send back for the signature to hold.
 */

import { modelFamilyOf } from '../../model/model-family.ts';
import type { JsonObject } from '../json/shapes.ts';
import { sealedRedacted } from '../openai-responses/seals.ts';
import { seal } from '../signature-envelope.ts';

export class ForeignThoughts {
  readonly #family: string;
  readonly #open = new Map<number, Thought>();
  #details = 0;

  constructor(model: string) {
    this.#family = modelFamilyOf(model);
  }

  start(index: number, kind: Thought['kind']): void {
    this.#open.set(index, { kind, text: '', signature: '' });
  }

  text(index: number, text: string): JsonObject {
    if (!this.#open.has(index)) this.start(index, 'thinking');
    const thought = this.#open.get(index);
    if (thought !== undefined) thought.text += text;
    return { reasoning_content: text };
  }

  /** A signature of text, or one that stands alone, belongs to what was said before it, or after it when nothing was. */
  sign(index: number, signature: string, said: boolean): readonly JsonObject[] {
    if (signature === '') return [];
    const thought = this.#open.get(index);
    if (thought === undefined) {
      return [this.#encrypted(seal(signature, { family: this.#family, place: said ? 'before' : 'next' }))];
    }
    thought.signature = signature;
    return [];
  }

  end(index: number): readonly JsonObject[] {
    const thought = this.#open.get(index);
    this.#open.delete(index);
    if (thought === undefined || thought.signature === '') return [];
    if (thought.kind === 'redacted') return [this.#encrypted(sealedRedacted(thought.signature))];
    const signature = seal(thought.signature, { family: this.#family, place: 'here' });
    return [{ reasoning_details: [{ type: 'reasoning.text', text: thought.text, signature, index: this.#details++ }] }];
  }

  endAll(): readonly JsonObject[] {
    return [...this.#open.keys()].flatMap((index) => this.end(index));
  }

  #encrypted(data: string): JsonObject {
    return { reasoning_details: [{ type: 'reasoning.encrypted', data, index: this.#details++ }] };
  }
}

interface Thought {
  readonly kind: 'thinking' | 'redacted';
  text: string;
  /** Of redacted thinking: its data. */
  signature: string;
}
