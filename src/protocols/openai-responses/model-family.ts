/** Whose signature it is: by the name of the model that is asked, and by the look of OpenAI's own. */

import type { Mark } from '../../model/conversation.ts';
import { signatureFamilyOf } from '../signature-envelope.ts';

export function familyOfModel(model: string): string {
  return signatureFamilyOf(model);
}

/** What OpenAI's own encrypted reasoning starts with, whoever carried it here. */
const openaiPrefix = 'gAAAA';

/** Whether OpenAI itself made this signature. Where nobody said so, its first letters do. */
export function isOpenaiMark({ signature, family }: Mark): boolean {
  if (family === 'openai') return true;
  return (family === undefined || family === 'unknown') && signature.startsWith(openaiPrefix);
}
