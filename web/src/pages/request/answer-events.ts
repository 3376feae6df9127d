/**
 * Reads a captured answer piece by piece: the events of an SSE stream, the elements of a Gemini JSON array, or a plain document as one. Pure. A piece
 * gets the time at which its last byte was written; where that cannot be told it is null, never a guess.
 */

import type { WriteMark } from '../../../../src/monitor/views.ts';
import { cutOf } from './body-lines.ts';

export interface AnswerEvent {
  readonly kind: 'event' | 'comment' | 'element' | 'document' | 'gap';
  /** What the event calls itself; empty where it does not. */
  readonly type: string;
  readonly data: string;
  /** UTF-8 bytes of the piece as it was sent. */
  readonly bytes: number;
  /** Since the start of the request. */
  readonly ms: number | null;
  /** The text ended before the piece did. */
  readonly unfinished: boolean;
}
type Piece = Pick<AnswerEvent, 'kind' | 'type' | 'data' | 'unfinished'> & {
  readonly end: number;
  readonly from: number;
};

const encoder = new TextEncoder();

export function answerEvents(body: string, marks: readonly WriteMark[]): AnswerEvent[] {
  const { head, missingBytes, tail, gap } = cutOf(body);
  const read = reader(head);
  const first = timed(head, read(head), marks, 0);
  if (missingBytes === null) return first;
  const skipped: AnswerEvent = { kind: 'gap', type: '', data: gap, bytes: missingBytes, ms: null, unfinished: false };
  const offset = encoder.encode(head).length + missingBytes;
  return [...first, skipped, ...timed(tail, read(tail), marks, offset)];
}

/** Which way to read is told by the beginning alone: the rest may have been cut. */
function reader(head: string): (text: string) => Piece[] {
  if (/^\uFEFF?\s*(event|data|id|retry)?:/.test(head)) return ssePieces;
  if (/^\s*\[\s*[{\]]/.test(head)) return arrayPieces;
  return (text) =>
    text.trim() === ''
      ? []
      : [{ kind: 'document', type: typeOf(text), data: text, from: 0, end: text.length, unfinished: false }];
}

/** Every block up to its empty line; the grammar of the HTML standard, section 9.2. */
function ssePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  const blocks = /\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n/g;
  let from = 0;
  while (from < text.length) {
    const end = blocks.exec(text);
    const to = end === null ? text.length : end.index + end[0].length;
    const piece = ssePiece(text.slice(from, to), from, to, end === null);
    if (piece !== undefined) pieces.push(piece);
    from = to;
  }
  return pieces;
}

function ssePiece(block: string, from: number, end: number, unfinished: boolean): Piece | undefined {
  const data: string[] = [];
  const comments: string[] = [];
  let event = '';
  let said = false;
  for (const line of block.split(/\r\n|\r|\n/)) {
    if (line === '') continue;
    said = true;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon).replace(/^\uFEFF/, '');
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === '') comments.push(value);
    else if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else comments.push(line);
  }
  if (!said) return undefined;
  const text = data.join('\n');
  if (data.length === 0 && event === '') {
    return { kind: 'comment', type: '', data: comments.join('\n'), from, end, unfinished };
  }
  return { kind: 'event', type: event === '' ? typeOf(text) : event, data: text, from, end, unfinished };
}

/** The elements of the outermost array, also of one that never closes. */
function arrayPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let begin = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      if (begin < 0 && depth === 1) begin = at;
      at = stringEnd(text, at);
    } else if (character === '{' || character === '[') {
      if (depth === 1 && begin < 0) begin = at;
      depth++;
    } else if (character === '}' || character === ']' || (character === ',' && depth === 1)) {
      if (character !== ',') depth--;
      const closed = depth === 1 && character !== ',' ? at + 1 : at;
      if (begin >= 0 && depth <= 1) {
        pieces.push(element(text, begin, closed, false));
        begin = -1;
      }
    } else if (depth === 1 && begin < 0 && !/\s/.test(character)) begin = at;
  }
  if (begin >= 0) pieces.push(element(text, begin, text.length, true));
  return pieces;
}

function element(text: string, from: number, end: number, unfinished: boolean): Piece {
  const data = text.slice(from, end);
  return { kind: 'element', type: typeOf(data), data, from, end, unfinished };
}

function stringEnd(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** The dialects name their events in `type` or `object`; Gemini's have no name. */
function typeOf(data: string): string {
  return /^\s*\{\s*"(?:type|object)"\s*:\s*"([\w.-]{1,80})"/.exec(data)?.[1] ?? '';
}

function timed(text: string, pieces: readonly Piece[], marks: readonly WriteMark[], offset: number): AnswerEvent[] {
  let at = 0;
  let bytesBefore = offset;
  let mark = 0;
  return pieces.map(({ from, end, ...piece }) => {
    const bytes = encoder.encode(text.slice(from, end)).length;
    bytesBefore += encoder.encode(text.slice(at, from)).length + bytes;
    at = end;
    while (mark < marks.length && (marks[mark] as WriteMark).end < bytesBefore) mark++;
    return { ...piece, bytes, ms: marks[mark]?.ms ?? null };
  });
}
