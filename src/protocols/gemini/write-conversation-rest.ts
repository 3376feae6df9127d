/**
 * What stands in `rest`: members of the client's own dialect that have no place in a conversation. Gemini's own are written back, those that change
 * an answer are refused by name, and the others are left out. Never passes on a member that Gemini does not know: it refuses the whole request.
 */

import type { Conversation } from '../../model/conversation.ts';
import { isObject, type JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';

export interface Rest {
  readonly members: JsonObject;
  readonly generationConfig: JsonObject;
  readonly toolConfig: JsonObject;
}

export function writeRest({ rest }: Conversation, draft: Draft): Rest {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === null) continue;
    if (own.has(name)) members[name] = value;
    else if (name !== 'generationConfig' && name !== 'toolConfig') account(name, value, draft);
  }
  return {
    members,
    generationConfig: isObject(rest.generationConfig) ? rest.generationConfig : {},
    toolConfig: isObject(rest.toolConfig) ? rest.toolConfig : {},
  };
}

/** Gemini's own, as a Gemini client wrote them. */
const own: ReadonlySet<string> = new Set([
  'safetySettings',
  'cachedContent',
  'labels',
  'modelArmorConfig',
  'serviceTier',
]);

function account(name: string, value: unknown, draft: Draft): void {
  if (isIdle(value)) return;
  if (harmless.has(name)) draft.lose('provider-options');
  else if (changing.has(name)) draft.refuse('provider-features', `\`${name}\``);
  else draft.lose('unknown-options');
}

/** Said, but nothing asked for by it. */
function isIdle(value: unknown): boolean {
  return value === false || (Array.isArray(value) && value.length === 0);
}

const harmless: ReadonlySet<string> = new Set([
  // Anthropic
  'cache_control',
  'context_management',
  'diagnostics',
  'fallbacks',
  'fallback_credit_token',
  'metadata',
  'service_tier',
  'speed',
  'user_profile_id',
  // OpenAI
  'include',
  'obfuscation',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
  'stream_options',
  'text',
  'truncation',
  'client_metadata',
  'verbosity',
]);

const changing: ReadonlySet<string> = new Set([
  // Anthropic
  'compaction',
  'container',
  'inference_geo',
  'mcp_servers',
  // OpenAI
  'audio',
  'background',
  'conversation',
  'logit_bias',
  'logprobs',
  'max_tool_calls',
  'modalities',
  'previous_response_id',
  'prompt',
  'top_logprobs',
]);
