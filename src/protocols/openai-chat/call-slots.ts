/**
 * Tells which tool call a piece of `delta.tool_calls` belongs to. OpenAI numbers the calls and names each once; compatible servers leave the
 * number out, give all calls the same one, send ids that are empty, or repeat id and name with every piece.
 */

import { filledString, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';

export class CallSlots {
  readonly #calls: Call[] = [];
  readonly #byIndex = new Map<number, Call>();

  /** The slot of this piece's call, counted from 0, or undefined for a piece that belongs to none. */
  place(piece: JsonObject): { readonly slot: number; readonly isNew: boolean; readonly piece: CallPiece } | undefined {
    const read = readPiece(piece);
    const index = typeof piece.index === 'number' ? piece.index : undefined;
    let call = this.#known(index, read);
    const isNew = call === undefined || isAnother(call, read);
    if (isNew) {
      if (read.name === undefined) return undefined;
      call = { slot: this.#calls.length, id: undefined, input: '' };
      this.#calls.push(call);
    }
    if (call === undefined) return undefined;
    if (index !== undefined) this.#byIndex.set(index, call);
    call.id ??= read.id;
    call.input += read.input;
    return { slot: call.slot, isNew, piece: read };
  }

  #known(index: number | undefined, piece: CallPiece): Call | undefined {
    if (index !== undefined) return this.#byIndex.get(index);
    const sameId = piece.id === undefined ? undefined : this.#calls.find((call) => call.id === piece.id);
    return sameId ?? (piece.name === undefined ? this.#calls.at(-1) : undefined);
  }
}

export interface CallPiece {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** A piece of the arguments, or of a custom tool's input. */
  readonly input: string;
  readonly custom: boolean;
}

interface Call {
  readonly slot: number;
  id: string | undefined;
  input: string;
}

function readPiece(piece: JsonObject): CallPiece {
  const custom = objectOf(piece.custom);
  const body = custom ?? objectOf(piece.function) ?? {};
  const input = custom === undefined ? body.arguments : body.input;
  return {
    id: filledString(piece.id),
    name: filledString(body.name),
    // Some servers send the arguments as the object itself.
    input: stringOf(input) ?? (objectOf(input) === undefined ? '' : JSON.stringify(input)),
    custom: custom !== undefined,
  };
}

/** A piece with a name of its own, under a number that is taken, is another call when its id says so, or when the first one is whole. */
function isAnother(call: Call, piece: CallPiece): boolean {
  if (piece.name === undefined) return false;
  if (call.id !== undefined && piece.id !== undefined) return call.id !== piece.id;
  return piece.input !== '' && isWholeInput(call.input);
}

/** Whether the pieces so far are a whole JSON object. */
export function isWholeInput(input: string): boolean {
  return /\}\s*$/.test(input) && jsonOf(input) !== undefined;
}
