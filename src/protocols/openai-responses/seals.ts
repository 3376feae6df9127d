/** How signatures stand in this dialect: in the `encrypted_content` of reasoning items. OpenAI's own is alone there; others are sealed, several joined by a blank. */

import { modelFamilyOf } from '../../model/model-family.ts';
import { type SignaturePlace, seal } from '../signature-envelope.ts';

/** Redacted thinking has no text to be told apart by. */
export const redactedFamily = 'claude-redacted';

/** What a model's signature is written as here. */
export function sealedFor(model: string, signature: string, place: SignaturePlace): string {
  const family = modelFamilyOf(model);
  return family === 'openai' && place === 'here' ? signature : seal(signature, { family, place });
}

export function sealedRedacted(data: string): string {
  return seal(data, { family: redactedFamily, place: 'here' });
}
