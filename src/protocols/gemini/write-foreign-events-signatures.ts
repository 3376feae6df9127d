/** How a signature stands in `thoughtSignature`: Gemini's own as it is, another family's sealed and in base64, because the field holds bytes. */

import { redactedFamily } from '../openai-responses/seals.ts';
import { seal } from '../signature-envelope.ts';

/** A signature and the line of models that made it. */
export interface Signed {
  readonly signature: string;
  readonly family: string;
}

export function carried({ signature, family }: Signed, place: 'here' | 'before', isRedacted = false): string {
  if (family.startsWith('gemini') && place === 'here') return signature;
  const sealed = seal(signature, { family: isRedacted ? redactedFamily : family, place });
  return Buffer.from(sealed, 'latin1').toString('base64');
}
