/**
 * Which conversation a request belongs to: the name its client gave it, else a fingerprint of the system text, the opening and the first answer, so
 * that two conversations with one opening line are two. Before the first answer such a conversation has no name. A name is never guessed.
 */

import type { ClientRequest } from '../model/request.ts';
import { digest } from './digest.ts';
import { type Answer, readOpening } from './opening.ts';

export interface SessionIdentity {
  /** Absent before the first answer of a conversation that the client did not name. */
  readonly key?: string;
  /** The key that later turns of this conversation will have, now that the answer is known. */
  keyAfter(answer: Answer): string | undefined;
}

export function identifySession(request: ClientRequest, caller: string): SessionIdentity {
  if (request.sessionHint !== undefined && request.sessionHint !== '') {
    const key = `hint:${caller}:${request.sessionHint}`;
    return { key, keyAfter: () => key };
  }
  const opening = readOpening(request);
  const base = digest(request.protocol, caller, opening.system, opening.user);
  const keyOf = (answer: Answer): string | undefined => {
    const text = answer.texts.join('').replace(/\s+/g, '').slice(0, answerCharactersMax);
    return text === '' && answer.calls.length === 0 ? undefined : `turn:${digest(base, text, ...answer.calls)}`;
  };
  const key = opening.isPrefill ? undefined : keyOf(opening.answer);
  if (key !== undefined) return { key, keyAfter: () => key };
  // What the client has already put into the model's mouth is the beginning of what it will send back.
  return {
    keyAfter: (answer) =>
      keyOf({ texts: [...opening.answer.texts, ...answer.texts], calls: [...opening.answer.calls, ...answer.calls] }),
  };
}

/** Of an answer's text, without white space, so many characters name it. */
export const answerCharactersMax = 400;
