/** Builds conversations for tests and writes them for Claude. */

import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import type { Operation } from '../../model/request.ts';
import { anthropicWrittenLosses } from './losses.ts';
import { writeAnthropicConversation } from './write-conversation.ts';

export const able: Capabilities = {
  thinking: 'adaptive',
  levels: ['low', 'medium', 'high', 'max'],
  canTurnOff: true,
  prefill: false,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
  maxOutputTokens: 64_000,
  systemTurns: true,
};
export const budgeted: Partial<Capabilities> = { thinking: 'budget', prefill: true };

export const say = (text: string): Part => ({ type: 'text', text });
export const user = (...parts: readonly Part[]): Turn => ({ role: 'user', parts });
export const model = (...parts: readonly Part[]): Turn => ({ role: 'model', parts });
export const system = (text: string): Turn => ({ role: 'system', parts: [say(text)] });
export const call = (id: string, argumentsJson = '{}'): Part => ({
  type: 'tool-call',
  id,
  name: 'look',
  argumentsJson,
});
export const result = (id: string, ...parts: readonly Part[]): Part => ({
  type: 'tool-result',
  id,
  parts,
  isError: false,
});
export const media = (more: object): Part => ({ type: 'media', ...more });
export const tool = (name: string, more: object = {}) => ({ type: 'function' as const, name, ...more });
export const search = { type: 'server' as const, dialect: 'gemini', name: 'googleSearch', wire: {} };

export const hello: Conversation = {
  system: [],
  turns: [user(say('Hi'))],
  tools: [],
  stopSequences: [],
  sampling: {},
  rest: {},
  maxOutputTokens: 4096,
};

export function write(
  fields: Partial<Conversation>,
  capabilities: Partial<Capabilities> = {},
  operation: Operation = 'generate',
) {
  const target = { model: 'claude-x', stream: true, capabilities: { ...able, ...capabilities }, operation };
  return writeAnthropicConversation({ ...hello, ...fields }, target);
}

export interface Written {
  readonly body: Record<string, unknown>;
  readonly losses: readonly string[];
}

export function written(...args: Parameters<typeof write>): Written {
  const result = write(...args);
  if ('problem' in result) throw new Error(result.problem.message);
  const known = Object.entries(anthropicWrittenLosses);
  return {
    body: JSON.parse(Buffer.from(result.body).toString()) as Record<string, unknown>,
    losses: result.losses.map((loss) => known.find(([, row]) => row === loss)?.[0] ?? ''),
  };
}

export const messagesOf = (turns: readonly Turn[], capabilities: Partial<Capabilities> = {}) =>
  written({ turns }, capabilities).body.messages;
export const text = (words: string) => ({ type: 'text', text: words });
