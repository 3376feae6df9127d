/**
 * Writes the turns of a conversation as messages that Anthropic takes: user and assistant in turn, tool results before everything else of their
 * message, system turns where the model has them. The order of what was said stays, and the same history always becomes the same messages.
 */

import type { Capabilities, Conversation } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import { stringOf } from '../json/shapes.ts';
import { writeBlocks, writeTextBlocks } from './write-conversation-blocks.ts';
import { ToolIds } from './write-conversation-ids.ts';
import type { LossNotes } from './write-conversation-notes.ts';

export interface WireMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly JsonObject[];
}

export function writeMessages(
  conversation: Conversation,
  capabilities: Capabilities,
  notes: LossNotes,
): readonly WireMessage[] {
  const ids = new ToolIds();
  const written = conversation.turns.map(({ role, parts }): WireMessage => {
    if (role === 'model') return { role: 'assistant', content: writeBlocks(parts, { notes, ids, role }) };
    const isSystem = role === 'system' && parts.every(({ type }) => type === 'text');
    if (isSystem) return { role, content: writeTextBlocks(parts, notes) };
    if (role === 'system') notes.note('system-turn');
    return { role: 'user', content: writeBlocks(parts, { notes, ids, role: 'user' }) };
  });
  const spoken = merged(written);
  const placed = spoken.map((message, at) => {
    if (message.role !== 'system') return message;
    if (capabilities.systemTurns === true && mayStand(spoken[at - 1], spoken[at + 1])) return message;
    notes.note('system-turn');
    return { ...message, role: 'user' as const };
  });
  const messages = merged(placed).map(resultsFirst);
  if (messages.length === 0) notes.refuse('no-content');
  return finishPrefill(messages, capabilities, notes);
}

/** Turns that have nothing to say vanish, and neighbours of one role become one message. */
function merged(messages: readonly WireMessage[]): readonly WireMessage[] {
  const out: WireMessage[] = [];
  for (const message of messages) {
    if (message.content.length === 0) continue;
    const last = out.at(-1);
    if (last?.role === message.role) {
      out[out.length - 1] = { ...last, content: [...last.content, ...message.content] };
    } else out.push(message);
  }
  return out;
}

/** After a user message or a server tool's result, and last or before an assistant message; so never between a tool call and its result. */
function mayStand(before: WireMessage | undefined, after: WireMessage | undefined): boolean {
  const isServerResult = stringOf(before?.content.at(-1)?.type)?.endsWith('_tool_result') === true;
  return (before?.role === 'user' || isServerResult) && (after === undefined || after.role === 'assistant');
}

function resultsFirst(message: WireMessage): WireMessage {
  if (message.role !== 'user') return message;
  const isResult = (block: JsonObject): boolean => block.type === 'tool_result';
  return {
    ...message,
    content: [...message.content.filter(isResult), ...message.content.filter((block) => !isResult(block))],
  };
}

/** A model turn at the end is to be continued. One that ends with a tool call is not: the API says what is missing there. */
function finishPrefill(
  messages: readonly WireMessage[],
  capabilities: Capabilities,
  notes: LossNotes,
): readonly WireMessage[] {
  const last = messages.at(-1);
  if (!endsInPrefill(messages) || last === undefined) return messages;
  if (!capabilities.prefill) {
    notes.refuse('prefill-refused');
    return messages;
  }
  const end = last.content.at(-1);
  const text = stringOf(end?.text);
  if (text === undefined || text === text.trimEnd()) return messages;
  notes.note('prefill-blanks');
  const content = [...last.content.slice(0, -1), { ...end, text: text.trimEnd() }];
  return [...messages.slice(0, -1), { ...last, content }];
}

export function endsInPrefill(messages: readonly WireMessage[]): boolean {
  const last = messages.at(-1);
  return last?.role === 'assistant' && last.content.at(-1)?.type !== 'tool_use';
}

/**
 * Whether the conversation stands inside a tool loop whose first assistant message does not begin with thinking: a model with a thinking budget
 * refuses to think there.
 */
export function hasLostThinking(messages: readonly WireMessage[]): boolean {
  const isResults = (message: WireMessage | undefined): boolean =>
    message?.role === 'user' && message.content.some(({ type }) => type === 'tool_result');
  if (!isResults(messages.at(-1))) return false;
  const asked = messages.findLastIndex((message) => message.role === 'user' && !isResults(message));
  const first = messages.slice(asked + 1).find(({ role }) => role === 'assistant');
  const type = first?.content[0]?.type;
  return first !== undefined && type !== 'thinking' && type !== 'redacted_thinking';
}
