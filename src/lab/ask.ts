/** What the lab's answer depends on, whichever dialect asked for it, and the careful looks at JSON that reading it takes. */

import { isObject } from './route.ts';
import type { Json, LabRoute } from './step.ts';

export interface AskTool {
  readonly name: string;
  readonly schema: Json;
}
export interface AskTurn {
  readonly who: 'user' | 'model';
  readonly texts: readonly string[];
  readonly calls: number;
  readonly results: number;
}
export interface Ask {
  readonly route: LabRoute;
  readonly turns: readonly AskTurn[];
  readonly tools: readonly AskTool[];
  /** A tool must be called: the name, or any. */
  readonly forcedTool?: string;
  readonly toolsForbidden: boolean;
  readonly thinks: boolean;
  /** The caller is shown the thinking's text. */
  readonly showsThinking: boolean;
  readonly outputTokensMax?: number;
  readonly promptTokens: number;
}

export const ANY_TOOL = '*';
export const CHARS_PER_TOKEN = 4;
const BLOCK_TOKENS = 3;
const MEDIA_TOKENS = 258;
const MEDIA_TYPES: ReadonlySet<string> = new Set(['image_url', 'input_image', 'input_file', 'file']);
const UNCOUNTED: ReadonlySet<string> = new Set(['signature', 'thoughtSignature', 'cache_control', 'encrypted_content']);
/** What is nested deeper counts nothing. */
const DEPTH_MAX = 200;

export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** An estimate that depends on what was sent only, so that counting beforehand and the usage of the answer agree. */
export function promptTokens(parts: readonly unknown[]): number {
  let tokens = 0;
  for (const part of parts) tokens += tokensOf(part);
  return Math.max(1, tokens);
}

function tokensOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return countTokens(value);
  if (depth >= DEPTH_MAX) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + tokensOf(item, depth + 1), BLOCK_TOKENS);
  if (!isObject(value)) return 0;
  if (isObject(value.source) || isObject(value.inlineData) || MEDIA_TYPES.has(String(value.type))) return MEDIA_TOKENS;
  let tokens = 0;
  for (const [key, member] of Object.entries(value)) {
    if (!UNCOUNTED.has(key)) tokens += tokensOf(member, depth + 1);
  }
  return tokens;
}

export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
