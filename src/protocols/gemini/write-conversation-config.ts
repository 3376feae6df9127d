/** `generationConfig` for Gemini: limits, sampling, the form of the output, thinking. Only what was asked for is written. */

import type { Conversation, OutputFormat } from '../../model/conversation.ts';
import { cleanSchema } from './schema.ts';
import { isObject, type JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';
import { writeThinking } from './write-conversation-thinking.ts';

export function writeConfig(conversation: Conversation, draft: Draft): JsonObject {
  const { stopSequences, sampling, candidates } = conversation;
  if (stopSequences.length > stopSequencesMax) draft.refuse('stop-sequences', String(stopSequences.length));
  if (candidates !== undefined && candidates > 1) draft.refuse('candidates', String(candidates));
  if (conversation.user !== undefined) draft.lose('user');
  const maxOutputTokens = writeLimit(conversation.maxOutputTokens, draft);
  const thinkingConfig = writeThinking(conversation.thinking, draft);
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(stopSequences.length > 0 && { stopSequences }),
    ...sampling,
    ...(candidates !== undefined && { candidateCount: candidates }),
    ...writeOutput(conversation, draft),
    ...(thinkingConfig !== undefined && { thinkingConfig }),
  };
}

const stopSequencesMax = 5;

function writeLimit(asked: number | undefined, draft: Draft): number | undefined {
  const most = draft.target.capabilities.maxOutputTokens;
  if (asked === undefined || most === undefined || asked <= most) return asked;
  draft.lose('output-tokens');
  return most;
}

function writeOutput({ output, tools }: Conversation, draft: Draft): JsonObject {
  if (output === undefined || output.type === 'text') return {};
  const hasFunctions = tools.some((tool) => tool.type === 'function');
  if (hasFunctions && !draft.target.capabilities.callIds) draft.refuse('json-with-functions');
  return { responseMimeType: 'application/json', ...writeOutputSchema(output, draft) };
}

function writeOutputSchema(output: OutputFormat, draft: Draft): JsonObject {
  if (output.type !== 'json-schema' || !isObject(output.schema)) return {};
  if (output.name !== undefined || output.strict !== undefined) draft.lose('output-name');
  if (draft.target.usesJsonSchema === false) return { responseSchema: cleanSchema(output.schema) };
  return { responseJsonSchema: output.schema };
}
