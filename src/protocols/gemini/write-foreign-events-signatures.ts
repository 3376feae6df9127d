/** How a signature stands in `thoughtSignature`: Gemini's own as it is, another family's sealed and in base64, because the field holds bytes. */

import { modelFamilyOf } from '../../model/model-family.ts';
import { redactedFamily } from '../openai-responses/seals.ts';
import { seal } from '../signature-envelope.ts';

export type Carry = (signature: string, place: 'here' | 'before', isRedacted?: boolean) => string;

/** `model` is the one that was asked: its line signed. */
export function sealFor(model: string): Carry {
  const family = modelFamilyOf(model);
  return (signature, place, isRedacted = false) => {
    if (family.startsWith('gemini') && place === 'here') return signature;
    const sealed = seal(signature, { family: isRedacted ? redactedFamily : family, place });
    return Buffer.from(sealed, 'latin1').toString('base64');
  };
}
