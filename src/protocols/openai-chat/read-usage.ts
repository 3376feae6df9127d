/** Reads `usage`. The prompt count of this dialect includes the cached tokens; ours leaves them out. */

import type { Usage } from '../../model/events.ts';
import { countOf, objectOf } from '../json/shapes.ts';

/** Undefined when nothing was stated. */
export function readUsage(value: unknown): Usage | undefined {
  const stated = objectOf(value);
  if (stated === undefined) return undefined;
  const prompt = countOf(stated.prompt_tokens);
  const completion = countOf(stated.completion_tokens);
  const details = objectOf(stated.prompt_tokens_details);
  const cacheRead = countOf(details?.cached_tokens) ?? countOf(stated.prompt_cache_hit_tokens);
  const cacheWrite = countOf(details?.cache_write_tokens);
  const thoughts = countOf(objectOf(stated.completion_tokens_details)?.reasoning_tokens);
  const usage: Usage = {};
  if (prompt !== undefined) usage.inputTokens = Math.max(0, prompt - (cacheRead ?? 0) - (cacheWrite ?? 0));
  if (completion !== undefined) usage.outputTokens = withThoughts(completion, prompt, countOf(stated.total_tokens));
  if (cacheRead !== undefined) usage.cacheReadTokens = cacheRead;
  if (cacheWrite !== undefined) usage.cacheWriteTokens = cacheWrite;
  if (thoughts !== undefined) usage.thoughtTokens = thoughts;
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** Google's compatible endpoint and xAI leave the thoughts out of `completion_tokens` and count them in the total alone. */
function withThoughts(completion: number, prompt: number | undefined, total: number | undefined): number {
  return prompt === undefined || total === undefined ? completion : Math.max(completion, total - prompt);
}
