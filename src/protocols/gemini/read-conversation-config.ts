/** `generationConfig` as the settings of a conversation. What has no place there stays as it is, for a Gemini target or for an account of what is lost. */

import type { Conversation, OutputFormat, Sampling, Thinking } from '../../model/conversation.ts';
import { member, objectMember, textMember, without } from './read-conversation-members.ts';
import { jsonSchemaOf } from './schema-read.ts';
import { isObject, type JsonObject } from './shapes.ts';

export type Configured = Pick<
  Conversation,
  'maxOutputTokens' | 'stopSequences' | 'sampling' | 'thinking' | 'output' | 'candidates'
> & { readonly rest: JsonObject };

/** `exact` is the same with the spelling of numbers kept, for the output schema. */
export function readConfig(json: JsonObject, exact: JsonObject): Configured {
  const maxOutputTokens = numberMember(json, 'maxOutputTokens');
  const candidates = numberMember(json, 'candidateCount');
  const stops = member(json, 'stopSequences');
  const output = readOutput(json, exact);
  const thinking = readThinking(objectMember(json, 'thinkingConfig'));
  return {
    stopSequences: Array.isArray(stops) ? stops.filter((stop) => typeof stop === 'string') : [],
    sampling: readSampling(json),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(candidates !== undefined && { candidates }),
    ...(output !== undefined && { output }),
    ...(thinking !== undefined && { thinking }),
    rest: without(json, [...placed, ...(output === undefined ? [] : outputMembers)]),
  };
}

const samplingMembers = ['temperature', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty'] as const;
const outputMembers = ['responseMimeType', 'responseSchema', 'responseJsonSchema', '_responseJsonSchema'] as const;
const placed: readonly string[] = [
  'maxOutputTokens',
  'candidateCount',
  'stopSequences',
  'thinkingConfig',
  ...samplingMembers,
];

function numberMember(json: JsonObject, name: string): number | undefined {
  const value = member(json, name);
  return typeof value === 'number' ? value : undefined;
}

function readSampling(json: JsonObject): Sampling {
  const stated = samplingMembers.flatMap((name) => {
    const value = numberMember(json, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(stated);
}

/** Undefined also for what is no JSON (`text/x.enum`): it then stays in the rest. */
function readOutput(json: JsonObject, exact: JsonObject): OutputFormat | undefined {
  const mimeType = textMember(json, 'responseMimeType');
  if (mimeType === 'text/plain') return { type: 'text' };
  if (mimeType !== 'application/json') return undefined;
  const schema = member(exact, 'responseJsonSchema') ?? exact._responseJsonSchema;
  if (isObject(schema)) return { type: 'json-schema', schema };
  const subset = member(exact, 'responseSchema');
  return isObject(subset) ? { type: 'json-schema', schema: jsonSchemaOf(subset) } : { type: 'json' };
}

const efforts: ReadonlyMap<string, NonNullable<Thinking['effort']>> = new Map([
  ['minimal', 'minimal'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);

function readThinking(json: JsonObject | undefined): Thinking | undefined {
  if (json === undefined || Object.keys(json).length === 0) return undefined;
  const budgetTokens = numberMember(json, 'thinkingBudget');
  const effort = efforts.get(textMember(json, 'thinkingLevel')?.toLowerCase() ?? '');
  const includes = member(json, 'includeThoughts');
  const shown = typeof includes === 'boolean' ? { shown: includes } : { shown: false };
  if (budgetTokens === 0) return { mode: 'off' };
  return {
    mode: 'on',
    ...(budgetTokens !== undefined && { budgetTokens }),
    ...(effort !== undefined && { effort }),
    ...shown,
  };
}
