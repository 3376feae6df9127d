/** Reads the thoughts that a client sends back with an answer: `reasoning_details` with their signatures, or only the text of them. */

import type { Mark, Part } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectsIn, stringOf } from '../json/shapes.ts';
import { redactedFamily } from '../openai-responses/seals.ts';
import { unseal } from '../signature-envelope.ts';

export interface ReadReasoning {
  readonly thoughts: readonly Part[];
  /** Signatures that belong to what was said last, and to what was said first. */
  readonly before: readonly Mark[];
  readonly next: readonly Mark[];
}

export function readReasoning(message: JsonObject): ReadReasoning {
  const text = filledString(message.reasoning_content) ?? filledString(message.reasoning);
  const before: Mark[] = [];
  const next: Mark[] = [];
  const thoughts = objectsIn(message.reasoning_details).flatMap((detail): Part[] => {
    const sealed = unseal(stringOf(detail.data) ?? '');
    if (sealed === undefined) return readDetail(detail);
    const mark = { signature: sealed.signature, family: sealed.family };
    if (sealed.place === 'before') before.push(mark);
    else if (sealed.place === 'next') next.push(mark);
    else if (sealed.family === redactedFamily) return [{ type: 'redacted-thinking', data: sealed.signature }];
    return [];
  });
  const isTold = thoughts.some((part) => part.type === 'thinking' && part.text !== '');
  // The signature of a thought that is told only once.
  const silent = thoughts.findIndex((part) => part.type === 'thinking');
  if (!isTold && text !== undefined) {
    if (silent >= 0) thoughts[silent] = { ...(thoughts[silent] as Extract<Part, { type: 'thinking' }>), text };
    else thoughts.unshift({ type: 'thinking', text });
  }
  return { thoughts, before, next };
}

function readDetail(detail: JsonObject): Part[] {
  const type = stringOf(detail.type) ?? '';
  // Data that only the server which made it can read.
  if (type === 'reasoning.encrypted') return [{ type: 'other', dialect: 'openai-chat', name: type, wire: detail }];
  const text = stringOf(detail.text) ?? stringOf(detail.summary) ?? '';
  const signature = filledString(detail.signature);
  if (text === '' && signature === undefined) return [];
  const sealed = unseal(signature ?? '');
  const mark = sealed === undefined ? { signature } : { signature: sealed.signature, family: sealed.family };
  return [{ type: 'thinking', text, ...(mark.signature !== undefined && { signature: mark as Mark }) }];
}
