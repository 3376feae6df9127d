/**
 * Puts the signatures that travelled in thinking blocks back on the parts they belong to, and lets the empty blocks that carried them vanish.
 * Claude's own signatures stay on their thinking. No signature is ever changed, joined or given to two parts.
 */

import type { Mark, Part } from '../../model/conversation.ts';
import { unseal } from '../signature-envelope.ts';

export class CarriedMarks {
  /** Belongs to the part that follows. */
  #next: Mark | undefined;

  /** Another party speaks: what was to be signed did not come back. */
  reset(): void {
    this.#next = undefined;
  }

  readThinking(text: string, signature: string, parts: Part[]): void {
    const sealed = unseal(signature);
    if (sealed === undefined) {
      if (signature !== '') parts.push({ type: 'thinking', text, signature: { signature, family: 'claude' } });
      else if (text !== '') parts.push({ type: 'thinking', text });
      return;
    }
    const mark: Mark = { signature: sealed.signature, family: sealed.family };
    if (sealed.place === 'here') {
      parts.push({ type: 'thinking', text, signature: mark });
      return;
    }
    if (text !== '') parts.push({ type: 'thinking', text });
    if (sealed.place === 'next') this.#next = mark;
    else signLast(mark, parts);
  }

  /** The part with the signature that was waiting for it. */
  sign(part: Part): Part {
    const mark = this.#next;
    if (mark === undefined || !canCarry(part)) return part;
    this.#next = undefined;
    return { ...part, signature: mark };
  }
}

type Carrier = Extract<Part, { readonly type: 'text' | 'tool-call' | 'code' }>;

function canCarry(part: Part | undefined): part is Carrier {
  const isCarrier = part?.type === 'text' || part?.type === 'tool-call' || part?.type === 'code';
  return isCarrier && part.signature === undefined;
}

/** Gemini signs an empty text part when there is no other: a signature without a part of its own becomes one. */
function signLast(mark: Mark, parts: Part[]): void {
  const last = parts.at(-1);
  if (canCarry(last)) parts[parts.length - 1] = { ...last, signature: mark };
  else parts.push({ type: 'text', text: '', signature: mark });
}
