/** Reads what both dialects ask into one shape, as far as the lab's answer depends on it. Tolerant: refusing is the work of the checks. */

import { isObject, speaksAnthropic } from './route.ts';
import type { Json, LabRoute } from './step.ts';
import { claudeTraits, demandsSignatures } from './traits.ts';

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
/** What is nested deeper counts nothing. */
const DEPTH_MAX = 200;

export function readAsk(route: LabRoute, body: Json): Ask {
  return speaksAnthropic(route) ? readAnthropic(route, body) : readGemini(route, body);
}

export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

function readAnthropic(route: LabRoute, body: Json): Ask {
  const turns = objects(body.messages)
    .filter((message) => message.role !== 'system')
    .map((message): AskTurn => {
      const blocks = typeof message.content === 'string' ? [] : objects(message.content);
      const texts = typeof message.content === 'string' ? [message.content] : textsOf(blocks);
      const calls = blocks.filter((block) => block.type === 'tool_use').length;
      const results = blocks.filter((block) => block.type === 'tool_result').length;
      return { who: message.role === 'assistant' ? 'model' : 'user', texts, calls, results };
    });
  const tools = objects(body.tools).map((tool) => ({ name: textOf(tool.name), schema: object(tool.input_schema) }));
  const choice = object(body.tool_choice);
  const thinking = object(body.thinking);
  const shown =
    typeof thinking.display === 'string' ? thinking.display !== 'omitted' : claudeTraits(route.model).showsThinking;
  const forcedTool = choice.type === 'any' ? ANY_TOOL : choice.type === 'tool' ? textOf(choice.name) : undefined;
  return {
    route,
    turns,
    tools,
    ...(forcedTool === undefined ? {} : { forcedTool }),
    toolsForbidden: choice.type === 'none',
    thinks: typeof thinking.type === 'string' && thinking.type !== 'disabled',
    showsThinking: shown,
    ...(typeof body.max_tokens === 'number' ? { outputTokensMax: body.max_tokens } : {}),
    promptTokens: promptTokens([body.system, body.messages, body.tools]),
  };
}

function readGemini(route: LabRoute, body: Json): Ask {
  const inner = isObject(body.generateContentRequest) ? body.generateContentRequest : body;
  const turns = objects(inner.contents).map((content): AskTurn => {
    const parts = objects(content.parts).filter((part) => part.thought !== true);
    const texts = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : []));
    const calls = parts.filter((part) => isObject(part.functionCall)).length;
    const results = parts.filter((part) => isObject(part.functionResponse)).length;
    return { who: content.role === 'model' ? 'model' : 'user', texts, calls, results };
  });
  const tools = objects(inner.tools).flatMap((tool) =>
    objects(tool.functionDeclarations).map((declared) => ({
      name: textOf(declared.name),
      schema: object(declared.parametersJsonSchema ?? declared.parameters),
    })),
  );
  const config = object(inner.generationConfig);
  const thinking = object(config.thinkingConfig);
  const calling = object(object(inner.toolConfig).functionCallingConfig);
  const allowed = Array.isArray(calling.allowedFunctionNames) ? textOf(calling.allowedFunctionNames[0]) : '';
  return {
    route,
    turns,
    tools,
    ...(calling.mode === 'ANY' ? { forcedTool: allowed === '' ? ANY_TOOL : allowed } : {}),
    toolsForbidden: calling.mode === 'NONE',
    thinks: thinking.includeThoughts === true || demandsSignatures(route.model),
    showsThinking: thinking.includeThoughts === true,
    ...(typeof config.maxOutputTokens === 'number' ? { outputTokensMax: config.maxOutputTokens } : {}),
    promptTokens: promptTokens([inner.systemInstruction, inner.contents, inner.tools]),
  };
}

/** An estimate that depends on what was sent only, so that counting beforehand and the usage of the answer agree. */
function promptTokens(parts: readonly unknown[]): number {
  let tokens = 0;
  for (const part of parts) tokens += tokensOf(part);
  return Math.max(1, tokens);
}

function tokensOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return countTokens(value);
  if (depth >= DEPTH_MAX) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + tokensOf(item, depth + 1), BLOCK_TOKENS);
  if (!isObject(value)) return 0;
  if (isObject(value.source) || isObject(value.inlineData)) return MEDIA_TOKENS;
  let tokens = 0;
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'signature' && key !== 'thoughtSignature' && key !== 'cache_control')
      tokens += tokensOf(member, depth + 1);
  }
  return tokens;
}

function textsOf(blocks: readonly Json[]): string[] {
  return blocks.flatMap((block) => (block.type === 'text' && typeof block.text === 'string' ? [block.text] : []));
}

export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
