/** Whether an answer that broke off can be gone on with at all, by what its client has been shown: read from the wire, not from the gateway's ledger. */

import type { Protocol } from '../../src/model/request.ts';
import { type Json, objectIn, objectsIn, textIn } from '../contracts/said/json.ts';
import { eventsIn } from './sights.ts';

export interface Finality {
  readonly why: string;
  /** False where it depends: a provider's own tool may have come to its end. */
  readonly isSure: boolean;
}

/** Undefined when nothing but words and thoughts was shown: then it must be gone on with. */
export function finalityIn(client: Protocol, shown: Uint8Array, request: Json): Finality | undefined {
  const asked = request.n ?? objectIn(request.generationConfig).candidateCount ?? 1;
  if (Number(asked) > 1) return { why: 'several answers', isSure: shown.length > 0 };
  const kinds = eventsIn(shown).flatMap(kindsIn[client]);
  for (const [pattern, why, isSure] of rows) {
    if (kinds.some((kind) => pattern.test(kind))) return { why, isSure };
  }
  return undefined;
}

/** Whether it holds anything but words, thoughts and calls. */
export function isBeyondWords(dialect: Protocol, stream: Uint8Array): boolean {
  return eventsIn(stream)
    .flatMap(kindsIn[dialect])
    .some((kind) => !call.test(kind));
}

const call = /^(tool_use|functionCall|tool_calls|function_call|custom_tool_call)$/;

const rows: readonly (readonly [RegExp, string, boolean])[] = [
  [call, 'a call', true],
  [/^(inlineData|fileData|images|image_generation_call)$/, 'an image', true],
  [/^(executableCode|codeExecutionResult|code_interpreter_call)$/, 'code', true],
  [/./, 'a tool of the provider, or a block of its own', false],
];

/** Kinds of content beside words and thoughts. */
const kindsIn: Readonly<Record<Protocol, (event: Json) => string[]>> = {
  anthropic: ({ type, content_block: block, message }) => {
    const blocks = type === 'content_block_start' ? [objectIn(block)] : objectsIn(objectIn(message).content);
    return blocks.map((each) => textIn(each.type)).filter((kind) => !/^(text|thinking|redacted_thinking)$/.test(kind));
  },
  gemini: ({ candidates }) =>
    objectsIn(candidates).flatMap(({ content }) =>
      objectsIn(objectIn(content).parts).flatMap((part) =>
        Object.keys(part).filter((name) => !/^(text|thought|thoughtSignature|partMetadata)$/.test(name)),
      ),
    ),
  'openai-chat': ({ choices }) =>
    objectsIn(choices).flatMap(({ delta }) =>
      ['tool_calls', 'images'].filter((name) => objectsIn(objectIn(delta)[name]).length > 0),
    ),
  'openai-responses': ({ type, item }) => {
    const kind = type === 'response.output_item.added' ? textIn(objectIn(item).type) : '';
    return /^(message|reasoning|)$/.test(kind) ? [] : [kind];
  },
};
