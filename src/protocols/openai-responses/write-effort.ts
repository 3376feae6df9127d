/** Writes how much a model is to think as one of the words that the target knows. */

import type { Capabilities, Thinking } from '../../model/conversation.ts';

/** Weakest first: how far two words are apart is how far they stand apart here. */
const scale = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const usual: readonly string[] = ['low', 'medium', 'high'];

/** Undefined = the model's own default. */
export function writeEffort(thinking: Thinking, { levels = usual, canTurnOff }: Capabilities): string | undefined {
  if (thinking.mode === 'off') return canTurnOff && !levels.includes('minimal') ? 'none' : nearest('none', levels);
  const wanted = thinking.effort ?? effortOfBudget(thinking.budgetTokens);
  return wanted && nearest(wanted, levels);
}

/** The steps at which the providers' own tables change the word. */
const budgets: readonly (readonly [tokensMax: number, effort: string])[] = [
  [1024, 'minimal'],
  [4096, 'low'],
  [16384, 'medium'],
  [32768, 'high'],
];

function effortOfBudget(tokens: number | undefined): string | undefined {
  if (tokens === undefined || tokens < 0) return undefined;
  return budgets.find(([tokensMax]) => tokens <= tokensMax)?.[1] ?? 'xhigh';
}

function nearest(wanted: string, levels: readonly string[]): string | undefined {
  const place = (word: string): number => scale.indexOf(word as (typeof scale)[number]);
  const known = levels.filter((level) => place(level) >= 0);
  const distance = (level: string): number => Math.abs(place(level) - place(wanted));
  return known.reduce<string | undefined>(
    (best, level) => (best === undefined || distance(level) < distance(best) ? level : best),
    undefined,
  );
}
