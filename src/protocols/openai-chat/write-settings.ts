/** Writes how to answer: limits, sampling, thinking, output format, and what of the client's own members this dialect has too. */

import type { Conversation, Thinking } from '../../model/conversation.ts';
import { modelFamilyOf } from '../../model/model-family.ts';
import { filledString, type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { arrayOf } from './shapes.ts';
import type { MessageTarget } from './write-messages.ts';

export function writeSettings(conversation: Conversation, target: MessageTarget, notes: ConversationNotes): JsonObject {
  if ((conversation.candidates ?? 1) > 1) notes.refuse('candidates');
  return {
    ...writeLimit(conversation, target, notes),
    ...writeStop(conversation.stopSequences, notes),
    ...writeSampling(conversation, target, notes),
    ...writeThinking(conversation.thinking, target, notes),
    ...writeOutput(conversation),
    ...writeRest(conversation, target, notes),
  };
}

function writeLimit({ maxOutputTokens }: Conversation, target: MessageTarget, notes: ConversationNotes): JsonObject {
  if (maxOutputTokens === undefined) return {};
  const most = target.capabilities.maxOutputTokens ?? maxOutputTokens;
  if (maxOutputTokens > most) notes.lose('max-tokens');
  const limit = Math.min(maxOutputTokens, most);
  // OpenAI's thinking models refuse the older name, and few other servers know the newer one.
  return isOpenai(target) ? { max_completion_tokens: limit } : { max_tokens: limit };
}

function isOpenai(target: MessageTarget): boolean {
  return modelFamilyOf(target.model) === 'openai';
}

const stopSequencesMax = 4;

function writeStop(stops: readonly string[], notes: ConversationNotes): JsonObject {
  if (stops.length > stopSequencesMax) notes.refuse('stop-sequences');
  return stops.length === 0 ? {} : { stop: stops };
}

function writeSampling({ sampling }: Conversation, target: MessageTarget, notes: ConversationNotes): JsonObject {
  const { topK, seed, ...others } = sampling;
  if (topK !== undefined) notes.lose('top-k');
  const seeded = seed === undefined ? {} : { seed };
  const stated = {
    temperature: others.temperature,
    top_p: others.topP,
    presence_penalty: others.presencePenalty,
    frequency_penalty: others.frequencyPenalty,
  };
  const members = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  if (target.capabilities.sampling || Object.keys(members).length === 0) return { ...members, ...seeded };
  notes.lose('sampling');
  return seeded;
}

function writeThinking(thinking: Thinking | undefined, target: MessageTarget, notes: ConversationNotes): JsonObject {
  if (thinking === undefined) return {};
  const effort = thinking.mode === 'off' ? leastEffort(target, notes) : effortOf(thinking, target, notes);
  return effort === undefined ? {} : { reasoning_effort: effort };
}

/** What is known of a model's efforts. Google's compatible endpoint takes them for models that think by a number of tokens too. */
function levelsOf(target: MessageTarget): readonly string[] {
  const { thinking, levels, canTurnOff } = target.capabilities;
  if (thinking === 'none') return [];
  if (thinking !== 'budget') return levels ?? defaultLevels;
  if (!modelFamilyOf(target.model).startsWith('gemini')) return [];
  return canTurnOff ? ['none', ...defaultLevels] : defaultLevels;
}

function leastEffort(target: MessageTarget, notes: ConversationNotes): string | undefined {
  const levels = levelsOf(target);
  if (levels.includes('none')) return 'none';
  // `none` is no word that every server knows, and little effort is not what was asked for.
  if (target.capabilities.canTurnOff) return undefined;
  if (levels.length > 0) notes.lose('thinking-always');
  return levels[0];
}

function effortOf(thinking: Thinking, target: MessageTarget, notes: ConversationNotes): string | undefined {
  const levels = levelsOf(target);
  const { effort, budgetTokens: budget } = thinking;
  if (levels.length === 0) notes.lose('thinking-none');
  else if (effort !== undefined) return nearest(effort, levels);
  // -1 is as much as the model likes.
  else if (budget === undefined || budget < 0) return undefined;
  // A number of tokens says too little to try it on a server of which nothing is known.
  else if (modelFamilyOf(target.model) === 'unknown') notes.lose('thinking-none');
  else {
    notes.lose('thinking-budget');
    return nearest(effortOfBudget(budget), levels);
  }
  return undefined;
}

const scale = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const defaultLevels = ['low', 'medium', 'high'];

/** The largest budget of each effort. */
const effortBudgets: readonly (readonly [tokensMax: number, effort: string])[] = [
  [1_024, 'minimal'],
  [4_096, 'low'],
  [16_384, 'medium'],
  [32_768, 'high'],
];

function effortOfBudget(budgetTokens: number): string {
  return effortBudgets.find(([tokensMax]) => budgetTokens <= tokensMax)?.[1] ?? 'xhigh';
}

/** The model's own level that is closest; of two equally close ones the stronger. */
function nearest(wanted: string, levels: readonly string[]): string {
  const at = (level: string): number => scale.indexOf(level);
  const thinks = levels.filter((level) => level !== 'none');
  return thinks.reduce(
    (best, level) => (Math.abs(at(level) - at(wanted)) <= Math.abs(at(best) - at(wanted)) ? level : best),
    thinks[0] ?? wanted,
  );
}

function writeOutput({ output }: Conversation): JsonObject {
  if (output === undefined || output.type === 'text') return {};
  if (output.type === 'json') return { response_format: { type: 'json_object' } };
  const { schema, strict } = output;
  return {
    response_format: {
      type: 'json_schema',
      // The dialect demands a name of letters, digits, _ and -.
      json_schema: { name: output.name ?? 'answer', schema, ...(strict !== undefined && { strict }) },
    },
  };
}

/** What another provider keeps or computes: the answer hangs on it. */
const providerState: ReadonlySet<string> = new Set([
  'cachedContent',
  'previous_response_id',
  'conversation',
  'prompt',
  'background',
  'mcp_servers',
  'container',
]);

/** OpenAI's two dialects share these. Other servers may refuse them. */
const shared: ReadonlySet<string> = new Set([
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'verbosity',
  'prediction',
]);

/** OpenAI's limit for the name of a user. */
const userCharactersMax = 64;

function writeRest(conversation: Conversation, target: MessageTarget, notes: ConversationNotes): JsonObject {
  const { rest, user } = conversation;
  const members: [string, unknown][] = [];
  for (const [name, value] of Object.entries(rest)) {
    if (isIdle(value)) continue;
    if (providerState.has(name)) notes.refuse('provider-state', name);
    else if (shared.has(name) && isOpenai(target)) members.push([name, value]);
    else notes.lose('rest');
  }
  refuseOtherOutput(rest, notes);
  const verbosity = filledString(objectOf(rest.text)?.verbosity);
  if (verbosity !== undefined && isOpenai(target)) members.push(['verbosity', verbosity]);
  if (user !== undefined && isOpenai(target) && user.length <= userCharactersMax) members.push(['user', user]);
  else if (user !== undefined) notes.lose('rest');
  return Object.fromEntries(members);
}

/** Said, but nothing asked for by it. */
function isIdle(value: unknown): boolean {
  return value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

function refuseOtherOutput(rest: JsonObject, notes: ConversationNotes): void {
  const asked = [rest.modalities, rest.responseModalities, objectOf(rest.generationConfig)?.responseModalities];
  const others = asked.flatMap(arrayOf).filter((modality) => stringOf(modality)?.toLowerCase() !== 'text');
  if (others.length > 0) notes.refuse('other-output');
}
