/** Reads what a conversation of the gateway's own model asks, to compare it with what was written of it. */

import type { Conversation, Part, Turn } from '../../../src/model/conversation.ts';
import { stated } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';

export function askedOfConversation(conversation: Conversation): Asked {
  const { system, turns, tools, toolChoice, output } = conversation;
  const asking = new Asking();
  for (const part of system) read(part, 'system', asking);
  for (const { role, parts } of turns) for (const part of parts) read(part, role, asking);
  for (const tool of tools) {
    if (tool.type === 'function') asking.offer(tool.name, tool.description ?? '', tool.schema);
  }
  if (toolChoice !== undefined) {
    asking.choice = toolChoice.mode === 'tool' ? toolChoice.names.toSorted().join() : toolChoice.mode;
  }
  asking.limit = conversation.maxOutputTokens;
  asking.stops = conversation.stopSequences;
  asking.sampling = stated({ ...conversation.sampling });
  if (output?.type === 'json') asking.output = 'json';
  if (output?.type === 'json-schema') asking.output = membersOf(output.schema).join();
  return asking.asked();
}

function read(part: Part, role: Turn['role'], asking: Asking): void {
  if (part.type === 'text') asking.say(role, part.text);
  else if (part.type === 'media') asking.show(part.data ?? part.url ?? part.fileId ?? '');
  else if (part.type === 'tool-call') asking.call(part.id, part.name, JSON.parse(part.argumentsJson));
  else if (part.type === 'tool-result') {
    const texts = part.parts.flatMap((inner) => (inner.type === 'text' ? [inner.text] : []));
    for (const inner of part.parts) if (inner.type === 'media') read(inner, role, asking);
    asking.answer(part.id, part.name ?? '', part.json ?? texts.join('\n\n'));
  }
}
