/**
 * Reads a request's tools: every tool that the client runs itself becomes a plain function under a name that is unique, and `calls` tells how a
 * call of that name is to be written back. Tools that OpenAI runs stay as they stood.
 */

import type { Tool } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { type CallForm, FORMS, type FormName } from './call-forms.ts';

export interface ToolSet {
  readonly tools: readonly Tool[];
  /** By the name the model is told. */
  readonly calls: ReadonlyMap<string, CallForm>;
}

/** Tools also come in the middle of the input: by `additional_tools`, and as what a search for tools has found. */
export function readTools(json: JsonObject): ToolSet {
  const declared = [json, ...objectsIn(json.input).filter((item) => toolItems.has(stringOf(item.type) ?? ''))];
  const found: Found = { tools: [], calls: new Map(), names: new Set() };
  for (const { tools } of declared) for (const tool of objectsIn(tools)) addTool(tool, undefined, found);
  return found;
}

/** The name under which a function of a namespace is known to the model. */
export function flatName(name: string, namespace: string | undefined): string {
  if (namespace === undefined || namespace === '') return name;
  const joined = `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`;
  // Cut in the middle: both ends tell names apart.
  if (joined.length <= nameCharactersMax) return joined;
  const half = (nameCharactersMax - 2) / 2;
  return `${joined.slice(0, half)}__${joined.slice(-half)}`;
}

/** A tool that was searched for or added later is called in a namespace although it was declared in none: then its own name is the one offered. */
export function offeredName(
  name: string,
  namespace: string | undefined,
  offered: ReadonlyMap<string, CallForm>,
): string {
  const flat = flatName(name, namespace);
  return offered.has(flat) ? flat : name;
}

/** The least of what the APIs accept. */
const nameCharactersMax = 64;

const toolItems: ReadonlySet<string> = new Set(['additional_tools', 'tool_search_output']);

interface Found {
  readonly tools: Tool[];
  readonly calls: Map<string, CallForm>;
  /** Of server tools, which have no call of the client's. */
  readonly names: Set<string>;
}

function addTool(wire: JsonObject, namespace: string | undefined, found: Found): void {
  const type = stringOf(wire.type) ?? '';
  if (type === 'namespace') {
    for (const inner of objectsIn(wire.tools ?? wire.functions)) addTool(inner, filledString(wire.name), found);
    return;
  }
  // The model is shown the tools it would have searched for.
  if (type === 'tool_search' && wire.execution !== 'client') return;
  const form = formByType.get(type) ?? (namespace !== undefined && type === '' ? 'function' : undefined);
  if (form === undefined || isHosted(wire)) addServerTool(type, wire, found);
  else addFunction(form, wire, namespace, found);
}

const formByType: ReadonlyMap<string, FormName> = new Map<string, FormName>([
  ['function', 'function'],
  ['custom', 'custom'],
  ['local_shell', 'local-shell'],
  ['shell', 'shell'],
  ['apply_patch', 'apply-patch'],
  ['tool_search', 'tool-search'],
]);

/** A shell in a container of OpenAI's. */
function isHosted(wire: JsonObject): boolean {
  const environment = stringOf(objectOf(wire.environment)?.type);
  return wire.type === 'shell' && environment !== undefined && environment !== 'local';
}

function addFunction(form: FormName, wire: JsonObject, namespace: string | undefined, found: Found): void {
  const row = FORMS[form];
  const name = row.name ?? stringOf(wire.name) ?? '';
  const flat = flatName(name, namespace);
  if (flat === '' || found.calls.has(flat)) return;
  found.calls.set(flat, { form, name, ...(namespace !== undefined && { namespace }) });
  const description = stringOf(wire.description) ?? row.description;
  const schema = form === 'custom' ? freeTextSchema(wire) : (objectOf(wire.parameters) ?? row.schema);
  found.tools.push({
    type: 'function',
    name: flat,
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { schema }),
    ...(typeof wire.strict === 'boolean' && { strict: wire.strict }),
  });
}

/** The grammar is part of what the client says about its tool: it stands where the free text is described. */
function freeTextSchema(wire: JsonObject): JsonObject {
  const format = objectOf(wire.format);
  const grammar = stringOf(format?.definition);
  const description =
    grammar === undefined ? undefined : `Text of this ${stringOf(format?.syntax) ?? 'formal'} grammar:\n${grammar}`;
  return {
    type: 'object',
    properties: { input: { type: 'string', ...(description !== undefined && { description }) } },
    required: ['input'],
    additionalProperties: false,
  };
}

type ServerKind = Extract<Tool, { type: 'server' }>['kind'];

const serverKinds: readonly (readonly [begins: string, kind: ServerKind])[] = [
  ['web_search', 'web-search'],
  ['code_interpreter', 'code-execution'],
];

function addServerTool(type: string, wire: JsonObject, found: Found): void {
  const name = filledString(wire.server_label) ?? type;
  if (found.names.has(`${type} ${name}`)) return;
  found.names.add(`${type} ${name}`);
  const kind = serverKinds.find(([begins]) => type.startsWith(begins))?.[1] ?? 'other';
  found.tools.push({ type: 'server', kind, dialect: 'openai-responses', name: type, wire });
}
