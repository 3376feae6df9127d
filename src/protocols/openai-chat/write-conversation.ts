/**
 * Writes a conversation as a Chat Completions request, for OpenAI and for every server that speaks its dialect. What the dialect cannot express is
 * refused before anything is sent, carried as text, or left out by a row of `losses.ts`.
 */

import type { Capabilities, Conversation, Loss } from '../../model/conversation.ts';
import type { Operation, Problem } from '../../model/request.ts';
import { ConversationNotes } from './conversation-notes.ts';
import { writeMessages } from './write-messages.ts';
import { writeSettings } from './write-settings.ts';
import { writeTools } from './write-tools.ts';

export function writeChatConversation(
  conversation: Conversation,
  target: {
    readonly model: string;
    readonly stream: boolean;
    readonly capabilities: Capabilities;
    readonly operation: Operation;
  },
): { body: Uint8Array; losses: readonly Loss[] } | { problem: Problem } {
  const notes = new ConversationNotes(target.model);
  if (target.operation === 'count-tokens') notes.refuse('count-tokens');
  const body = {
    model: target.model,
    messages: writeMessages(conversation, target, notes),
    ...writeTools(conversation, target, notes),
    ...writeSettings(conversation, target, notes),
    ...(target.stream && { stream: true, stream_options: { include_usage: true } }),
  };
  if (notes.problem !== undefined) return { problem: notes.problem };
  return { body: new TextEncoder().encode(JSON.stringify(body)), losses: notes.losses };
}
