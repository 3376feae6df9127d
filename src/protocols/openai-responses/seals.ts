/** How signatures stand in this dialect: in the `encrypted_content` of reasoning items. OpenAI's own is alone there; others are sealed, several joined by a blank. */

import type { ForeignOptions } from '../../model/ports.ts';
import { familyOfSigner, type SignaturePlace, seal } from '../signature-envelope.ts';

/** Redacted thinking has no text to be told apart by. */
export const redactedFamily = 'claude-redacted';

/** What a signature of the model that is telling is written as here. */
export function sealedFor(options: ForeignOptions, signature: string, place: SignaturePlace): string {
  const family = familyOfSigner(options);
  return family === 'openai' && place === 'here' ? signature : seal(signature, { family, place });
}

export function sealedRedacted(data: string): string {
  return seal(data, { family: redactedFamily, place: 'here' });
}

/** These come back as another thing or not at all: there is no part that their signature could return to. */
export const withoutSignature: ReadonlySet<string> = new Set(['server-tool', 'media', 'other']);
