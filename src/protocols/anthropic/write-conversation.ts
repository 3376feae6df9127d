/**
 * Writes a conversation of another dialect as the body of a Messages request. What Claude has no word for is refused before anything is sent,
 * carried as text, or left out where that cannot matter: `losses.ts` says which and why. Nothing is put into the prompt that nobody said.
 */

import type { Capabilities, Conversation, Loss } from '../../model/conversation.ts';
import type { Operation, Problem } from '../../model/request.ts';
import { stringifyLossless } from '../json/lossless.ts';
import type { JsonObject } from '../json/shapes.ts';
import { writeTextBlocks } from './write-conversation-blocks.ts';
import { endsInPrefill, hasLostThinking, type WireMessage, writeMessages } from './write-conversation-messages.ts';
import { LossNotes } from './write-conversation-notes.ts';
import { writeOutputSchema } from './write-conversation-schema.ts';
import { type ThinkingSetting, writeThinking } from './write-conversation-thinking.ts';
import { isForced, writeTools } from './write-conversation-tools.ts';

export interface AnthropicTarget {
  readonly model: string;
  readonly stream: boolean;
  readonly capabilities: Capabilities;
  readonly operation: Operation;
}

export function writeAnthropicConversation(
  conversation: Conversation,
  target: AnthropicTarget,
): { readonly body: Uint8Array; readonly losses: readonly Loss[] } | { readonly problem: Problem } {
  const notes = new LossNotes(target.model);
  const system = writeTextBlocks(conversation.system, notes);
  const messages = writeMessages(conversation, target.capabilities, notes);
  const maxTokens = writeMaxTokens(conversation, target, notes);
  const thinking = thinkingFor(conversation, target.capabilities, messages, maxTokens, notes);
  const output = writeOutputConfig(conversation, thinking, notes);
  const body = {
    model: target.model,
    ...(system.length > 0 && { system }),
    messages,
    ...writeTools(conversation, target.capabilities.forcedTools, notes),
    ...(thinking.thinking !== undefined && { thinking: thinking.thinking }),
    ...(output !== undefined && { output_config: output }),
    ...(target.operation === 'generate' && {
      max_tokens: maxTokens,
      ...writeSampling(conversation, target.capabilities.sampling, thinking.active, notes),
      ...writeStops(conversation.stopSequences, notes),
      ...writeUser(conversation.user, notes),
      ...(target.stream && { stream: true }),
    }),
  };
  if ((conversation.candidates ?? 1) > 1) notes.refuse('candidates');
  if (Object.keys(conversation.rest).length > 0) notes.note('rest');
  const { problem, losses } = notes;
  return problem === undefined ? { body: new TextEncoder().encode(stringifyLossless(body)), losses } : { problem };
}

/** For a model whose own maximum is not known: every Claude model that is still served takes it. */
const maxTokensUnknownModel = 8192;

function writeMaxTokens(conversation: Conversation, { capabilities, operation }: AnthropicTarget, notes: LossNotes) {
  const most = capabilities.maxOutputTokens;
  const asked = conversation.maxOutputTokens;
  if (asked === undefined) {
    if (operation === 'generate') notes.note('max-tokens-missing');
    return most ?? maxTokensUnknownModel;
  }
  if (most === undefined || asked <= most) return asked;
  notes.note('max-tokens');
  return most;
}

function thinkingFor(
  conversation: Conversation,
  capabilities: Capabilities,
  messages: readonly WireMessage[],
  maxTokens: number,
  notes: LossNotes,
): ThinkingSetting {
  const demands = isForced(conversation) || endsInPrefill(messages);
  const situation = { maxTokens, demands, lost: hasLostThinking(messages) };
  return writeThinking(conversation.thinking, capabilities, situation, notes);
}

function writeOutputConfig(
  { output }: Conversation,
  { effort }: ThinkingSetting,
  notes: LossNotes,
): JsonObject | undefined {
  if (output?.type === 'json') notes.note('json-mode');
  const format =
    output?.type === 'json-schema'
      ? { type: 'json_schema', schema: writeOutputSchema(output.schema, () => notes.note('schema-limits')) }
      : undefined;
  if (effort === undefined && format === undefined) return undefined;
  return { ...(effort !== undefined && { effort }), ...(format !== undefined && { format }) };
}

const temperatureMax = 1;
/** Below it, Anthropic refuses top_p while the model thinks. */
const topPThinkingMin = 0.95;

function writeSampling(
  { sampling }: Conversation,
  isAccepted: boolean,
  isThinking: boolean,
  notes: LossNotes,
): JsonObject {
  const { temperature, topP, topK, seed, presencePenalty, frequencyPenalty } = sampling;
  if ((seed ?? presencePenalty ?? frequencyPenalty) !== undefined) notes.note('sampling-extras');
  if ((temperature ?? topP ?? topK) === undefined) return {};
  if (!isAccepted) {
    notes.note('sampling');
    return {};
  }
  if (isThinking) {
    const isTopPKept = topP !== undefined && topP >= topPThinkingMin;
    const isLeftOut = (temperature ?? temperatureMax) !== temperatureMax || topK !== undefined;
    if (isLeftOut || (topP !== undefined && !isTopPKept)) notes.note('sampling-thinking');
    return isTopPKept ? { top_p: topP } : {};
  }
  if (temperature !== undefined && temperature > temperatureMax) notes.note('temperature');
  if (temperature !== undefined && topP !== undefined) notes.note('top-p');
  return {
    ...(temperature !== undefined && { temperature: Math.min(temperature, temperatureMax) }),
    ...(temperature === undefined && topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

function writeStops(sequences: readonly string[], notes: LossNotes): JsonObject {
  const visible = sequences.filter((sequence) => sequence.trim() !== '');
  if (visible.length < sequences.length) notes.note('blank-stop');
  return visible.length === 0 ? {} : { stop_sequences: visible };
}

const userCharactersMax = 256;

function writeUser(user: string | undefined, notes: LossNotes): JsonObject {
  if (user === undefined || user === '') return {};
  if (user.length <= userCharactersMax) return { metadata: { user_id: user } };
  notes.note('user');
  return {};
}
