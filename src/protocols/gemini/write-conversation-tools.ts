/**
 * Tools and tool choice for Gemini. A function's schema goes as the client wrote it, or cleaned where the target knows Google's subset only. Tools
 * of a provider become Gemini's own where it has the like; all others are refused by name, never dropped in silence.
 */

import type { Conversation, Tool, ToolChoice } from '../../model/conversation.ts';
import { cleanSchema } from './schema.ts';
import { isObject, type JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';

/** `tools` and `toolConfig`, each only when there is something in it. */
export function writeTools(conversation: Conversation, restConfig: JsonObject, draft: Draft): JsonObject {
  const functions = conversation.tools.filter((tool) => tool.type === 'function');
  const declarations = functions.map((tool) => writeFunction(tool, draft));
  const offered = conversation.tools.flatMap((tool) => (tool.type === 'server' ? writeServerTool(tool, draft) : []));
  const mixes = draft.target.capabilities.callIds && draft.target.provider !== 'vertex';
  const isLeftOut = declarations.length > 0 && offered.length > 0 && !mixes;
  if (isLeftOut) draft.lose('server-tool-with-functions');
  const servers = isLeftOut ? [] : offered;
  const tools = [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...servers];
  const mixed = declarations.length > 0 && servers.length > 0;
  if (conversation.parallelToolCalls === false && declarations.length > 0) draft.lose('parallel-calls');
  const calling = writeChoice(conversation, mixed, draft);
  const toolConfig = {
    ...restConfig,
    ...(calling !== undefined && { functionCallingConfig: calling }),
    // The Gemini API refuses the two together without it.
    ...(mixed && { includeServerSideToolInvocations: true }),
  };
  return { ...(tools.length > 0 && { tools }), ...(Object.keys(toolConfig).length > 0 && { toolConfig }) };
}

const legalName = /^[A-Za-z_][\w.:-]{0,127}$/;
const shownNameCharsMax = 140;

function writeFunction(tool: Extract<Tool, { type: 'function' }>, draft: Draft): JsonObject {
  if (!legalName.test(tool.name)) draft.refuse('tool-name', `\`${tool.name.slice(0, shownNameCharsMax)}\``);
  if (tool.strict === true) draft.lose('tool-strict');
  const { name, description, schema } = tool;
  return { name, ...(description !== undefined && { description }), ...writeParameters(schema, draft) };
}

function writeParameters(schema: unknown, draft: Draft): JsonObject {
  if (!isObject(schema)) return {};
  if (draft.target.usesJsonSchema !== false) return { parametersJsonSchema: schema };
  const parameters = cleanSchema(schema);
  // Google refuses an object without members; a function without parameters has none.
  const isEmpty = !isObject(parameters.properties) || Object.keys(parameters.properties).length === 0;
  return isEmpty ? {} : { parameters };
}

type ServerTool = Extract<Tool, { type: 'server' }>;

function writeServerTool(tool: ServerTool, draft: Draft): readonly JsonObject[] {
  const wire = isObject(tool.wire) ? tool.wire : {};
  if (tool.dialect === 'gemini') return [wire];
  if (tool.kind === 'other') return otherServerTool(tool, wire, draft);
  if (
    isLimited(wire.allowed_domains) ||
    isLimited(wire.blocked_domains) ||
    isLimited(filtersOf(wire).allowed_domains)
  ) {
    draft.refuse('search-domains', tool.name);
  }
  if (Object.keys(wire).some((key) => !plainMembers.has(key))) draft.lose('server-tool-options');
  return [geminiTools[tool.kind]];
}

const geminiTools: Readonly<Record<Exclude<ServerTool['kind'], 'other'>, JsonObject>> = {
  'web-search': { googleSearch: {} },
  'web-fetch': { urlContext: {} },
  'code-execution': { codeExecution: {} },
};

const plainMembers: ReadonlySet<string> = new Set(['type', 'name', 'cache_control']);

function filtersOf(wire: JsonObject): JsonObject {
  return isObject(wire.filters) ? wire.filters : {};
}

function isLimited(domains: unknown): boolean {
  return Array.isArray(domains) && domains.length > 0;
}

function otherServerTool(tool: ServerTool, wire: JsonObject, draft: Draft): readonly JsonObject[] {
  const isSearch = /^tool_search/.test(tool.name) || (typeof wire.type === 'string' && /^tool_search/.test(wire.type));
  if (isSearch || wire.defer_loading === true) draft.lose('tool-search');
  else draft.refuse('server-tool', `\`${tool.name}\``);
  return [];
}

function writeChoice(conversation: Conversation, mixed: boolean, draft: Draft): JsonObject | undefined {
  const { toolChoice, tools } = conversation;
  if (toolChoice === undefined) return undefined;
  const functions = new Set(tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : [])));
  if (functions.size === 0) return withoutFunctions(toolChoice, conversation, draft);
  // With search and the like beside functions the mode is VALIDATED, and AUTO is refused.
  if (toolChoice.mode === 'auto' && mixed) return undefined;
  if (toolChoice.mode !== 'tool') return { mode: toolChoice.mode.toUpperCase() };
  const named = toolChoice.names.filter((name) => functions.has(name));
  for (const name of toolChoice.names) {
    if (!functions.has(name)) forcedElsewhere(name, conversation, draft);
  }
  return named.length > 0 ? { mode: 'ANY', allowedFunctionNames: named } : undefined;
}

/** A calling mode is refused when there is no function to call. */
function withoutFunctions(choice: ToolChoice, conversation: Conversation, draft: Draft): undefined {
  if (choice.mode === 'any') forcedElsewhere(undefined, conversation, draft);
  if (choice.mode === 'tool') for (const name of choice.names) forcedElsewhere(name, conversation, draft);
  return undefined;
}

function forcedElsewhere(name: string | undefined, { tools }: Conversation, draft: Draft): void {
  const isServers = tools.some((tool) => tool.type === 'server' && (name === undefined || tool.name === name));
  if (isServers) draft.lose('forced-server-tool');
  else draft.refuse('forced-without-tools', name === undefined ? undefined : `\`${name}\``);
}
