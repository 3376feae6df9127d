/**
 * Writes a conversation as a Responses request. Nothing is added to what the model is told. Nothing is kept at the provider (`store: false`):
 * the history is the client's, and the reasoning comes back encrypted.
 */

import type { Capabilities, Conversation, Loss, OutputFormat, Tool } from '../../model/conversation.ts';
import type { Operation, Problem } from '../../model/request.ts';
import type { JsonObject } from '../json/shapes.ts';
import { nothingSaid, outputTokensMin, responsesWrittenLosses, serverTool, userCharactersMax } from './losses.ts';
import { present } from './shapes.ts';
import { writeEffort } from './write-effort.ts';
import { writeSchema } from './write-schema.ts';
import { writeContent, writeTurns } from './write-turns.ts';

export interface WriteTarget {
  readonly model: string;
  readonly stream: boolean;
  readonly capabilities: Capabilities;
  readonly operation: Operation;
}

export function writeResponsesConversation(
  conversation: Conversation,
  target: WriteTarget,
): { body: Uint8Array; losses: readonly Loss[] } | { problem: Problem } {
  const rows = responsesWrittenLosses.filter((row) => row.test(conversation, target.capabilities));
  const said = writeSaid(conversation);
  const refused = rows.find((row) => row.how === 'refused') ?? (said.input.length === 0 ? nothingSaid : undefined);
  if (refused !== undefined) {
    const message = `${refused.feature} cannot be sent to ${target.model}: ${refused.why}. What can be done: ${refused.instead}.`;
    return { problem: { kind: 'bad-request', message } };
  }
  const asked = {
    model: target.model,
    ...said,
    ...writeTools(conversation),
    ...writeReasoning(conversation, target.capabilities),
    ...writeText(conversation.output),
  };
  const answer = target.operation === 'generate' ? writeAnswerSettings(conversation, target) : {};
  const losses = rows.map(({ feature, how, why }) => ({ feature, how, why }));
  return { body: Buffer.from(JSON.stringify({ ...asked, ...answer })), losses };
}

/**
 * One text is `instructions`; several, or more than text, are a message that keeps them apart. So are instructions that nothing follows: the API
 * demands input.
 */
function writeSaid({ system, turns }: Conversation): { instructions?: string; input: readonly JsonObject[] } {
  const input = writeTurns(turns);
  const [only, more] = system;
  if (only?.type === 'text' && more === undefined && input.length > 0) return { instructions: only.text, input };
  const content = writeContent(system);
  return { input: content.length === 0 ? input : [{ type: 'message', role: 'developer', content }, ...input] };
}

function writeTools({ tools, toolChoice, parallelToolCalls }: Conversation): JsonObject {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(writeTool),
    ...(toolChoice !== undefined && { tool_choice: writeToolChoice(toolChoice, tools) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
  };
}

function writeTool(tool: Tool): unknown {
  if (tool.type === 'server') return serverTool(tool);
  return {
    type: 'function',
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    parameters: writeSchema(tool.schema ?? { type: 'object', properties: {} }),
    // The API's own default is strict, and would change the schema.
    strict: tool.strict ?? false,
  };
}

function writeToolChoice(choice: NonNullable<Conversation['toolChoice']>, tools: readonly Tool[]): unknown {
  if (choice.mode === 'any') return 'required';
  if (choice.mode !== 'tool') return choice.mode;
  const chosen = choice.names.map((name) => {
    const tool = tools.find((each) => each.name === name);
    return tool?.type === 'server' ? { type: tool.name } : { type: 'function', name };
  });
  return chosen.length === 1 ? chosen[0] : { type: 'allowed_tools', mode: 'required', tools: chosen };
}

function writeReasoning({ thinking }: Conversation, capabilities: Capabilities): JsonObject {
  if (capabilities.thinking === 'none') return {};
  const effort = thinking && writeEffort(thinking, capabilities);
  const summary = thinking?.shown === true ? 'auto' : undefined;
  const reasoning = present({ effort, summary });
  return Object.keys(reasoning).length > 0 ? { reasoning } : {};
}

function writeText(output: OutputFormat | undefined): JsonObject {
  if (output === undefined) return {};
  if (output.type === 'text') return { text: { format: { type: 'text' } } };
  if (output.type === 'json') return { text: { format: { type: 'json_object' } } };
  const { name, schema, strict } = output;
  const format = { type: 'json_schema', name: name ?? 'answer', schema: writeSchema(schema), strict: strict ?? false };
  return { text: { format } };
}

function writeAnswerSettings(conversation: Conversation, { stream, capabilities }: WriteTarget): JsonObject {
  const { maxOutputTokens, sampling, user } = conversation;
  const thinks = capabilities.thinking !== 'none';
  return present({
    max_output_tokens: maxOutputTokens === undefined ? undefined : limited(maxOutputTokens, capabilities),
    temperature: capabilities.sampling ? sampling.temperature : undefined,
    top_p: capabilities.sampling ? sampling.topP : undefined,
    user: user !== undefined && user.length <= userCharactersMax ? user : undefined,
    // A model that does not think answers 400 to this.
    include: thinks ? ['reasoning.encrypted_content'] : undefined,
    store: false,
    stream: stream ? true : undefined,
  });
}

function limited(tokens: number, { maxOutputTokens }: Capabilities): number {
  return Math.max(outputTokensMin, Math.min(tokens, maxOutputTokens ?? tokens));
}
