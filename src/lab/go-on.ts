/**
 * How an answer goes on of which a request shows the beginning: as it should, or in one of the ways that models have of going on badly.
 * Pure, and the same for the lab's own answers and for recordings.
 */

import type { AskTurn } from './ask.ts';
import type { LabResume } from './step.ts';
import { boundary, composeAnswer } from './words.ts';

export const GOES_ON: LabResume = { way: 'continue' };
export const OVERLAP_CHARS_MAX = 200;

const PLAIN_WAYS = ['continue', 'restart', 'contradict'] as const;
const COMMON_CHARS_MIN = 12;
/** The first differs from every second by its first letter, so that one of them always parts from the answer at once. */
const CONTRARY = [
  'No, that was wrong; from here on I say something else.',
  'Or rather, I say something else from here on.',
];
/** A bare "continue" is what people say to a finished answer; who asks to go on with a broken one says where. */
const ASKS_TO_GO_ON = /\b(go(es|ing)? on|continue|carry on|resume|pick up)\b/i;
const SAYS_WHERE = /\b(exactly|where|cut off|br(oke|oken|eak) off|interrupted|stopped|left off)\b/i;

/** Reads `continue`, `restart`, `overlap:N` or `contradict`. A problem is one sentence. */
export function parseResume(text: string): { readonly resume: LabResume } | { readonly problem: string } {
  const plain = PLAIN_WAYS.find((way) => way === text);
  if (plain !== undefined) return { resume: { way: plain } };
  const chars = Number(/^overlap:(\d{1,3})$/.exec(text)?.[1]);
  if (chars >= 1 && chars <= OVERLAP_CHARS_MAX) return { resume: { way: 'overlap', chars } };
  return {
    problem: `a lab goes on in one of these ways: ${PLAIN_WAYS.join(', ')}, overlap:1 to overlap:${OVERLAP_CHARS_MAX}`,
  };
}

/** What may be the beginning of an answer: a model turn at the end, or followed by one turn of the user. */
export interface ShownBeginning {
  readonly said: string;
  /** The conversation without it, as it was first asked. */
  readonly turns: readonly AskTurn[];
  /** The user's last words; absent where the model's turn is the last. */
  readonly note?: string;
}

export function shownBeginning(turns: readonly AskTurn[]): ShownBeginning | undefined {
  const last = turns.at(-1);
  const before = turns.at(-2);
  if (last?.who === 'model') {
    return last.calls > 0 ? undefined : { said: last.texts.join(''), turns: turns.slice(0, -1) };
  }
  if (last?.results !== 0 || before?.who !== 'model' || before.calls > 0) return undefined;
  return { said: before.texts.join(''), turns: turns.slice(0, -2), note: last.texts.join('\n') };
}

/** A finished answer with a turn of the user after it is a conversation, unless that turn asks to go on. */
export function asksToGoOn({ note }: ShownBeginning): boolean {
  return note === undefined || (ASKS_TO_GO_ON.test(note) && SAYS_WHERE.test(note));
}

/** How many characters of the whole were said; white space at the end may have been cut off or added. Undefined when something else was said. */
export function shownChars(whole: string, said: string): number | undefined {
  if (said.trim() === '') return undefined;
  if (whole.startsWith(said)) return said.length;
  const trimmed = said.trimEnd();
  return whole.startsWith(trimmed) ? trimmed.length : undefined;
}

export interface GoneOn {
  readonly text: string;
  /** Whether the calls that follow the text are given as well. */
  readonly calls: boolean;
}

/** What is said after `shown` characters of the text, when `owed` says whether calls follow it. */
export function goOn(whole: string, shown: number, owed: boolean, resume: LabResume): GoneOn {
  if (resume.way === 'restart') return { text: whole, calls: true };
  if (owed && whole.slice(shown).trim() === '') return { text: '', calls: true };
  if (resume.way === 'contradict') return { text: contrary(whole, shown), calls: false };
  const from = resume.way === 'overlap' ? wholeCharacter(whole, Math.max(0, shown - resume.chars)) : shown;
  return { text: whole.slice(from), calls: true };
}

/** Begins like the answer, for half of what was shown or a dozen characters, and parts from it before the end of what was shown. */
function contrary(whole: string, shown: number): string {
  const half = Math.floor(shown / 2);
  const common = wholeCharacter(whole, shown > COMMON_CHARS_MIN ? Math.max(COMMON_CHARS_MIN, half) : half);
  const words = CONTRARY.find((sentence) => sentence[0] !== whole[common]) ?? '';
  return `${whole.slice(0, common)}${words} ${composeAnswer('', `contrary ${whole}`)}`;
}

/** The same place, or one before when it would part a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  return at > 0 && boundary(text, at) !== at ? at - 1 : at;
}
