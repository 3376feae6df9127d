/** Whose signature it is, by the look of OpenAI's own. */

import type { Mark } from '../../model/conversation.ts';

/** What OpenAI's own encrypted reasoning starts with, whoever carried it here. */
const openaiPrefix = 'gAAAA';

/** Whether OpenAI itself made this signature. Where nobody said so, its first letters do. */
export function isOpenaiMark({ signature, family }: Mark): boolean {
  if (family === 'openai') return true;
  return (family === undefined || family === 'unknown') && signature.startsWith(openaiPrefix);
}
