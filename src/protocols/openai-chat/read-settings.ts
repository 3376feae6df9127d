/** Reads what a request says about how to answer: thinking, output format, sampling, and what has no place of its own. */

import type { OutputFormat, Sampling, Thinking } from '../../model/conversation.ts';
import { countOf, filledString, type JsonObject, numberOf, objectOf, stringOf } from '../json/shapes.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { arrayOf } from './shapes.ts';

/** OpenAI's `reasoning_effort`, and the forms in which gateways of this dialect take more: `reasoning` and `thinking`. */
export function readThinking(json: JsonObject): Thinking | undefined {
  const reasoning = objectOf(json.reasoning) ?? {};
  const thinking = objectOf(json.thinking) ?? {};
  const effort = filledString(json.reasoning_effort) ?? filledString(reasoning.effort);
  if (effort === 'none' || reasoning.enabled === false || thinking.type === 'disabled') return { mode: 'off' };
  const budgetTokens = countOf(reasoning.max_tokens) ?? countOf(thinking.budget_tokens);
  const known = efforts.find((word) => word === effort);
  const asked = known !== undefined || budgetTokens !== undefined || reasoning.enabled === true || isOn(thinking.type);
  if (!asked) return undefined;
  return {
    mode: 'on',
    ...(known !== undefined && { effort: known }),
    ...(budgetTokens !== undefined && { budgetTokens }),
    ...(typeof reasoning.exclude === 'boolean' && { shown: !reasoning.exclude }),
  };
}

const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

function isOn(type: unknown): boolean {
  return type === 'enabled' || type === 'adaptive' || type === 'auto';
}

export function readFormat(value: unknown): OutputFormat | undefined {
  const wire = objectOf(value);
  if (wire?.type === 'text') return { type: 'text' };
  if (wire?.type === 'json_object') return { type: 'json' };
  if (wire?.type !== 'json_schema') return undefined;
  const asked = objectOf(wire.json_schema) ?? wire;
  const name = filledString(asked.name);
  return {
    type: 'json-schema',
    schema: asked.schema ?? {},
    ...(name !== undefined && { name }),
    ...(typeof asked.strict === 'boolean' && { strict: asked.strict }),
  };
}

export function readSampling(json: JsonObject): Sampling {
  const stated = {
    temperature: numberOf(json.temperature),
    topP: numberOf(json.top_p),
    topK: countOf(json.top_k),
    seed: numberOf(json.seed),
    presencePenalty: numberOf(json.presence_penalty),
    frequencyPenalty: numberOf(json.frequency_penalty),
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as Sampling;
}

export function readStop(value: unknown): readonly string[] {
  return (typeof value === 'string' ? [value] : arrayOf(value)).flatMap((stop) => filledString(stop) ?? []);
}

/** What is read elsewhere, or is about the transport alone. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'web_search_options',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'temperature',
  'top_p',
  'top_k',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'response_format',
  'user',
]);

export function readRest(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name, value]) => !placed.has(name) && value !== null));
}

/** What changes the answer and no other dialect has a word for. */
export function refuseUntranslatable(json: JsonObject, notes: ConversationNotes): void {
  if (json.logprobs === true || (numberOf(json.top_logprobs) ?? 0) > 0) notes.refuse('logprobs');
  if (Object.keys(objectOf(json.logit_bias) ?? {}).length > 0) notes.refuse('logit-bias');
  if (arrayOf(json.modalities).some((modality) => stringOf(modality) !== 'text')) notes.refuse('spoken-answer');
}
