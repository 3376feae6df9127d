/** The turns of a conversation, from a list in which each names its role. Whatever is not the model's counts as the user's. */

import type { Turn } from '../answer.ts';
import { at, joinedText, textAt } from '../json.ts';

/** `model`: how the dialect calls the model's role; `content`: where a turn has its words. */
export function turnsIn(list: readonly unknown[], model = 'assistant', content = 'content'): readonly Turn[] {
  return list.map((turn) => ({
    role: textAt(turn, 'role') === model ? 'assistant' : 'user',
    text: joinedText(at(turn, content)),
  }));
}
