/** Writes tools and tool choice for Claude. A tool that another provider runs itself is replaced only by Anthropic's own of the same kind. */

import type { Conversation, Tool } from '../../model/conversation.ts';
import { type JsonObject, objectOf } from '../json/shapes.ts';
import type { LossNotes } from './write-conversation-notes.ts';
import { writeInputSchema } from './write-conversation-schema.ts';

export interface WrittenTools {
  readonly tools?: readonly JsonObject[];
  readonly tool_choice?: JsonObject;
}

export function writeTools(conversation: Conversation, forcedTools: boolean, notes: LossNotes): WrittenTools {
  const tools = allowed(conversation, notes)
    .map((tool) => writeTool(tool, notes))
    .filter((tool) => tool !== undefined);
  const { toolChoice, parallelToolCalls } = conversation;
  if (isForced(conversation) && !forcedTools) notes.refuse('forced-tool');
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.mode !== 'none') notes.note('choice-without-tools');
    return {};
  }
  const choice = writeChoice(toolChoice, parallelToolCalls);
  return { tools, ...(choice !== undefined && { tool_choice: choice }) };
}

/** Whether the caller demands a call. */
export function isForced({ toolChoice }: Conversation): boolean {
  return toolChoice?.mode === 'any' || toolChoice?.mode === 'tool';
}

const nameCharactersMax = 128;

export function checkToolName(name: string, notes: LossNotes): void {
  const isLegal = name !== '' && name.length <= nameCharactersMax && !/[^\w-]/.test(name);
  if (!isLegal) notes.refuse('tool-name', `tool ${JSON.stringify(name.slice(0, nameCharactersMax))}`);
}

/** Of several allowed names any is demanded, and nothing else offered. */
function allowed({ tools, toolChoice }: Conversation, notes: LossNotes): readonly Tool[] {
  if (toolChoice?.mode !== 'tool' || toolChoice.names.length < 2) return tools;
  const names = new Set(toolChoice.names);
  const offered = tools.filter(({ name }) => names.has(name));
  if (offered.length < tools.length) notes.note('unoffered-tools');
  return offered;
}

function writeTool(tool: Tool, notes: LossNotes): JsonObject | undefined {
  if (tool.type === 'server') return writeServerTool(tool, notes);
  checkToolName(tool.name, notes);
  if (tool.strict === true) notes.note('tool-strict');
  return {
    name: tool.name,
    ...(tool.description !== undefined && tool.description !== '' && { description: tool.description }),
    input_schema: writeInputSchema(tool.schema),
  };
}

/** The version that every Claude model since 3.5 takes, on Vertex AI too. */
const webSearch = { type: 'web_search_20250305', name: 'web_search' } as const;

function writeServerTool(tool: Extract<Tool, { readonly type: 'server' }>, notes: LossNotes): JsonObject | undefined {
  if (tool.dialect === 'anthropic') return objectOf(tool.wire);
  if (tool.kind === 'web-search') {
    notes.note('web-search-options');
    return webSearch;
  }
  if (tool.kind === 'other') notes.note('server-tool');
  else notes.refuse('server-tool-refused', tool.name);
  return undefined;
}

function writeChoice(choice: Conversation['toolChoice'], parallel: boolean | undefined): JsonObject | undefined {
  const single = parallel === false ? { disable_parallel_tool_use: true } : {};
  if (choice === undefined) return parallel === false ? { type: 'auto', ...single } : undefined;
  if (choice.mode === 'none') return { type: 'none' };
  if (choice.mode !== 'tool') return { type: choice.mode, ...single };
  const [name, another] = choice.names;
  return name !== undefined && another === undefined ? { type: 'tool', name, ...single } : { type: 'any', ...single };
}
