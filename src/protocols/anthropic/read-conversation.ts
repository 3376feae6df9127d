/**
 * Reads a Messages request into a conversation, for an upstream that speaks another dialect. Nothing that a model can use is lost; what only
 * Anthropic can serve is a problem, and what does not matter elsewhere stays in `rest` (`losses.ts` says which and why).
 */

import type { Conversation, Part, Turn } from '../../model/conversation.ts';
import type { ClientRequest, Problem } from '../../model/request.ts';
import { parseLossless } from '../json/lossless.ts';
import { countOf, type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import { anthropicReadLosses } from './losses.ts';
import { type BlockScope, readBlocks } from './read-conversation-blocks.ts';
import { CarriedMarks } from './read-conversation-marks.ts';
import { readOutput, readThinking, readToolChoice, readTools } from './read-conversation-settings.ts';
import { arrayOf } from './shapes.ts';

export function readAnthropicConversation(
  request: ClientRequest,
): { readonly conversation: Conversation } | { readonly problem: Problem } {
  const { json } = request;
  const stated = providerState.find((name) => isStated(json[name]));
  if (stated !== undefined) {
    const { why } = anthropicReadLosses['provider-state'];
    return bad(`${stated}: this model is served by another provider, and ${why}. Leave it out or ask a Claude model.`);
  }
  const faults: string[] = [];
  const system = readSystem(json.system, faults);
  const turns = readTurns(messagesOf(request), faults);
  const tools = readTools(json.tools, faults);
  const [fault] = faults;
  if (fault !== undefined) return bad(fault);
  return { conversation: { system, turns, tools, ...settings(json) } };
}

function bad(message: string): { readonly problem: Problem } {
  return { problem: { kind: 'bad-request', message } };
}

/** The answer depends on these, and only Anthropic has them. */
const providerState = ['mcp_servers', 'container', 'compaction'] as const;

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

const decoder = new TextDecoder('utf-8');

/** The arguments of earlier tool calls must keep the spelling of their numbers; everything else is spared the slower parser. */
function messagesOf(request: ClientRequest): readonly unknown[] {
  const text = decoder.decode(request.body);
  const json = text.includes('"tool_use"') ? objectOf(parseLossless(text)) : request.json;
  return arrayOf(json?.messages) ?? [];
}

function readSystem(value: unknown, faults: string[]): readonly Part[] {
  return readBlocks(value, { ...plainScope(faults), where: 'system' });
}

function plainScope(faults: string[]): BlockScope {
  return { where: '', faults, callNames: new Map(), marks: undefined };
}

const roles: ReadonlyMap<string, Turn['role']> = new Map<string, Turn['role']>([
  ['user', 'user'],
  ['assistant', 'model'],
  ['system', 'system'],
]);

function readTurns(messages: readonly unknown[], faults: string[]): readonly Turn[] {
  const callNames = new Map<string, string>();
  const marks = new CarriedMarks();
  return messages.map((value, index) => {
    const message = objectOf(value) ?? {};
    const role = roles.get(stringOf(message.role) ?? '');
    if (role === undefined) faults.push(`messages.${index}.role: Input should be 'user', 'assistant' or 'system'`);
    if (role !== 'model') marks.reset();
    const scope: BlockScope = {
      where: `messages.${index}.content`,
      faults,
      callNames,
      marks: role === 'model' ? marks : undefined,
    };
    return { role: role ?? 'user', parts: readBlocks(message.content, scope) };
  });
}

type Settings = Omit<Conversation, 'system' | 'turns' | 'tools'>;

function settings(json: JsonObject): Settings {
  const stops = (arrayOf(json.stop_sequences) ?? []).filter((stop) => typeof stop === 'string');
  const maxOutputTokens = countOf(json.max_tokens);
  const user = stringOf(objectOf(json.metadata)?.user_id);
  const choice = objectOf(json.tool_choice);
  const toolChoice = readToolChoice(choice);
  const thinking = readThinking(json);
  const output = readOutput(json);
  return {
    stopSequences: stops,
    sampling: readSampling(json),
    rest: restOf(json),
    ...(toolChoice !== undefined && { toolChoice }),
    ...(choice?.disable_parallel_tool_use === true && { parallelToolCalls: false }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(thinking !== undefined && { thinking }),
    ...(output !== undefined && { output }),
    ...(user !== undefined && { user }),
  };
}

function readSampling(json: JsonObject): Conversation['sampling'] {
  const { temperature, top_p: topP, top_k: topK } = json;
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(typeof topK === 'number' && { topK }),
  };
}

/** Members that have a place of their own in a conversation, or say how the answer is to be sent. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'max_tokens',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'anthropic_version',
]);

function restOf(json: JsonObject): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(json).filter(([name, value]) => !placed.has(name) && isStated(value)));
}
