/** What the texts of one death say about each other: what was shown, what was said next, whether that goes on from it, and how the two may be joined. */

import { saidInStream } from '../contracts/said/read.ts';
import { isAmbiguous } from './ambiguity.ts';
import type { Call, Death, Witness } from './house.ts';
import { textShownIn, wordsOf } from './sights.ts';

export interface Story {
  readonly isAmbiguous: boolean;
  readonly isContradicted: boolean;
  /** What the client had when the second upstream was asked, and what that one said. */
  readonly shownText: string;
  readonly newText: string;
}

export function storyOf({ client }: Death, witness: Witness, whole: string): Story {
  const second = heirIn(witness);
  if (second === undefined) return { isAmbiguous: false, isContradicted: false, shownText: '', newText: '' };
  const shownText = textShownIn(client, second.shownBefore);
  const newText = wordsOf(saidInStream[second.dialect](second.sent));
  const isContradicted = shownText !== '' && !whole.endsWith(newText);
  const from = whole.length - newText.length;
  const isUnclear = !isContradicted && shownText !== '' && isAmbiguous(whole, shownText.length, from);
  return { isAmbiguous: isUnclear, isContradicted, shownText, newText };
}

/** Who was asked after the death and did not refuse. */
export function heirIn({ calls }: Witness): Call | undefined {
  return calls.slice(1).find(({ status }) => status === 200);
}

/** From so many characters on that agree with the shown ones and then differ, an answer is seen to be another one. */
const contradictionCharactersMin = 8;

/** Whether it must be seen that the new text is no continuation. */
export function isPlainContradiction({ shownText, newText }: Story): boolean {
  const isSeen = commonLength(shownText, newText) >= contradictionCharactersMin;
  return isSeen && endingsOf(shownText, newText).every((cut) => cut === 0);
}

/** Whether the text is what was shown and then the new one, nothing of either lost or doubled. */
export function isGlued(text: string, { shownText, newText }: Story): boolean {
  return endingsOf(shownText, newText).some((cut) => text === shownText + newText.slice(cut));
}

/** How many characters of `fresh` could be the end of what was shown; 0 is always among them. */
function endingsOf(shown: string, fresh: string): number[] {
  const lengths = Array.from({ length: Math.min(shown.length, fresh.length) + 1 }, (_, length) => length);
  return lengths.filter((length) => shown.endsWith(fresh.slice(0, length)));
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < Math.min(left.length, right.length) && left[length] === right[length]) length += 1;
  return length;
}
