/** Which events say something, and to whom: the words that peek, hold gate and joiner share. Pure. */

import type { StreamEvent } from '../model/events.ts';

/** Visible text, thinking, a tool call, an image, or a block of a kind we do not know. */
export function carriesContent(event: StreamEvent): boolean {
  if (event.type === 'block-start') return event.says;
  return event.type === 'block-delta' && event.text !== '';
}

/** A piece of thinking, shown or hidden, or its beginning. */
export function isThought(event: StreamEvent): boolean {
  if (event.type === 'block-start') return event.kind === 'thinking' || event.kind === 'redacted-thinking';
  return event.type === 'block-delta' && event.kind === 'thinking';
}

/** Says something to the caller itself: thinking does not. */
export function answers(event: StreamEvent): boolean {
  return carriesContent(event) && !isThought(event);
}
