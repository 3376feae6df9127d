/** Google's words for why a candidate or a whole answer ended, in ours. A word that is not in the table is `other`: never a success we made up. */

import type { StopKind } from '../../model/events.ts';

export function readFinishReason(value: unknown): { readonly stop: StopKind; readonly reason: string } | undefined {
  const reason = typeof value === 'number' ? (vertexNumbers[value] ?? String(value)) : value;
  if (typeof reason !== 'string' || reason === '' || reason === 'FINISH_REASON_UNSPECIFIED') return undefined;
  return { stop: stops.get(reason) ?? (reason.startsWith('IMAGE_') ? 'refusal' : 'other'), reason };
}

export function readBlockReason(value: unknown): string | undefined {
  if (typeof value === 'number' && value > 0) return String(value);
  return typeof value === 'string' && value !== '' && value !== 'BLOCK_REASON_UNSPECIFIED' ? value : undefined;
}

/** Vertex answers with numbers when asked for `enum-encoding=int`: `google.cloud.aiplatform.v1.Candidate.FinishReason`. */
const vertexNumbers: readonly string[] = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
  'MODEL_ARMOR',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'IMAGE_OTHER',
  'UNEXPECTED_TOOL_CALL',
  'NO_IMAGE',
];

const stops: ReadonlyMap<string, StopKind> = new Map([
  // A tool call ends with STOP too; Google has no word of its own for it.
  ['STOP', 'natural'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'refusal'],
  ['RECITATION', 'refusal'],
  ['LANGUAGE', 'refusal'],
  ['BLOCKLIST', 'refusal'],
  ['PROHIBITED_CONTENT', 'refusal'],
  ['SPII', 'refusal'],
  ['MODEL_ARMOR', 'refusal'],
  ['NO_IMAGE', 'refusal'],
  ['MALFORMED_FUNCTION_CALL', 'malformed'],
  ['UNEXPECTED_TOOL_CALL', 'malformed'],
  ['TOO_MANY_TOOL_CALLS', 'malformed'],
  ['MISSING_THOUGHT_SIGNATURE', 'malformed'],
  ['MALFORMED_RESPONSE', 'malformed'],
  ['OTHER', 'other'],
]);
