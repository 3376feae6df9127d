/**
 * Changes single places of a JSON text and leaves every other byte as its sender wrote it: white space, order, the spelling of numbers, escapes.
 * All paths refer to the original text. An edit below a place that is itself replaced or removed is dropped with it; where a key occurs twice,
 * every occurrence is edited. The text must be valid JSON whose depth was checked. Throws where an edit has no place: that is a bug of ours.
 */

import type { JsonEdit } from '../../model/wire.ts';
import { stringEnd } from './depth.ts';
import { checkAllPlaced, type EditNode, planEdits } from './edit-plan.ts';
import { Pieces } from './pieces.ts';

export function editJson(text: Uint8Array, edits: readonly JsonEdit[]): Uint8Array {
  if (edits.length === 0) return text;
  const plan = planEdits(edits);
  const start = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;
  const walk: Walk = { text, pieces: new Pieces(text) };
  const valueStart = skipSpace(text, start);
  walk.pieces.keep(0, valueStart);
  const valueEnd = editValue(walk, valueStart, plan);
  walk.pieces.keep(valueEnd, text.length);
  checkAllPlaced(plan, []);
  return walk.pieces.join();
}

interface Walk {
  readonly text: Uint8Array;
  readonly pieces: Pieces;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Writes the value that starts at `start` with its edits and returns the index after it. */
function editValue(walk: Walk, start: number, node: EditNode | undefined): number {
  const { text, pieces } = walk;
  if (node === undefined) {
    const end = valueEnd(text, start);
    pieces.keep(start, end);
    return end;
  }
  node.placed = true;
  if (node.replacement !== undefined) {
    pieces.insert(node.replacement);
    return valueEnd(text, start);
  }
  if (text[start] === OPEN_OBJECT) return editObject(walk, start, node);
  if (text[start] === OPEN_ARRAY) return editArray(walk, start, node);
  const end = valueEnd(text, start);
  pieces.keep(start, end);
  return end;
}

function editObject(walk: Walk, start: number, node: EditNode): number {
  const { text, pieces } = walk;
  pieces.keep(start, start + 1);
  const met = new Set<EditNode>();
  let isFirst = true;
  let slotStart = start + 1;
  let at = skipSpace(text, slotStart);
  while (text[at] === QUOTE) {
    const keyEnd = stringEnd(text, at);
    const child = node.children.get(readKey(text, at, keyEnd));
    if (child !== undefined) met.add(child);
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const slotEnd = editSlot(walk, { start: slotStart, value, child, isFirst });
    if (!child?.removed) isFirst = false;
    if (text[slotEnd] !== COMMA) {
      at = slotEnd;
      slotStart = slotEnd;
      break;
    }
    slotStart = slotEnd + 1;
    at = skipSpace(text, slotStart);
  }
  for (const [key, child] of node.children) {
    if (met.has(child) || child.replacement === undefined || typeof child.segment === 'number') continue;
    child.placed = true;
    pieces.insert(`${isFirst ? '' : ','}${JSON.stringify(key)}:${child.replacement}`);
    isFirst = false;
  }
  pieces.keep(slotStart, at);
  return closeContainer(walk, at, CLOSE_OBJECT);
}

function editArray(walk: Walk, start: number, node: EditNode): number {
  const { text, pieces } = walk;
  node.isArray = true;
  pieces.keep(start, start + 1);
  let isFirst = true;
  let slotStart = start + 1;
  let at = skipSpace(text, slotStart);
  for (let index = 0; text[at] !== CLOSE_ARRAY; index++) {
    const child = node.children.get(String(index));
    if (child !== undefined) isFirst = insertAll(pieces, child.before, isFirst);
    const slotEnd = editSlot(walk, { start: slotStart, value: at, child, isFirst });
    if (!child?.removed) isFirst = false;
    if (text[slotEnd] !== COMMA) {
      at = slotEnd;
      slotStart = slotEnd;
      break;
    }
    slotStart = slotEnd + 1;
    at = skipSpace(text, slotStart);
  }
  insertAll(pieces, node.append, isFirst);
  pieces.keep(slotStart, at);
  return closeContainer(walk, at, CLOSE_ARRAY);
}

interface Slot {
  readonly start: number;
  /** Where the value begins. */
  readonly value: number;
  readonly child: EditNode | undefined;
  /** Nothing stands before it in the edited container. */
  readonly isFirst: boolean;
}

/** One member or element with the space around it; returns where its comma, or the end of its container, stands. */
function editSlot(walk: Walk, { start, value, child, isFirst }: Slot): number {
  const { text, pieces } = walk;
  if (child?.removed) {
    child.placed = true;
    return skipSpace(text, valueEnd(text, value));
  }
  if (!isFirst) pieces.comma(start - 1);
  pieces.keep(start, value);
  const end = editValue(walk, value, child);
  const slotEnd = skipSpace(text, end);
  pieces.keep(end, slotEnd);
  return slotEnd;
}

function closeContainer(walk: Walk, at: number, close: number): number {
  if (walk.text[at] !== close) throw new Error(`editJson: the text is not valid JSON at byte ${at}`);
  walk.pieces.keep(at, at + 1);
  return at + 1;
}

function insertAll(pieces: Pieces, jsons: readonly string[], isFirst: boolean): boolean {
  let first = isFirst;
  for (const json of jsons) {
    pieces.insert(first ? json : `,${json}`);
    first = false;
  }
  return first;
}

function readKey(text: Uint8Array, start: number, end: number): string {
  const inner = decoder.decode(text.subarray(start + 1, end - 1));
  return inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
}

/** The index after the value that starts at `start`. */
function valueEnd(text: Uint8Array, start: number): number {
  const byte = text[start];
  if (byte === QUOTE) return stringEnd(text, start);
  let at = start;
  if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
    while (at < text.length && !isDelimiter(text[at]!)) at++;
    if (at === start) throw new Error(`editJson: the text is not valid JSON at byte ${at}`);
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const here = text[at];
    if (here === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    at++;
    if (here === OPEN_OBJECT || here === OPEN_ARRAY) depth++;
    else if ((here === CLOSE_OBJECT || here === CLOSE_ARRAY) && --depth === 0) return at;
  }
  return at;
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || byte <= 32;
}

function skipSpace(text: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = text[at];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return at;
    at++;
  }
}
