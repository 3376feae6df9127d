/** Gemini's tools and calling mode. Functions get a JSON Schema whatever form they were declared in; tools that Google runs are told apart by name. */

import type { Tool, ToolChoice } from '../../model/conversation.ts';
import { listMember, member, objectMember, textMember } from './read-conversation-members.ts';
import { jsonSchemaOf } from './schema-read.ts';
import { isObject, type JsonObject } from './shapes.ts';

export function readTools(tools: readonly JsonObject[]): readonly Tool[] {
  return tools.flatMap((tool) =>
    Object.keys(tool).flatMap((name): readonly Tool[] => {
      if (name === 'functionDeclarations' || name === 'function_declarations') {
        return listMember(tool, 'functionDeclarations').map(readFunction);
      }
      const wire = { [name]: tool[name] };
      return [{ type: 'server', kind: kinds.get(name) ?? 'other', dialect: 'gemini', name, wire }];
    }),
  );
}

type ServerKind = Extract<Tool, { type: 'server' }>['kind'];

const kinds: ReadonlyMap<string, ServerKind> = new Map([
  ['googleSearch', 'web-search'],
  ['google_search', 'web-search'],
  ['googleSearchRetrieval', 'web-search'],
  ['google_search_retrieval', 'web-search'],
  ['urlContext', 'web-fetch'],
  ['url_context', 'web-fetch'],
  ['codeExecution', 'code-execution'],
  ['code_execution', 'code-execution'],
]);

function readFunction(json: JsonObject): Tool {
  const description = textMember(json, 'description');
  const schema = schemaOf(json);
  return {
    type: 'function',
    name: textMember(json, 'name') ?? '',
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { schema }),
  };
}

function schemaOf(json: JsonObject): unknown {
  const schema = member(json, 'parametersJsonSchema');
  if (isObject(schema)) return schema;
  const subset = objectMember(json, 'parameters');
  return subset === undefined ? undefined : jsonSchemaOf(subset);
}

export function readToolChoice(toolConfig: JsonObject): ToolChoice | undefined {
  const config = objectMember(toolConfig, 'functionCallingConfig');
  if (config === undefined) return undefined;
  const names = member(config, 'allowedFunctionNames');
  const allowed = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  switch (textMember(config, 'mode')?.toUpperCase()) {
    case 'ANY':
      return allowed.length > 0 ? { mode: 'tool', names: allowed } : { mode: 'any' };
    case 'NONE':
      return { mode: 'none' };
    case 'AUTO':
    // The same, with arguments that keep to their schema.
    case 'VALIDATED':
      return { mode: 'auto' };
    default:
      return undefined;
  }
}
