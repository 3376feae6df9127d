/**
 * Reads the fields of one server-sent event from its bytes, when they are first asked for, by the rules of the WHATWG specification; says of
 * text that is no event at all that it is none. It must never alter `raw`.
 */

import type { Frame } from '../../model/wire.ts';

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const TAB = 9;
/** Values shorter than this are copied byte by byte: a view costs more. */
const viewWorthBytes = 48;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class SseFrame implements Frame {
  readonly raw: Uint8Array;
  readonly terminated: boolean;
  /** 3 when a byte order mark stands before the text. */
  readonly #textStart: number;
  #fields: Fields | undefined;
  #data: string | undefined;
  #event: string | undefined;

  constructor(raw: Uint8Array, terminated: boolean, textStart = 0) {
    this.raw = raw;
    this.terminated = terminated;
    this.#textStart = textStart;
  }

  get shape(): Frame['shape'] {
    const fields = this.#read();
    if (fields.dataSpans.length > 0) return 'event';
    return fields.foreign ? 'bare' : 'comment';
  }

  get event(): string {
    if (this.#event === undefined) {
      const { eventStart, eventEnd } = this.#read();
      this.#event = eventEnd > eventStart ? decoder.decode(this.raw.subarray(eventStart, eventEnd)) : '';
    }
    return this.#event;
  }

  get data(): string {
    this.#data ??= joinSpans(this.raw, this.#read().dataSpans);
    return this.#data;
  }

  #read(): Fields {
    this.#fields ??= readFields(this.raw, this.#textStart);
    return this.#fields;
  }
}

/** The whole text of a frame, for a `bare` one: there `data` is empty. A byte order mark is left out. */
export function frameText(frame: Frame): string {
  const text = decoder.decode(frame.raw);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

interface Fields {
  eventStart: number;
  eventEnd: number;
  /** Start and end of each data value, in turn. */
  readonly dataSpans: number[];
  /** At least one line is plainly no field of an event stream. */
  foreign: boolean;
}

function readFields(raw: Uint8Array, textStart: number): Fields {
  const fields: Fields = { eventStart: 0, eventEnd: 0, dataSpans: [], foreign: false };
  const length = raw.length;
  let at = textStart;
  let nextLf = -1;
  let nextCr = -1;
  while (at < length) {
    if (nextLf < at) nextLf = indexOrEnd(raw, LF, at);
    if (nextCr < at) nextCr = indexOrEnd(raw, CR, at);
    const lineEnd = Math.min(nextLf, nextCr);
    if (lineEnd > at) readLine(raw, at, lineEnd, fields);
    at = lineEnd + 1;
  }
  return fields;
}

function readLine(raw: Uint8Array, start: number, end: number, fields: Fields): void {
  if (raw[start] === COLON) return;
  if (startsWith(raw, start, end, 'data')) {
    fields.dataSpans.push(valueStart(raw, start + 4, end), end);
  } else if (startsWith(raw, start, end, 'event')) {
    fields.eventStart = valueStart(raw, start + 5, end);
    fields.eventEnd = end;
  } else if (!looksLikeField(raw, start, end)) {
    fields.foreign = true;
  }
}

/** Whether the field's name is exactly `name`. */
function startsWith(raw: Uint8Array, start: number, end: number, name: string): boolean {
  const nameEnd = start + name.length;
  if (nameEnd > end || (nameEnd < end && raw[nameEnd] !== COLON)) return false;
  for (let index = 0; index < name.length; index++) {
    if (raw[start + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

function valueStart(raw: Uint8Array, nameEnd: number, end: number): number {
  if (nameEnd >= end) return end;
  return raw[nameEnd + 1] === SPACE && nameEnd + 1 < end ? nameEnd + 2 : nameEnd + 1;
}

/** An unknown field is ignored by the specification; a sentence, JSON or HTML is not a field. A line of spaces says nothing either way. */
function looksLikeField(raw: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isNameByte(raw[at]!)) at++;
  if (at > start) return at === end || raw[at] === COLON;
  while (at < end && (raw[at] === SPACE || raw[at] === TAB)) at++;
  return at === end;
}

function isNameByte(byte: number): boolean {
  const lower = byte | 32;
  return (lower >= 97 && lower <= 122) || (byte >= 48 && byte <= 57) || byte === 45 || byte === 46 || byte === 95;
}

function joinSpans(raw: Uint8Array, spans: readonly number[]): string {
  if (spans.length === 0) return '';
  if (spans.length === 2) return decoder.decode(raw.subarray(spans[0], spans[1]));
  const joined = new Uint8Array(raw.length);
  let length = 0;
  for (let index = 0; index < spans.length; index += 2) {
    const start = spans[index]!;
    const end = spans[index + 1]!;
    if (index > 0) joined[length++] = LF;
    if (end - start < viewWorthBytes) {
      for (let at = start; at < end; at++) joined[length++] = raw[at]!;
    } else {
      joined.set(raw.subarray(start, end), length);
      length += end - start;
    }
  }
  return decoder.decode(joined.subarray(0, length));
}

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}
