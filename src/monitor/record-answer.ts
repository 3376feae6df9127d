/**
 * An answer as the record keeps it: media named, secrets taken out, and the marks of its writes moved along, so that they still count the bytes of the text
 * beside them. Pure; it never parses JSON.
 */

import { BODY_GAP } from '../model/body-gap.ts';
import type { Marks } from '../model/journal.ts';
import { type NamedMedium, nameMedia, utf8 } from './record-body.ts';
import type { WriteMark } from './views.ts';

export interface KeptAnswer {
  readonly body: string;
  readonly marks: WriteMark[];
}

/** `body`: head and tail where it was longer than the limit, with the line that says how much is missing between. */
export function keptAnswer(body: Uint8Array, marks: Marks | undefined, redact: (text: string) => string): KeptAnswer {
  const { body: rest, named } = nameMedia(body);
  const moved = named.length === 0 ? (end: number) => end : mover(named, offsetsIn(body));
  return { body: redact(utf8(rest)), marks: markRows(marks, moved) };
}

export function markRows(marks: Marks | undefined, moved: (end: number) => number = (end) => end): WriteMark[] {
  if (marks === undefined) return [];
  return Array.from(marks.ends, (end, at) => ({ end: moved(end), ms: Math.round(marks.ms[at] ?? 0) }));
}

/** From a place in what was sent to its place where each medium is as long as its name. */
function mover(named: readonly NamedMedium[], sent: (at: number) => number): (end: number) => number {
  const media = named.map(({ start, end, nameBytes }) => ({ from: sent(start), to: sent(end), nameBytes }));
  return (end) => {
    let saved = 0;
    for (const { from, to, nameBytes } of media) {
      if (end <= from) break;
      if (end < to) return from - saved + nameBytes;
      saved += to - from - nameBytes;
    }
    return end - saved;
  };
}

const GAP_WORDS = Buffer.from(' bytes not kept ');
/** On both sides of these words; more than the line has. */
const GAP_REACH_BYTES = 40;

/** From a place in the kept body to its place in what was sent. */
function offsetsIn(body: Uint8Array): (at: number) => number {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const words = bytes.indexOf(GAP_WORDS);
  const around = words < 0 ? '' : utf8(bytes.subarray(Math.max(0, words - GAP_REACH_BYTES), words + GAP_REACH_BYTES));
  const gap = BODY_GAP.exec(around);
  if (gap === null) return (at) => at;
  const line = Buffer.from(gap[0]);
  const start = bytes.indexOf(line);
  return (at) => (at <= start ? at : at - line.length + Number(gap[1]));
}
