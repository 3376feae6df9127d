/** Reads what a request says about how to answer: tool choice, thinking, output format, sampling, and what has no place of its own. */

import type { OutputFormat, Sampling, Thinking, ToolChoice } from '../../model/conversation.ts';
import { countOf, filledString, type JsonObject, numberOf, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import type { CallForm } from './call-forms.ts';
import { offeredName } from './read-tools.ts';
import { present } from './shapes.ts';

export interface ReadChoice {
  readonly choice?: ToolChoice;
  /** The only tools of this turn, when the choice leaves others out. */
  readonly allowed?: ReadonlySet<string>;
}

export function readToolChoice(value: unknown, offered: ReadonlyMap<string, CallForm>): ReadChoice {
  const nameOf = (wire: JsonObject) => nameIn(wire, offered);
  if (value === 'auto' || value === 'none') return { choice: { mode: value } };
  if (value === 'required') return { choice: { mode: 'any' } };
  const wire = objectOf(value);
  if (wire === undefined) return {};
  if (wire.type !== 'allowed_tools') return { choice: { mode: 'tool', names: [nameOf(wire)] } };
  const names = objectsIn(wire.tools).map(nameOf);
  if (wire.mode === 'required') return { choice: { mode: 'tool', names } };
  return { choice: { mode: 'auto' }, allowed: new Set(names) };
}

function nameIn(wire: JsonObject, offered: ReadonlyMap<string, CallForm>): string {
  const name = filledString(wire.name);
  return name === undefined ? (stringOf(wire.type) ?? '') : offeredName(name, filledString(wire.namespace), offered);
}

const efforts: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

export function readThinking(value: unknown): Thinking | undefined {
  const wire = objectOf(value);
  if (wire === undefined) return undefined;
  const effort = filledString(wire.effort);
  if (effort === 'none') return { mode: 'off' };
  const shown = filledString(wire.summary) !== undefined || filledString(wire.generate_summary) !== undefined;
  const known = effort !== undefined && efforts.has(effort) ? (effort as NonNullable<Thinking['effort']>) : undefined;
  if (known === undefined && !shown) return undefined;
  return { mode: 'on', ...(known !== undefined && { effort: known }), shown };
}

export function readFormat(value: unknown): OutputFormat | undefined {
  const wire = objectOf(value);
  if (wire?.type === 'text') return { type: 'text' };
  if (wire?.type === 'json_object') return { type: 'json' };
  if (wire?.type !== 'json_schema') return undefined;
  const name = filledString(wire.name);
  const format = { type: 'json-schema' as const, schema: wire.schema };
  return {
    ...format,
    ...(name !== undefined && { name }),
    ...(typeof wire.strict === 'boolean' && { strict: wire.strict }),
  };
}

export function readSampling(json: JsonObject): Sampling {
  return present({
    temperature: numberOf(json.temperature),
    topP: numberOf(json.top_p),
    presencePenalty: numberOf(json.presence_penalty),
    frequencyPenalty: numberOf(json.frequency_penalty),
    seed: countOf(json.seed),
  }) as Sampling;
}

/** What is read elsewhere, or is about the transport alone. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'reasoning',
  'text',
  'user',
]);

export function readRest(json: JsonObject): JsonObject {
  const rest = Object.fromEntries(Object.entries(json).filter(([name, value]) => !placed.has(name) && value !== null));
  const { format: _format, ...text } = objectOf(json.text) ?? {};
  return Object.keys(text).length > 0 ? { ...rest, text } : rest;
}
