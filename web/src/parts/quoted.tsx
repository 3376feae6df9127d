/** A sentence in which words to be typed stand between backticks, as the diagnosis writes them. They are shown as code; everything stays text. */

import type { ReactNode } from 'react';

export function Quoted({ text }: { readonly text: string }): ReactNode {
  return quotedParts(text).map(({ isCode, words }, place) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
    isCode ? <code key={place}>{words}</code> : words,
  );
}

/** A backtick without its partner is a backtick. */
export function quotedParts(text: string): { readonly isCode: boolean; readonly words: string }[] {
  return text
    .split(/(`[^`\n]+`)/)
    .filter((part) => part !== '')
    .map((part) =>
      /^`[^`\n]+`$/.test(part) ? { isCode: true, words: part.slice(1, -1) } : { isCode: false, words: part },
    );
}
