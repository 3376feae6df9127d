/**
 * Items of OpenAI's own tools where an answer of this very dialect goes on with a stream: told as they came, once they are whole. One that was shown and
 * never became whole is ended as failed, which it did; nothing else is said of it.
 */

import { filledString, type JsonObject, jsonOf, objectOf } from '../json/shapes.ts';
import type { BlockStart } from '../shown-answer.ts';
import { addItem, endItem, type ShownItem } from './foreign-items.ts';
import type { Place } from './foreign-parts.ts';

export class OwnItem {
  readonly #wire: JsonObject;
  readonly #makePlace: (id: string | undefined) => Place;
  readonly #shown: Place | undefined;
  #done: JsonObject | undefined;

  constructor(wire: JsonObject, makePlace: (id: string | undefined) => Place, shown?: ShownItem) {
    this.#wire = wire;
    this.#makePlace = makePlace;
    this.#shown = shown && makePlace(filledString(wire.id));
  }

  /** The reader tells the finished item as JSON. */
  finish(json: string): void {
    this.#done = objectOf(jsonOf(json)) ?? this.#done;
  }

  end(): void {
    if (this.#done === undefined) {
      if (this.#shown !== undefined) endItem(this.#shown, withoutId({ ...this.#wire, status: 'failed' }));
      return;
    }
    const place = this.#shown ?? this.#makePlace(filledString(this.#done.id));
    if (this.#shown === undefined) addItem(place, withoutId(this.#wire));
    endItem(place, withoutId(this.#done));
  }
}

/** This dialect's reader names such a block after the item's type; those of other dialects have names of their own. */
export function ownWireOf({ kind, name, wire }: BlockStart): JsonObject | undefined {
  const own = objectOf(wire);
  return kind === 'server-tool' && own !== undefined && own.type === name ? own : undefined;
}

/** Whether the reader made this block of this item: a call has the call's id, an own block its item. */
export function isBlockOf(item: JsonObject, { kind, id, wire }: BlockStart): boolean {
  const itemId = filledString(item.id);
  if (kind === 'tool-call') return id !== undefined && id === (filledString(item.call_id) ?? itemId);
  return itemId !== undefined && objectOf(wire)?.id === itemId;
}

function withoutId({ id: _id, ...members }: JsonObject): JsonObject {
  return members;
}
