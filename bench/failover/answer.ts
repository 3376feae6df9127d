/**
 * The one answer of this benchmark: sixty tokens, always the same. Says what a model has still to say when a request shows it the beginning of
 * that answer. Pure; it must never guess, so a beginning that is none gets the whole answer.
 */

export const tokenCount = 60;

/** As models cut text: every token but the first brings its own space. Each is unlike all others, so a lost or doubled one is seen. */
export const tokens: readonly string[] = Array.from({ length: tokenCount }, (_, at) =>
  at === 0 ? 'tok0' : ` tok${at}`,
);

export const wholeText = tokens.join('');

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** `fresh`: nothing of the answer is shown · `prefill`: the request ends with its beginning · `go-on`: a user turn after it asks to go on. */
export type AskForm = 'fresh' | 'prefill' | 'go-on';

export interface Wanted {
  readonly form: AskForm;
  /** Characters of the whole answer that the request shows. */
  readonly shownCharacters: number;
}

const asksToGoOn = /\b(continue|continuing|go on|going on|carry on|resume|pick up|keep going)\b/i;

export function wantedBy(turns: readonly Turn[]): Wanted {
  const last = turns.at(-1);
  if (last === undefined) return { form: 'fresh', shownCharacters: 0 };
  if (last.role === 'assistant') return shown('prefill', last);
  const before = turns.at(-2);
  return before?.role === 'assistant' && asksToGoOn.test(last.text) ? shown('go-on', before) : shown('fresh');
}

/** A trailing assistant turn stays one even when it is no beginning: a model without prefill refuses it for its place, not for its words. */
function shown(form: AskForm, turn?: Turn): Wanted {
  const isBeginning = turn !== undefined && turn.text !== '' && wholeText.startsWith(turn.text);
  if (!isBeginning && form === 'go-on') return { form: 'fresh', shownCharacters: 0 };
  return { form, shownCharacters: isBeginning ? turn.text.length : 0 };
}

export interface Piece {
  readonly text: string;
  /** Tokens of the whole answer that are told once this piece has been. */
  readonly told: number;
}

export function piecesAfter(shownCharacters: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  tokens.forEach((token, at) => {
    const start = end;
    end += token.length;
    if (end > shownCharacters) pieces.push({ text: token.slice(Math.max(0, shownCharacters - start)), told: at + 1 });
  });
  return pieces;
}
