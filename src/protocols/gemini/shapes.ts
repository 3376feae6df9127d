/** Small readers of parsed JSON that never trust its shape. */

import { parseLossless } from '../json/lossless.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A part's signature, in either spelling; undefined when there is none. */
export function signatureOf(part: JsonObject): string | undefined {
  const signature = part.thoughtSignature ?? part.thought_signature;
  return typeof signature === 'string' && signature !== '' ? signature : undefined;
}

/** The arguments of a call from their JSON text; undefined when they are no object. */
export function argumentsOf(json: string): JsonObject | undefined {
  if (json.trim() === '') return {};
  try {
    const value = parseLossless(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
