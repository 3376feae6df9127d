/** Finds the known word that was probably meant. Only for words of our own vocabulary, never for values that could be secrets. */

/** The known word with the smallest edit distance; `undefined` only when there is none, or none within `distanceMax`. */
export function nearest(
  word: string,
  known: readonly string[],
  distanceMax = Number.POSITIVE_INFINITY,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(plain(word), plain(candidate));
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return bestDistance <= distanceMax ? best : undefined;
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours cost 1 each. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1;
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + same);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}

/** `maxAttempts`, `max-attempts` and `max_attempts` are the same word. Cut short so that a giant key costs nothing. */
function plain(word: string): string {
  return word
    .slice(0, WORD_LENGTH_MAX)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

const WORD_LENGTH_MAX = 64;
