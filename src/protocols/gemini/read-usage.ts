/** Reads `usageMetadata`. Google's prompt count includes the cached tokens and its candidate count leaves out the thoughts; ours are the other way round. */

import type { Usage } from '../../model/events.ts';
import { isObject, numberOf } from './shapes.ts';

/** Undefined when nothing was stated that we count (Vertex sends only a traffic type with most chunks). */
export function readUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = numberOf(value.promptTokenCount);
  const cached = numberOf(value.cachedContentTokenCount);
  const candidates = numberOf(value.candidatesTokenCount);
  const thoughts = numberOf(value.thoughtsTokenCount);
  const usage: Usage = {};
  if (prompt !== undefined) {
    usage.inputTokens = Math.max(0, prompt - (cached ?? 0)) + (numberOf(value.toolUsePromptTokenCount) ?? 0);
  }
  if (candidates !== undefined || thoughts !== undefined) usage.outputTokens = (candidates ?? 0) + (thoughts ?? 0);
  if (cached !== undefined) usage.cacheReadTokens = cached;
  if (thoughts !== undefined) usage.thoughtTokens = thoughts;
  return Object.keys(usage).length > 0 ? usage : undefined;
}
