/** Conversations in short words, and what is written of them. */

import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { writeResponsesConversation } from './write-conversation.ts';

export type Json = Record<string, unknown>;

export const thinker: Capabilities = {
  thinking: 'effort',
  levels: ['minimal', 'low', 'medium', 'high'],
  canTurnOff: false,
  prefill: false,
  sampling: false,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
};

export const empty: Conversation = { system: [], turns: [], tools: [], stopSequences: [], sampling: {}, rest: {} };

export function write(
  conversation: Partial<Conversation>,
  capabilities = thinker,
  operation: 'generate' | 'count-tokens' = 'generate',
) {
  const target = { model: 'gpt-5', stream: true, capabilities, operation };
  const result = writeResponsesConversation({ ...empty, ...conversation }, target);
  if ('problem' in result) return { problem: result.problem.message, json: {} as Json, losses: [] };
  return { problem: undefined, json: JSON.parse(Buffer.from(result.body).toString()) as Json, losses: result.losses };
}

export const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
export const model = (...parts: Part[]): Turn => ({ role: 'model', parts });
