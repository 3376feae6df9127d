/** What the finish reasons of this dialect mean, OpenAI's own and those that compatible servers invented. */

import type { StopKind } from '../../model/events.ts';

/** `failed`: the upstream gave up, although it calls that a reason to finish. `undefined`: it has not finished. */
export function readFinishReason(
  value: unknown,
): { readonly stop: StopKind | 'failed'; readonly reason: string } | undefined {
  if (typeof value !== 'string' || value === '' || value === 'null') return undefined;
  return { stop: rows.find(({ reason }) => reason.test(value))?.stop ?? 'other', reason: value };
}

interface Row {
  readonly reason: RegExp;
  readonly stop: StopKind | 'failed';
  readonly why: string;
}

const rows: readonly Row[] = [
  { reason: /^stop$/, stop: 'natural', why: 'OpenAI’s own word, for a stop sequence too' },
  { reason: /^(tool_calls?|function_call|tool_use)$/, stop: 'tool', why: 'OpenAI’s own words and a slip of them' },
  { reason: /^length$/, stop: 'length', why: 'OpenAI’s own word' },
  { reason: /malformed_function_call/i, stop: 'malformed', why: 'Gemini says so through its compatible endpoint' },
  { reason: /^content_filter/, stop: 'refusal', why: 'OpenAI’s own word; Google adds its own after a colon' },
  {
    reason: /^(error|abort|insufficient_system_resource|network_error)$/,
    stop: 'failed',
    why: 'OpenRouter and Mistral, vLLM, DeepSeek, GLM: the answer was given up',
  },
  { reason: /^(eos|eos_token|end_turn|completed?)$/i, stop: 'natural', why: 'servers that name their end token' },
  { reason: /^stop_sequence$/i, stop: 'stop-sequence', why: 'servers that tell a stop sequence apart' },
  { reason: /^(max_(output_)?tokens|max_length|model_length)$/i, stop: 'length', why: 'other words for the limit' },
  {
    reason: /^(sensitive|refusal|safety|prohibited_content|recitation|blocklist)$/i,
    stop: 'refusal',
    why: 'other words for a filter',
  },
];
