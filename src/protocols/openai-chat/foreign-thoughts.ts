/**
 * The thoughts of an answer that comes from another dialect: their text in `reasoning_content`, and once more, with its signature sealed, in
 * `reasoning_details`, which is what a client has to send back for the signature to hold.
 */

import type { ForeignOptions } from '../../model/ports.ts';
import type { JsonObject } from '../json/shapes.ts';
import { sealedRedacted } from '../openai-responses/seals.ts';
import { familyOfSigner, seal } from '../signature-envelope.ts';

export class ForeignThoughts {
  readonly #options: ForeignOptions;
  readonly #open = new Map<number, Thought>();
  #details = 0;

  constructor(options: ForeignOptions) {
    this.#options = options;
  }

  /** What was seen so far is with the client, `details` entries of it, and so is what signs it. */
  shown(details: number): void {
    this.#details = details;
    for (const thought of this.#open.values()) thought.sealed = '';
  }

  start(index: number, kind: Thought['kind']): void {
    this.#open.set(index, { kind, text: '', sealed: '' });
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
    const family = familyOfSigner(this.#options);
    const thought = this.#open.get(index);
    if (thought === undefined) return [this.#encrypted(seal(signature, { family, place: said ? 'before' : 'next' }))];
    const isRedacted = thought.kind === 'redacted';
    thought.sealed = isRedacted ? sealedRedacted(signature) : seal(signature, { family, place: 'here' });
    return [];
  }

  end(index: number): readonly JsonObject[] {
    const thought = this.#open.get(index);
    this.#open.delete(index);
    if (thought === undefined || thought.sealed === '') return [];
    const { kind, text, sealed: signature } = thought;
    if (kind === 'redacted') return [this.#encrypted(signature)];
    return [{ reasoning_details: [{ type: 'reasoning.text', text, signature, index: this.#details++ }] }];
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
  /** Its signature, or the data of redacted thinking. */
  sealed: string;
}
