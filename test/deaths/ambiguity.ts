/**
 * The places of a text at which nobody can tell where a new text goes on, because the text repeats itself there: rows of the same sign, lines that
 * come again, an answer whose rest begins as the answer did. Computed from the recorded text alone; it shares nothing with the seam it excuses.
 */

/** So much of a beginning is taken for a new start: see the seam's own tests. */
const newStartCharactersMin = 8;

/** The client has `shown` characters of the text, and whoever goes on begins at the character `from`. */
export function isAmbiguous(text: string, shown: number, from: number): boolean {
  const expected = shown - from;
  // Whoever begins at the very start tells all that was shown again, and more of it than any repetition.
  if (from === 0 || expected < 0) return false;
  return endsLater(text, shown, from, expected) || isRow(text.slice(from, shown)) || beginsAsBefore(text, shown, from);
}

/** More of what comes than was shown already stands at the end of what was shown. */
function endsLater(text: string, shown: number, from: number, expected: number): boolean {
  for (let start = 0; start < shown - expected; start += 1) {
    let length = 0;
    while (start + length < shown && text[start + length] === text[from + length]) length += 1;
    if (start + length === shown) return true;
  }
  return false;
}

/** The same again and again: any part of it is an end of it. Two signs make no row yet. */
function isRow(repeated: string): boolean {
  if (repeated.replace(/\s/g, '').length <= 2) return false;
  for (let period = 1; period * 2 <= repeated.length; period += 1) {
    if (repeated.startsWith(repeated.slice(period))) return true;
  }
  return false;
}

/** The rest begins as the whole did, for so long that it could be the whole once more. */
function beginsAsBefore(text: string, shown: number, from: number): boolean {
  const enough = Math.min(newStartCharactersMin, Math.max(3, Math.ceil(shown / 2)));
  return text.startsWith(text.slice(from, from + enough)) && text.length - from >= enough;
}
