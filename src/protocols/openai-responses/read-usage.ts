/** Token counts between the Responses dialect, where cached tokens are part of the input, and ours, where they are not. Never invents a count. */

import type { Usage } from '../../model/events.ts';
import { countOf, type JsonObject, objectOf } from '../json/shapes.ts';

export function readUsage(value: unknown): Usage | undefined {
  const stated = objectOf(value);
  if (stated === undefined) return undefined;
  const input = objectOf(stated.input_tokens_details);
  const output = objectOf(stated.output_tokens_details);
  const total = countOf(stated.input_tokens);
  const read = countOf(input?.cached_tokens);
  const written = countOf(input?.cache_write_tokens);
  const usage: Usage = {};
  if (total !== undefined) usage.inputTokens = Math.max(0, total - (read ?? 0) - (written ?? 0));
  if (read !== undefined) usage.cacheReadTokens = read;
  if (written !== undefined) usage.cacheWriteTokens = written;
  const answered = countOf(stated.output_tokens);
  if (answered !== undefined) usage.outputTokens = answered;
  const thought = countOf(output?.reasoning_tokens);
  if (thought !== undefined) usage.thoughtTokens = thought;
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** `null` when nothing was stated; else the grammar demands every number, and what was not stated is 0. */
export function writeUsage(usage: Usage): JsonObject | null {
  if (Object.keys(usage).length === 0) return null;
  const read = usage.cacheReadTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const input = (usage.inputTokens ?? 0) + read + written;
  const output = usage.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      ...(usage.cacheWriteTokens !== undefined && { cache_write_tokens: written }),
      cached_tokens: read,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.thoughtTokens ?? 0 },
    total_tokens: input + output,
  };
}
