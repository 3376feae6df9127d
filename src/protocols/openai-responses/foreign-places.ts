/** The output of a response as it grows: gives every item its number and its id, and keeps what each was in the end. */

import type { JsonObject } from '../json/shapes.ts';
import type { Place } from './foreign-parts.ts';

export class OutputPlaces {
  readonly #answerId: string;
  readonly #emit: Place['emit'];
  readonly #output: (JsonObject | undefined)[];

  /** `shown`: the items that a client already has; those that are still open have no content yet. */
  constructor(answerId: string, emit: Place['emit'], shown: readonly (JsonObject | undefined)[] = []) {
    this.#answerId = answerId;
    this.#emit = emit;
    this.#output = [...shown];
  }

  get isEmpty(): boolean {
    return this.#output.length === 0;
  }

  /** The items that have ended, in order. */
  get ended(): readonly JsonObject[] {
    return this.#output.filter((item) => item !== undefined);
  }

  next(prefix: string, id?: string): Place {
    const at = this.#output.push(undefined) - 1;
    return this.at(at, id ?? `${prefix}_${this.#answerId}_${at}`);
  }

  at(at: number, id: string): Place {
    const keep = (item: JsonObject): void => {
      this.#output[at] = item;
    };
    return { at, id, emit: this.#emit, keep };
  }
}
