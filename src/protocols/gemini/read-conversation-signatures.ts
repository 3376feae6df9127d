/**
 * Thought signatures of a Gemini history. One that another family of models made travels sealed, in base64, because the field holds bytes; it is given
 * back to the part it was made for. Pieces of one thought or one text, which a client may keep as they streamed, become one again.
 */

import type { Mark, Part } from '../../model/conversation.ts';
import { redactedFamily } from '../openai-responses/seals.ts';
import { unseal } from '../signature-envelope.ts';
import type { PlacedMark, PlacedPart } from './read-conversation-parts.ts';
import { type JsonObject, signatureOf } from './shapes.ts';

export function readMark(json: JsonObject): PlacedMark | undefined {
  const signature = signatureOf(json);
  if (signature === undefined) return undefined;
  const sealed = signature.startsWith(sealedStart)
    ? unseal(Buffer.from(signature, 'base64').toString('latin1'))
    : undefined;
  if (sealed === undefined) return { mark: { signature }, place: 'here' };
  return { mark: { signature: sealed.signature, family: sealed.family }, place: sealed.place };
}

/** `agt1` in base64, as far as it does not depend on what follows: spares native signatures the decoding. */
const sealedStart = 'YWd0M';

/** `joinsText` in a model's turn: who speaks there speaks one text, however it was cut. */
export function joinParts(placed: readonly PlacedPart[], joinsText: boolean): readonly Part[] {
  const parts: Part[] = [];
  let next: Mark | undefined;
  for (const { part, mark } of placed) {
    if (mark?.place === 'before') giveBefore(parts, mark.mark);
    const own = next ?? (mark?.place === 'here' ? mark.mark : undefined);
    next = mark?.place === 'next' ? mark.mark : undefined;
    add(parts, signed(part, own), joinsText);
  }
  if (next !== undefined) giveBefore(parts, next);
  return parts;
}

/** To the thought before, or, when the thought itself had no text to show, to one of its own. */
function giveBefore(parts: Part[], mark: Mark): void {
  const last = parts.at(-1);
  if (mark.family === redactedFamily) parts.push({ type: 'redacted-thinking', data: mark.signature });
  else if (last?.type === 'thinking' && last.signature === undefined) parts[parts.length - 1] = signed(last, mark);
  else parts.push({ type: 'thinking', text: '', signature: mark });
}

function signed(part: Part, mark: Mark | undefined): Part {
  if (mark === undefined) return part;
  if (mark.family === redactedFamily) return { type: 'redacted-thinking', data: mark.signature };
  switch (part.type) {
    case 'text':
    case 'thinking':
    case 'tool-call':
    case 'code':
      return { ...part, signature: mark };
    default:
      return part;
  }
}

function add(parts: Part[], part: Part, joinsText: boolean): void {
  const last = parts.at(-1);
  if (part.type === 'thinking' && last?.type === 'thinking' && last.signature === undefined) {
    parts[parts.length - 1] = { ...part, text: last.text + part.text };
    return;
  }
  if (part.type !== 'text') {
    if (part.type !== 'thinking' || part.text !== '' || part.signature !== undefined) parts.push(part);
    return;
  }
  const isPlain = part.signature === undefined;
  if (isPlain && part.text === '') return;
  if (joinsText && isPlain && last?.type === 'text' && last.signature === undefined) {
    parts[parts.length - 1] = { ...last, text: last.text + part.text };
    return;
  }
  parts.push(part);
}
