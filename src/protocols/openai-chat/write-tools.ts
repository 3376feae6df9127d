/** Writes tools and tool choice. Tools that another provider runs itself are left out beside others, and refused where the answer would hang on them. */

import type { Conversation, Tool } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import type { MessageTarget } from './write-messages.ts';

export function writeTools(conversation: Conversation, target: MessageTarget, notes: ConversationNotes): JsonObject {
  const { toolChoice, parallelToolCalls } = conversation;
  const members: JsonObject = {};
  const tools: JsonObject[] = [];
  for (const tool of conversation.tools) {
    if (tool.type === 'function') tools.push(writeFunction(tool));
    else if (hasWebSearch(tool, target.model))
      members.web_search_options = tool.dialect === 'openai-chat' ? tool.wire : {};
    else if (tool.dialect === 'openai-chat') tools.push(tool.wire as JsonObject);
    else if (conversation.tools.every(({ type }) => type === 'server') || isDemanded(tool, conversation)) {
      notes.refuse('server-tool-only', tool.name);
    } else notes.lose('server-tool');
  }
  if (tools.length === 0) return members;
  const choice = writeChoice(toolChoice, target, notes);
  return {
    ...members,
    tools,
    ...(choice !== undefined && { tool_choice: choice }),
    // True is what every server does by itself, and some refuse the member.
    ...(parallelToolCalls === false && { parallel_tool_calls: false }),
  };
}

function writeFunction(tool: Extract<Tool, { type: 'function' }>): JsonObject {
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      ...(tool.schema !== undefined && { parameters: tool.schema }),
      ...(tool.strict !== undefined && { strict: tool.strict }),
    },
  };
}

/** OpenAI's search models take options instead of a tool. */
function hasWebSearch(tool: Extract<Tool, { type: 'server' }>, model: string): boolean {
  if (tool.dialect === 'openai-chat') return tool.name === 'web_search_options';
  return tool.kind === 'web-search' && /-search-(preview|api)/.test(model);
}

function isDemanded(tool: Tool, { toolChoice }: Conversation): boolean {
  return toolChoice?.mode === 'tool' && toolChoice.names.includes(tool.name);
}

function writeChoice(
  choice: Conversation['toolChoice'],
  target: MessageTarget,
  notes: ConversationNotes,
): string | JsonObject | undefined {
  if (choice === undefined) return undefined;
  if (choice.mode === 'auto' || choice.mode === 'none') return choice.mode;
  if (!target.capabilities.forcedTools) notes.refuse('forced-tool');
  if (!('names' in choice)) return 'required';
  const tools = choice.names.map((name) => ({ type: 'function', function: { name } }));
  return tools.length === 1 && tools[0] !== undefined
    ? tools[0]
    : { type: 'allowed_tools', allowed_tools: { mode: 'required', tools } };
}
