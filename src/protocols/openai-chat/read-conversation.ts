/** Reads a Chat Completions request into a conversation in no dialect's words, for an upstream that speaks another. Pure; nothing is fetched or opened. */

import type { Conversation } from '../../model/conversation.ts';
import type { ClientRequest, Problem } from '../../model/request.ts';
import { countOf, filledString, type JsonObject, objectsIn } from '../json/shapes.ts';
import { ConversationNotes } from './conversation-notes.ts';
import { readMessages } from './read-messages.ts';
import { readFormat, readRest, readSampling, readStop, readThinking, refuseUntranslatable } from './read-settings.ts';
import { readTools, usesLegacyFunctions } from './read-tools.ts';

export function readChatConversation(request: ClientRequest): { conversation: Conversation } | { problem: Problem } {
  const { json } = request;
  const notes = new ConversationNotes('A model of another dialect');
  refuseUntranslatable(json, notes);
  const { system, turns } = readMessages(objectsIn(json.messages), notes);
  if (notes.problem !== undefined) return { problem: notes.problem };
  const { tools, choice } = readTools(json);
  const maxOutputTokens = countOf(json.max_completion_tokens) ?? countOf(json.max_tokens);
  const thinking = readThinking(json);
  const output = readFormat(json.response_format);
  const candidates = countOf(json.n);
  const user = filledString(json.user);
  const parallelToolCalls = readParallel(json);
  return {
    conversation: {
      system,
      turns,
      tools,
      ...(choice !== undefined && { toolChoice: choice }),
      ...(parallelToolCalls !== undefined && { parallelToolCalls }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      stopSequences: readStop(json.stop),
      sampling: readSampling(json),
      ...(thinking !== undefined && { thinking }),
      ...(output !== undefined && { output }),
      ...(candidates !== undefined && candidates !== 1 && { candidates }),
      ...(user !== undefined && { user }),
      rest: readRest(json),
    },
  };
}

/** A client of the older form can read one call to an answer. */
function readParallel(json: JsonObject): boolean | undefined {
  if (usesLegacyFunctions(json)) return false;
  return typeof json.parallel_tool_calls === 'boolean' ? json.parallel_tool_calls : undefined;
}
