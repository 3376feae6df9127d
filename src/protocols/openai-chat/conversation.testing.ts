/** Conversations and their parts for the tests of this dialect's request writer, and what the writer makes of them. */

import { expect } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { writeChatConversation } from './write-conversation.ts';

export const able: Capabilities = {
  thinking: 'effort',
  levels: ['minimal', 'low', 'medium', 'high'],
  canTurnOff: false,
  prefill: false,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
};

export type Members = Partial<Omit<Conversation, 'turns'>> & { readonly turns?: readonly Turn[] };
export type Message = { role: string; content?: unknown } & Record<string, unknown>;
export type Body = { messages: Message[] } & Record<string, unknown>;

export const hi: Turn = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };

export function conversationOf(members: Members): Conversation {
  return { system: [], turns: [hi], tools: [], stopSequences: [], sampling: {}, rest: {}, ...members };
}

export function write(members: Members, capabilities: Partial<Capabilities> = {}, model = 'gpt-5') {
  const target = { model, stream: true, capabilities: { ...able, ...capabilities }, operation: 'generate' as const };
  return writeChatConversation(conversationOf(members), target);
}

export function written(
  members: Members,
  capabilities: Partial<Capabilities> = {},
  model = 'gpt-5',
): { body: Body; lost: string[] } {
  const result = write(members, capabilities, model);
  if ('problem' in result) throw new Error(result.problem.message);
  return {
    body: JSON.parse(Buffer.from(result.body).toString()) as Body,
    lost: result.losses.map(({ feature }) => feature),
  };
}

export function refused(members: Members, capabilities: Partial<Capabilities> = {}): string {
  const result = write(members, capabilities);
  if (!('problem' in result)) throw new Error('it was accepted');
  expect(result.problem.kind).toBe('bad-request');
  return result.problem.message;
}

export const text = (value: string): Part => ({ type: 'text', text: value });
export const call = (id: string, more: object = {}): Part =>
  ({ type: 'tool-call', id, name: 'f', argumentsJson: '{"a":1.0}', ...more }) as Part;
export const result = (id: string, parts: readonly Part[], more: object = {}): Part =>
  ({ type: 'tool-result', id, parts, isError: false, ...more }) as Part;
export const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
export const model = (...parts: Part[]): Turn => ({ role: 'model', parts });
