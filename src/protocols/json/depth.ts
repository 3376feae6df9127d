/**
 * Measures how deeply a JSON text is nested, on its bytes and without recursion, before anything parses it: a text ten thousand levels deep
 * parses and then overflows the stack of whatever walks it. It does not judge whether the text is valid.
 */

/** Deeper than any request of a real client; every recursion over a body relies on it. */
export const jsonDepthMax = 200;

const QUOTE = 34;
const BACKSLASH = 92;

export function exceedsDepth(text: Uint8Array, depthMax: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = stringEnd(text, at) - 1;
    } else if (byte === 123 || byte === 91) {
      depth++;
      if (depth > depthMax) return true;
    } else if (byte === 125 || byte === 93) {
      depth--;
    }
  }
  return false;
}

/** The index after the closing quote of the string that opens at `start`; the end of the text when it is not closed. */
export function stringEnd(text: Uint8Array, start: number): number {
  let quote = start;
  for (;;) {
    quote = text.indexOf(QUOTE, quote + 1);
    if (quote < 0) return text.length;
    let before = quote - 1;
    while (before > start && text[before] === BACKSLASH) before--;
    if ((quote - 1 - before) % 2 === 0) return quote + 1;
  }
}
