/**
 * How much a Gemini model is to think, in the one word it knows: a number of tokens (2.5) or a level (3 and later), never both. What it does not
 * take is brought to the nearest it does.
 */

import type { Thinking } from '../../model/conversation.ts';
import type { JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';

export function writeThinking(thinking: Thinking | undefined, draft: Draft): JsonObject | undefined {
  if (thinking === undefined) return undefined;
  const ways = draft.target.capabilities.thinking;
  if (ways !== 'budget' && ways !== 'level') {
    if (thinking.mode === 'on') draft.lose('no-thinking');
    return undefined;
  }
  const depth = ways === 'budget' ? budgetOf(thinking, draft) : levelOf(thinking, draft);
  // Who asks for thinking wants to see it, unless he says otherwise.
  const shown = thinking.mode === 'on' ? { includeThoughts: thinking.shown !== false } : {};
  const config = { ...depth, ...shown };
  return Object.keys(config).length > 0 ? config : undefined;
}

type Effort = NonNullable<Thinking['effort']>;

function budgetOf(thinking: Thinking, draft: Draft): JsonObject {
  const {
    budgetTokensMin: least = 0,
    budgetTokensMax: most = Number.MAX_SAFE_INTEGER,
    canTurnOff,
  } = draft.target.capabilities;
  if (thinking.mode === 'off') {
    if (canTurnOff) return { thinkingBudget: 0 };
    draft.lose('thinking-off');
    return { thinkingBudget: least };
  }
  let asked = thinking.budgetTokens;
  if (asked === undefined && thinking.effort !== undefined) {
    draft.lose('thinking-effort');
    asked = tokensByEffort[thinking.effort];
  }
  if (asked === undefined) return {};
  if (asked < 0) return { thinkingBudget: asMuchAsItLikes };
  const thinkingBudget = Math.min(most, Math.max(least, asked));
  if (thinkingBudget !== asked && thinking.budgetTokens !== undefined) draft.lose('thinking-budget');
  return { thinkingBudget };
}

const asMuchAsItLikes = -1;

/** The numbers behind Google's own table of efforts; the two above it ask for all there is. */
const tokensByEffort: Readonly<Record<Effort, number>> = {
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER,
};

function levelOf(thinking: Thinking, draft: Draft): JsonObject {
  const levels = draft.target.capabilities.levels ?? [];
  if (thinking.mode === 'off') {
    draft.lose('thinking-off');
    const lowest = levels[0];
    return lowest === undefined ? {} : { thinkingLevel: lowest.toUpperCase() };
  }
  let asked = thinking.effort;
  if (asked === undefined && thinking.budgetTokens !== undefined && thinking.budgetTokens >= 0) {
    draft.lose('thinking-budget');
    asked = effortOfTokens(thinking.budgetTokens);
  }
  if (asked === undefined) return {};
  const level = nearestLevel(asked, levels);
  if (level === undefined) return {};
  if (level !== asked && thinking.effort !== undefined) draft.lose('thinking-effort');
  return { thinkingLevel: level.toUpperCase() };
}

function effortOfTokens(tokens: number): Effort {
  if (tokens <= tokensByEffort.minimal) return 'minimal';
  if (tokens <= tokensByEffort.low) return 'low';
  return tokens <= tokensByEffort.medium ? 'medium' : 'high';
}

const efforts: readonly string[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The least one that is not below what was asked for; else the highest there is. */
function nearestLevel(asked: Effort, levels: readonly string[]): string | undefined {
  const wanted = efforts.indexOf(asked);
  return levels.find((level) => efforts.indexOf(level) >= wanted) ?? levels.at(-1);
}
