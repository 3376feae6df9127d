/**
 * Reads a request's tools and its tool choice, the present form and the older `functions`. A custom tool, which takes free text, becomes a function
 * with one text; `customTools` tells whose calls are to be written back in the custom form.
 */

import type { Tool, ToolChoice } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';

export interface ReadTools {
  readonly tools: readonly Tool[];
  readonly choice?: ToolChoice;
}

export function readTools(json: JsonObject): ReadTools {
  const { choice, allowed } = readToolChoice(json.tool_choice ?? json.function_call);
  const tools = [...objectsIn(json.tools).map(readTool), ...objectsIn(json.functions).map(readFunction)];
  if (objectOf(json.web_search_options) !== undefined) tools.push(webSearch(json.web_search_options));
  return {
    // Whether the others are not offered or not allowed is the same to the model.
    tools: allowed === undefined ? tools : tools.filter((tool) => allowed.has(tool.name)),
    ...(choice !== undefined && { choice }),
  };
}

/** The names of the tools whose calls the client expects in the custom form. */
export function customTools(json: JsonObject): ReadonlySet<string> {
  const custom = objectsIn(json.tools).filter((tool) => tool.type === 'custom');
  return new Set(custom.map((tool) => stringOf(objectOf(tool.custom)?.name) ?? ''));
}

/** Whether the client knows only the older `function_call`, one call to an answer. */
export function usesLegacyFunctions(json: JsonObject): boolean {
  return objectsIn(json.functions).length > 0 && objectsIn(json.tools).length === 0;
}

function readTool(wire: JsonObject): Tool {
  const type = stringOf(wire.type) ?? 'function';
  const declared = objectOf(wire.function);
  if (type === 'function' && declared !== undefined) return readFunction(declared);
  const custom = objectOf(wire.custom);
  if (type === 'custom' && custom !== undefined) return readCustom(custom);
  const kind = /^web_?search/i.test(type)
    ? 'web-search'
    : /^code_?(interpreter|execution)/i.test(type)
      ? 'code-execution'
      : 'other';
  return { type: 'server', kind, dialect: 'openai-chat', name: filledString(wire.name) ?? type, wire };
}

function readFunction(declared: JsonObject): Tool {
  const description = stringOf(declared.description);
  return {
    type: 'function',
    name: stringOf(declared.name) ?? '',
    ...(description !== undefined && { description }),
    ...(declared.parameters !== undefined && declared.parameters !== null && { schema: declared.parameters }),
    ...(typeof declared.strict === 'boolean' && { strict: declared.strict }),
  };
}

/** The grammar is part of what the client says about its tool: it stands where the free text is described. */
function readCustom(custom: JsonObject): Tool {
  const description = stringOf(custom.description);
  const format = objectOf(custom.format);
  const grammar = objectOf(format?.grammar) ?? format;
  const definition = stringOf(grammar?.definition);
  const input = {
    type: 'string',
    ...(definition !== undefined && {
      description: `Text of this ${stringOf(grammar?.syntax) ?? 'formal'} grammar:\n${definition}`,
    }),
  };
  return {
    type: 'function',
    name: stringOf(custom.name) ?? '',
    ...(description !== undefined && { description }),
    schema: { type: 'object', properties: { input }, required: ['input'], additionalProperties: false },
  };
}

function webSearch(wire: unknown): Tool {
  return { type: 'server', kind: 'web-search', dialect: 'openai-chat', name: 'web_search_options', wire };
}

interface ReadChoice {
  readonly choice?: ToolChoice;
  /** The only tools that may be used, where nothing has to be. */
  readonly allowed?: ReadonlySet<string>;
}

function readToolChoice(value: unknown): ReadChoice {
  if (value === 'auto' || value === 'none') return { choice: { mode: value } };
  if (value === 'required' || value === 'any') return { choice: { mode: 'any' } };
  const wire = objectOf(value);
  if (wire === undefined) return {};
  if (wire.type !== 'allowed_tools') return { choice: { mode: 'tool', names: [nameOf(wire)] } };
  const allowed = objectOf(wire.allowed_tools) ?? wire;
  const names = objectsIn(allowed.tools).map(nameOf);
  if (allowed.mode === 'required') return { choice: { mode: 'tool', names } };
  return { choice: { mode: 'auto' }, allowed: new Set(names) };
}

function nameOf(wire: JsonObject): string {
  const named = objectOf(wire.function) ?? objectOf(wire.custom) ?? wire;
  return filledString(named.name) ?? stringOf(wire.type) ?? '';
}
