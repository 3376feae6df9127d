/** Reads what a Messages request asks beside the conversation itself: tools, tool choice, thinking, the form of the answer. */

import type { OutputFormat, Thinking, Tool, ToolChoice } from '../../model/conversation.ts';
import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import { arrayOf } from './shapes.ts';

export function readTools(value: unknown, faults: string[]): readonly Tool[] {
  return (arrayOf(value) ?? []).flatMap((entry, index) => {
    const tool = objectOf(entry);
    if (tool === undefined) {
      faults.push(`tools.${index}: Input should be an object`);
      return [];
    }
    const type = stringOf(tool.type) ?? 'custom';
    return [type === 'custom' ? readFunction(tool, index, faults) : readServerTool(tool, type)];
  });
}

function readFunction(tool: JsonObject, index: number, faults: string[]): Tool {
  const name = stringOf(tool.name);
  if (name === undefined || name === '') faults.push(`tools.${index}.custom.name: Field required`);
  const description = stringOf(tool.description);
  return {
    type: 'function',
    name: name ?? '',
    ...(description !== undefined && { description }),
    ...(tool.input_schema !== undefined && { schema: tool.input_schema }),
    ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
  };
}

type ServerKind = Extract<Tool, { readonly type: 'server' }>['kind'];

const kinds: readonly (readonly [prefix: string, kind: ServerKind])[] = [
  ['web_search_', 'web-search'],
  ['web_fetch_', 'web-fetch'],
  ['code_execution_', 'code-execution'],
];

function readServerTool(tool: JsonObject, type: string): Tool {
  const kind = kinds.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
  return { type: 'server', kind, dialect: 'anthropic', name: stringOf(tool.name) ?? type, wire: tool };
}

export function readToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  const type = choice?.type;
  if (type === 'auto' || type === 'any' || type === 'none') return { mode: type };
  const name = stringOf(choice?.name);
  return type === 'tool' && name !== undefined ? { mode: 'tool', names: [name] } : undefined;
}

const efforts: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

export function readThinking(json: JsonObject): Thinking | undefined {
  const thinking = objectOf(json.thinking);
  const word = stringOf(objectOf(json.output_config)?.effort) ?? '';
  const effort = efforts.has(word) ? { effort: word as NonNullable<Thinking['effort']> } : {};
  const type = stringOf(thinking?.type);
  // An effort alone says how hard to try; whether it thinks at all is then the model's own way.
  if (thinking === undefined || type === undefined) return word === '' ? undefined : { mode: 'on', ...effort };
  if (type === 'disabled') return { mode: 'off' };
  const budget = thinking.budget_tokens;
  return {
    mode: 'on',
    ...(type === 'enabled' && typeof budget === 'number' && { budgetTokens: budget }),
    ...effort,
    ...shownBy(type, stringOf(thinking.display)),
  };
}

/** With a budget, thoughts are shown unless the caller says otherwise; with the newer modes that depends on the model. */
function shownBy(type: string, display: string | undefined): { readonly shown?: boolean } {
  if (display !== undefined) return { shown: display !== 'omitted' };
  return type === 'enabled' ? { shown: true } : {};
}

export function readOutput(json: JsonObject): OutputFormat | undefined {
  const format = objectOf(objectOf(json.output_config)?.format) ?? objectOf(json.output_format);
  if (format?.type !== 'json_schema' || format.schema === undefined) return undefined;
  return { type: 'json-schema', schema: format.schema };
}
