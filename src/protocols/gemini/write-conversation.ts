/**
 * Writes a conversation of any dialect as a request for a Gemini model. What Gemini has no word for is refused, carried as text or left out as
 * `losses.ts` says, and nothing is put into a prompt that the caller did not write. The same conversation always gives the same bytes.
 */

import type { Conversation, Loss, Part } from '../../model/conversation.ts';
import type { Problem } from '../../model/request.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { writeConfig } from './write-conversation-config.ts';
import { type Content, Draft, type GeminiTarget } from './write-conversation-draft.ts';
import { writeRest } from './write-conversation-rest.ts';
import { writeTools } from './write-conversation-tools.ts';
import { writeContents } from './write-conversation-turns.ts';

export function writeGeminiConversation(
  conversation: Conversation,
  target: GeminiTarget,
): { body: Uint8Array; losses: readonly Loss[] } | { problem: Problem } {
  const draft = new Draft(target);
  const { system, turns } = splitSystem(conversation);
  const instructions = writeSystem(system, draft);
  const contents = writeContents(turns, draft);
  const body = bodyOf(conversation, instructions, contents, draft);
  if (draft.problem !== undefined) return { problem: draft.problem };
  return { body: new TextEncoder().encode(stringifyLossless(body)), losses: draft.losses };
}

/** System turns before anything else was said are instructions like those in front. */
function splitSystem(conversation: Conversation): Pick<Conversation, 'system' | 'turns'> {
  const first = conversation.turns.findIndex((turn) => turn.role !== 'system');
  const leading = first < 0 ? conversation.turns.length : first;
  return {
    system: [...conversation.system, ...conversation.turns.slice(0, leading).flatMap((turn) => turn.parts)],
    turns: conversation.turns.slice(leading),
  };
}

function writeSystem(system: readonly Part[], draft: Draft): readonly { readonly text: string }[] {
  return system.flatMap((part) => {
    if (part.type === 'text') return part.text === '' ? [] : [{ text: part.text }];
    draft.refuse('system-media', part.type === 'other' ? part.name : part.type);
    return [];
  });
}

function bodyOf(
  conversation: Conversation,
  instructions: readonly { readonly text: string }[],
  contents: readonly Content[],
  draft: Draft,
): Record<string, unknown> {
  const rest = writeRest(conversation, draft);
  let messages = contents;
  let system = instructions;
  if (contents.length === 0) {
    if (instructions.length === 0) draft.refuse('no-messages');
    else draft.lose('system-only');
    messages = [{ role: 'user', parts: instructions.map((part) => ({ ...part })) }];
    system = [];
  }
  const asked = {
    contents: messages,
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    ...writeTools(conversation, rest.toolConfig, draft),
  };
  const generationConfig = { ...writeConfig(conversation, draft), ...rest.generationConfig };
  const configured = Object.keys(generationConfig).length > 0 && { generationConfig };
  if (draft.target.operation === 'generate') return { ...asked, ...configured, ...rest.members };
  // Vertex AI counts the members themselves; the Gemini API counts a whole request, which must name its model.
  if (draft.target.provider === 'vertex') return { ...asked, ...configured };
  const { model } = draft.target;
  return { generateContentRequest: { model: `models/${model}`, ...asked, ...configured, ...rest.members } };
}
