/**
 * The seam between the text a client has been shown and the text of the attempt that goes on. Decides, piece by piece, how much of the new text was
 * shown already: an answer that is told again from its start loses what the client has, one that repeats the end loses the repetition, and one that
 * starts over with other words is no continuation. Pure; it never adds a character.
 */

/** Longest repetition of the shown end that is looked for. */
export const overlapCharactersMax = 4_096;
/** A new start that agrees with the shown one for so long, and then differs, contradicts it. */
export const contradictionCharactersMin = 8;
/** The same where the answer is short, or does not begin with the end that it was to repeat: then a new start is the likelier reading. */
export const restartCharactersMin = 3;
/** Whoever was told less of the answer than this must begin with the end that it was to repeat: a new start could not be told from a continuation. */
export const toldCharactersMin = 6;

export type SeamVerdict =
  /** More of the text must be seen. */
  | { readonly is: 'open' }
  /** So many characters at the beginning of the new text were shown already. */
  | { readonly is: 'settled'; readonly cut: number }
  | { readonly is: 'contradiction'; readonly detail: string };

export interface Seam {
  push(text: string): SeamVerdict;
  /** The new text ends here, or something follows that is no text. */
  end(): SeamVerdict;
}

/** `repeats`: the last characters of `shown` that the upstream was not told of, so that it begins with them. */
export function createSeam(shown: string, repeats = ''): Seam {
  const windowStart = Math.max(0, shown.length - overlapCharactersMax);
  let fresh = '';
  let verdict: SeamVerdict = { is: 'open' };

  const settle = (): SeamVerdict => {
    if (shown === '') return cutOf(0);
    if (fresh.startsWith(shown)) return cutOf(shown.length);
    const overlap = overlapOf(shown, fresh, repeats);
    const common = commonLength(shown, fresh);
    if (common > overlap && common >= restartLength(shown, fresh, repeats)) {
      return {
        is: 'contradiction',
        detail: `the answer was begun anew and differs from what was shown after ${common} characters`,
      };
    }
    if (overlap === 0 && fresh !== '' && repeats !== '') return elsewhere(shown, fresh, repeats);
    return cutOf(overlap);
  };

  return {
    push(text) {
      if (verdict.is !== 'open') return verdict;
      fresh += text;
      if (fresh === '' || isUndecided(shown, fresh, windowStart)) return verdict;
      verdict = settle();
      return verdict;
    },
    end() {
      if (verdict.is !== 'open') return verdict;
      // A whole new answer that is only the beginning of the shown one says less than the client has.
      const isShorterRestart = fresh.length >= contradictionCharactersMin && fresh.length < shown.length;
      verdict =
        isShorterRestart && shown.startsWith(fresh) && !shown.endsWith(fresh)
          ? { is: 'contradiction', detail: 'the answer was begun anew and ended before what was shown' }
          : settle();
      return verdict;
    },
  };
}

/** So many characters at the beginning of both make a new start. */
function restartLength(shown: string, fresh: string, repeats: string): number {
  if (repeats !== '' && !fresh.startsWith(repeats)) return restartCharactersMin;
  return Math.min(contradictionCharactersMin, Math.max(restartCharactersMin, Math.ceil(shown.length / 2)));
}

/**
 * The upstream was told of the text without its last characters, so who goes on from there begins with them. Whoever does not may still have gone on
 * from where the client is; in the middle of a word, or after next to nothing, that cannot be believed.
 */
function elsewhere(shown: string, fresh: string, repeats: string): SeamVerdict {
  if (repeats.startsWith(fresh.trimEnd())) return cutOf(fresh.length);
  const isToldEnough = shown.length - repeats.length >= toldCharactersMin;
  if (isToldEnough && (!/[\p{L}\p{N}_]$/u.test(shown) || !/^[\p{L}\p{N}_]/u.test(fresh))) return cutOf(0);
  return { is: 'contradiction', detail: 'the text does not go on where it was told to, but with other words' };
}

function cutOf(cut: number): SeamVerdict {
  return { is: 'settled', cut };
}

/** Whether more text could still turn out to repeat what was shown, from the start or up to its end. */
function isUndecided(shown: string, fresh: string, windowStart: number): boolean {
  if (fresh.length < shown.length && shown.startsWith(fresh)) return true;
  const at = shown.indexOf(fresh, windowStart);
  return at !== -1 && at + fresh.length < shown.length;
}

/** The longest beginning of `fresh` that is an end of `shown`. */
function overlapOf(shown: string, fresh: string, repeats: string): number {
  const longestPossible = Math.min(shown.length, fresh.length, overlapCharactersMax);
  const expected = repeats !== '' && fresh.startsWith(repeats) ? repeats.length : 0;
  for (let length = longestPossible; length > expected; length -= 1) {
    if (!shown.endsWith(fresh.slice(0, length))) continue;
    return expected > 0 && isRow(fresh.slice(0, length), length - expected) ? expected : length;
  }
  return expected;
}

/**
 * A row of the same sign or word (a line of dashes, blank lines, indentation): how much of it was repeated cannot be seen, so the upstream is
 * trusted to have begun where it was told to. Letters are no row: no word holds three of a kind.
 */
function isRow(text: string, period: number): boolean {
  return text.length >= period * 2 && !/^\p{L}+$/u.test(text);
}

function commonLength(left: string, right: string): number {
  const longest = Math.min(left.length, right.length);
  let length = 0;
  while (length < longest && left[length] === right[length]) length += 1;
  return length;
}
