/**
 * Which signatures a Gemini model is sent: its own family's and those of unknown origin, byte for byte; never one that it would refuse. Where the
 * model demands one and nobody has it, Google's documented stand-in takes its place.
 */

import type { Mark } from '../../model/conversation.ts';
import { placeholderSignature, placeholderSignatures } from '../../model/signature-words.ts';
import { takesSignatureOf } from '../signature-envelope.ts';
import type { Content, Draft } from './write-conversation-draft.ts';

/** As the signature should stand on its part, or nothing. */
export function writeMark(mark: Mark | undefined, draft: Draft): { readonly thoughtSignature?: string } {
  if (mark === undefined || mark.signature === '') return {};
  // A stand-in signs nothing; it is put back where it is due.
  if (placeholderSignatures.has(mark.signature)) return {};
  if (accepts(draft.target.model, mark)) return { thoughtSignature: mark.signature };
  draft.lose('foreign-signature');
  return {};
}

/** Nobody said whose it is: then it is Gemini's own, unless it begins as OpenAI's do. */
function accepts(model: string, { family, signature }: Mark): boolean {
  return family === undefined ? !signature.startsWith(openaiStart) : takesSignatureOf(model, family);
}

const openaiStart = 'gAAAA';

/**
 * The first call of each step needs a signature since the user last spoke. Who speaks and answers a call in one breath may or may not begin
 * a new turn by Google's rule, so such a message does not count as one: a stand-in too many does no harm, one too few is a refusal.
 */
export function fillSignatures(contents: readonly Content[], draft: Draft): void {
  if (!draft.target.capabilities.demandsSignature) return;
  const spoke = contents.findLastIndex(
    ({ role, parts }) => role === 'user' && !parts.some((part) => part.functionResponse !== undefined),
  );
  for (const { role, parts } of contents.slice(spoke + 1)) {
    if (role !== 'model') continue;
    const at = parts.findIndex((part) => part.functionCall !== undefined);
    const first = parts[at];
    if (first === undefined || first.thoughtSignature !== undefined) continue;
    parts[at] = { ...first, thoughtSignature: placeholderSignature };
    draft.lose('placeholder-signature');
  }
}
