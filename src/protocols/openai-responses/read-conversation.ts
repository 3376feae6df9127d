/**
 * Reads a Responses request into a conversation in no dialect's words, for an upstream that speaks another. What refers to a response that is
 * kept elsewhere must have been replaced before (`previous.ts`); what is left of it is refused, never guessed.
 */

import type { Conversation, Part } from '../../model/conversation.ts';
import type { ClientRequest, Problem } from '../../model/request.ts';
import { countOf, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { responsesReadLosses } from './losses.ts';
import { readContent, UnreadableError, unreadable } from './read-content.ts';
import { readInput } from './read-input.ts';
import { readFormat, readRest, readSampling, readThinking, readToolChoice } from './read-settings.ts';
import { readTools } from './read-tools.ts';

export function readResponsesConversation(
  request: ClientRequest,
): { conversation: Conversation } | { problem: Problem } {
  try {
    const kept = elsewhere.find((field) => (request.json[field] ?? undefined) !== undefined);
    if (kept !== undefined) throw unreadable(responsesReadLosses[kept]);
    return { conversation: readJson(request.json) };
  } catch (error) {
    if (error instanceof UnreadableError) return { problem: { kind: 'bad-request', message: error.message } };
    throw error;
  }
}

/** Members that stand for content which only their keeper has. */
const elsewhere = ['previous_response_id', 'conversation', 'prompt'] as const;

function readJson(json: JsonObject): Conversation {
  const { tools, calls } = readTools(json);
  const { system, turns } = readInput(json.input, calls);
  const { choice, allowed } = readToolChoice(json.tool_choice, calls);
  const maxOutputTokens = countOf(json.max_output_tokens);
  const thinking = readThinking(json.reasoning);
  const output = readFormat(objectOf(json.text)?.format);
  const user = stringOf(json.user);
  return {
    system: [...readInstructions(json.instructions), ...system],
    turns,
    tools: allowed === undefined ? tools : tools.filter((tool) => allowed.has(tool.name)),
    ...(choice !== undefined && { toolChoice: choice }),
    ...(typeof json.parallel_tool_calls === 'boolean' && { parallelToolCalls: json.parallel_tool_calls }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    stopSequences: [],
    sampling: readSampling(json),
    ...(thinking !== undefined && { thinking }),
    ...(output !== undefined && { output }),
    ...(user !== undefined && { user }),
    rest: readRest(json),
  };
}

/** A list of items is legal too, and is echoed so by the API. */
function readInstructions(value: unknown): Part[] {
  if (typeof value === 'string') return readContent(value);
  return objectsIn(value).flatMap((item) => readContent(item.content));
}
