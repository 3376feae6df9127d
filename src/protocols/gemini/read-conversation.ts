/**
 * Reads a Gemini request into a conversation of no dialect. Calls without an id get one that is the same each time the same history is sent, and
 * each response is paired with its call. What has no place in a conversation stays in `rest` by its own name; nothing is invented.
 */

import type { Conversation } from '../../model/conversation.ts';
import type { ClientRequest, Problem } from '../../model/request.ts';
import { parseLossless } from '../json/lossless.ts';
import { readConfig } from './read-conversation-config.ts';
import { listMember, objectMember, without } from './read-conversation-members.ts';
import { readToolChoice, readTools } from './read-conversation-tools.ts';
import { readSystem, readTurns } from './read-conversation-turns.ts';
import type { JsonObject } from './shapes.ts';

export function readGeminiConversation(request: ClientRequest): { conversation: Conversation } | { problem: Problem } {
  const json = innerOf(request.json);
  // Arguments, results and schemas keep the spelling of their numbers; settings are read as numbers.
  const exact = innerOf(parseLossless(new TextDecoder().decode(request.body)) as JsonObject);
  const read = readTurns(listMember(exact, 'contents'));
  if ('fault' in read) return { problem: { kind: 'bad-request', message: read.fault } };
  const toolConfig = objectMember(json, 'toolConfig') ?? {};
  const config = readConfig(
    objectMember(json, 'generationConfig') ?? {},
    objectMember(exact, 'generationConfig') ?? {},
  );
  const toolChoice = readToolChoice(toolConfig);
  const { rest, ...configured } = config;
  const restTools = without(toolConfig, ['functionCallingConfig']);
  return {
    conversation: {
      system: readSystem(objectMember(exact, 'systemInstruction')),
      turns: read.turns,
      tools: readTools(listMember(exact, 'tools')),
      ...(toolChoice !== undefined && { toolChoice }),
      ...configured,
      rest: {
        ...without(json, placed),
        ...(Object.keys(rest).length > 0 && { generationConfig: rest }),
        ...(Object.keys(restTools).length > 0 && { toolConfig: restTools }),
      },
    },
  };
}

/** What has a place in a conversation, and the model, which routing decides on. */
const placed: readonly string[] = [
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'generateContentRequest',
  'model',
];

/** A token count may hold the whole request one level deeper. */
function innerOf(json: JsonObject): JsonObject {
  return objectMember(json, 'generateContentRequest') ?? json;
}
