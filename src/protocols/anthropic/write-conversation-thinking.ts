/** How much Claude is to think, in the words that the model takes: a budget, an effort, or nothing. Never a setting that the model refuses. */

import type { Capabilities, Thinking } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { LossNotes } from './write-conversation-notes.ts';

export interface ThinkingSetting {
  readonly thinking?: JsonObject;
  readonly effort?: string;
  /** The request asks for thinking: sampling is restricted then. */
  readonly active: boolean;
}

export interface ThinkingSituation {
  /** Thinking counts towards it. */
  readonly maxTokens: number;
  /** A tool call is demanded, or a model turn is to be continued. */
  readonly demands: boolean;
  /** Inside a tool loop that does not begin with thinking. */
  readonly lost: boolean;
}

export function writeThinking(
  wish: Thinking | undefined,
  capabilities: Capabilities,
  situation: ThinkingSituation,
  notes: LossNotes,
): ThinkingSetting {
  if (wish === undefined) return { active: false };
  if (wish.mode === 'off') return turnOff(capabilities, notes);
  switch (capabilities.thinking) {
    case 'none':
      notes.note('thinking-none');
      return { active: false };
    case 'budget':
      return writeBudget(wish, capabilities, situation, notes);
    default:
      return writeEffort(wish, capabilities, notes);
  }
}

function turnOff(capabilities: Capabilities, notes: LossNotes): ThinkingSetting {
  if (capabilities.thinking === 'none') return { active: false };
  if (capabilities.canTurnOff) return { thinking: { type: 'disabled' }, active: false };
  notes.note('thinking-always');
  const [least] = capabilities.levels ?? [];
  return { ...(least !== undefined && { effort: least }), active: false };
}

const budgetTokensMin = 1024;
/** What is kept for the answer itself when the wish is larger than the limit. */
const answerTokensMin = 1024;

/** For a wish in words, and for one without any amount. */
const budgetByEffort = { minimal: 1024, low: 2048, medium: 8192, high: 24_576, xhigh: 32_768, max: 65_536 } as const;

function writeBudget(
  wish: Thinking,
  { budgetTokensMin: least = budgetTokensMin, budgetTokensMax: most }: Capabilities,
  { maxTokens, demands, lost }: ThinkingSituation,
  notes: LossNotes,
): ThinkingSetting {
  const asked = askedBudget(wish);
  const wanted = Math.min(Math.max(asked, least, budgetTokensMin), most ?? Number.POSITIVE_INFINITY);
  const budget = wanted < maxTokens ? wanted : Math.max(budgetTokensMin, maxTokens - answerTokensMin);
  if (budget >= maxTokens) notes.note('thinking-room');
  else if (demands) notes.note('thinking-forced');
  else if (lost) notes.note('thinking-lost');
  else return { thinking: { type: 'enabled', budget_tokens: budget }, active: true };
  return { active: false };
}

/** −1 = as much as it likes. */
function askedBudget({ budgetTokens, effort }: Thinking): number {
  if (budgetTokens === undefined) return budgetByEffort[effort ?? 'medium'];
  return budgetTokens < 0 ? budgetByEffort.max : budgetTokens;
}

function writeEffort(wish: Thinking, capabilities: Capabilities, notes: LossNotes): ThinkingSetting {
  const isAdaptive = capabilities.thinking === 'adaptive';
  const effort = nearestEffort(askedEffort(wish, notes), capabilities.levels ?? ['low', 'medium', 'high']);
  const display = wish.shown === undefined ? {} : { display: wish.shown ? 'summarized' : 'omitted' };
  return {
    ...(isAdaptive && { thinking: { type: 'adaptive', ...display } }),
    ...(effort !== undefined && { effort }),
    active: isAdaptive,
  };
}

type Effort = NonNullable<Thinking['effort']>;

/** Up to how many tokens a budget is met by which effort. */
const effortByBudget: readonly (readonly [budgetTokens: number, effort: Effort])[] = [
  [2048, 'low'],
  [12_288, 'medium'],
  [40_000, 'high'],
  [Number.POSITIVE_INFINITY, 'max'],
];

function askedEffort({ budgetTokens, effort }: Thinking, notes: LossNotes): Effort | undefined {
  if (budgetTokens === undefined || effort !== undefined) return effort;
  if (budgetTokens < 0) return undefined;
  notes.note('thinking-budget');
  return effortByBudget.find(([tokens]) => budgetTokens <= tokens)?.[1];
}

const order: readonly string[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The strongest accepted word that is not stronger than the wish, else the weakest. */
function nearestEffort(wish: Effort | undefined, levels: readonly string[]): string | undefined {
  if (wish === undefined) return undefined;
  const rank = order.indexOf(wish);
  return levels.filter((level) => order.indexOf(level) <= rank).at(-1) ?? levels[0];
}
