/** Puts the command that explains a failed answer at the very end of what its caller is told: clients match on the words before it. Pure. */

import type { Problem } from '../model/request.ts';
import { withWordsAtEnd } from './json/error-message.ts';

/** A refusal of the request itself keeps the provider's own bytes: clients act on its wording. */
const OWN_WORDS: ReadonlySet<Problem['kind']> = new Set(['bad-request', 'context-too-long']);

export function explained(problem: Problem, id: string): Problem {
  // ASCII alone, and one line: some clients print it as it is.
  const words = ` - explain it: antigravity-tools explain ${id}`;
  const { body, kind } = problem;
  const own = body === undefined || OWN_WORDS.has(kind) ? {} : { body: withWordsAtEnd(body, words) };
  return { ...problem, ...own, message: problem.message + words };
}
