/** Builds Messages requests for tests and reads them as the gateway would. */

import type { Conversation, Part } from '../../model/conversation.ts';
import { readAnthropicConversation } from './read-conversation.ts';
import { readAnthropicRequest } from './read-request.ts';

export type Read = ReturnType<typeof readAnthropicConversation>;

export function readText(text: string): Read {
  const read = readAnthropicRequest({
    operation: 'generate',
    body: new TextEncoder().encode(text),
    headers: {},
    query: new URLSearchParams(),
  });
  if ('problem' in read) throw new Error(read.problem.message);
  return readAnthropicConversation(read.request);
}

export function read(fields: object): Read {
  return readText(
    JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], ...fields }),
  );
}

export function conversation(fields: object): Conversation {
  const result = read(fields);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

export function parts(content: unknown, role = 'user'): readonly Part[] | undefined {
  return conversation({ messages: [{ role, content }] }).turns[0]?.parts;
}
