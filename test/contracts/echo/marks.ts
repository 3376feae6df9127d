/** Where signatures stand in an answer, and in a model turn of a request: part by part, by the test's own hand. */

import type { Protocol } from '../../../src/model/request.ts';
import { wireEvents } from '../said/events.ts';
import { countIn, isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

/** A part that is signed, or a call, which says where in the turn the signed parts stand. */
export interface MarkedPart {
  readonly kind: 'thinking' | 'redacted' | 'text' | 'call' | 'code';
  /** Of a call its name and arguments, of Claude's thinking its text. */
  readonly key: string;
  readonly signature?: string;
}

/** The parts of an answer in the upstream's own dialect. A document of the API is given as its own parts. */
export function partsOfStream(dialect: Protocol, bytes: Uint8Array): Json[] {
  const events = wireEvents(bytes).map(({ data }) => objectIn(parsed(data)));
  if (dialect === 'gemini') return events.flatMap(partsOfGemini);
  if (dialect === 'openai-responses') {
    const end = events.findIndex(({ type }) => type === 'response.completed' || type === 'response.incomplete');
    const answer = events.slice(0, end + 1).filter(({ type }) => type === 'response.output_item.done');
    return answer.map(({ item }) => objectIn(item));
  }
  const blocks: Record<string, unknown>[] = [];
  for (const { type, index, content_block: start, delta, message } of events) {
    const at = countIn(index) ?? -1;
    if (type === 'message_start') blocks.push(...objectsIn(objectIn(message).content).map((block) => ({ ...block })));
    if (type === 'content_block_start') blocks[at] = { ...objectIn(start), partial: '' };
    if (type === 'content_block_delta') grow(blocks[at] ?? {}, objectIn(delta));
  }
  return blocks.map(({ partial, ...block }) =>
    textIn(partial) === '' ? block : { ...block, input: parsed(textIn(partial)) },
  );
}

export function partsOfDocument(dialect: Protocol, document: Json): Json[] {
  if (dialect === 'gemini') return partsOfGemini(document);
  return [...objectsIn(dialect === 'anthropic' ? document.content : document.output)];
}

function partsOfGemini({ candidates }: Json): Json[] {
  return [...objectsIn(objectIn(objectsIn(candidates)[0]?.content).parts)];
}

function grow(block: Record<string, unknown>, delta: Json): void {
  for (const name of ['text', 'thinking', 'signature']) {
    if (typeof delta[name] === 'string') block[name] = textIn(block[name]) + delta[name];
  }
  if (typeof delta.partial_json === 'string') block.partial = textIn(block.partial) + delta.partial_json;
}

export const marksOf: Readonly<
  Record<'anthropic' | 'gemini' | 'openai-responses', (parts: readonly Json[]) => MarkedPart[]>
> = {
  anthropic: (blocks) =>
    blocks.flatMap((block): MarkedPart[] => {
      const { type, thinking, signature, data, name, input } = block;
      if (type === 'thinking' && textIn(signature) !== '') {
        return [{ kind: 'thinking', key: textIn(thinking), signature: textIn(signature) }];
      }
      if (type === 'redacted_thinking') return [{ kind: 'redacted', key: '', signature: textIn(data) }];
      return type === 'tool_use' ? [{ kind: 'call', key: JSON.stringify([name, input]) }] : [];
    }),
  gemini: marksOfGemini,
  'openai-responses': (items) =>
    items.flatMap((item): MarkedPart[] => {
      const { type, encrypted_content: encrypted, name, arguments: given } = item;
      if (type === 'reasoning' && textIn(encrypted) !== '') {
        return [{ kind: 'thinking', key: '', signature: textIn(encrypted) }];
      }
      return type === 'function_call' ? [{ kind: 'call', key: JSON.stringify([name, parsed(textIn(given))]) }] : [];
    }),
};

/** A signature of text comes with any of its pieces, or with an empty one after it. */
function marksOfGemini(parts: readonly Json[]): MarkedPart[] {
  const marks: { kind: MarkedPart['kind']; key: string; signature?: string }[] = [];
  // What the provider's own tools did does not come back through another dialect, nor does its signature.
  for (const part of parts.filter(({ toolCall, toolResponse }) => (toolCall ?? toolResponse) === undefined)) {
    const signature = textIn(part.thoughtSignature ?? part.thought_signature);
    const call = part.functionCall;
    const kind = isObject(call)
      ? 'call'
      : isObject(part.executableCode)
        ? 'code'
        : part.thought === true
          ? 'thinking'
          : 'text';
    const key = isObject(call) ? JSON.stringify([call.name, call.args ?? {}]) : '';
    const last = marks.at(-1);
    const goesOn = kind === last?.kind && kind !== 'call' && kind !== 'code';
    const isSecond = signature !== '' && last?.signature !== undefined && last.signature !== signature;
    if (goesOn && !isSecond) {
      if (signature !== '') last.signature = signature;
    } else marks.push({ kind, key, ...(signature !== '' && { signature }) });
  }
  return marks.filter(({ kind, signature }) => kind === 'call' || signature !== undefined);
}

/** The parts of the model turns of a request. */
export function partsOfModelTurns(dialect: Protocol, body: Json): Json[] {
  if (dialect === 'gemini') {
    return objectsIn(body.contents).flatMap(({ role, parts }) => (role === 'model' ? [...objectsIn(parts)] : []));
  }
  if (dialect === 'openai-responses') return [...objectsIn(body.input)];
  return objectsIn(body.messages).flatMap(({ role, content }) => (role === 'assistant' ? [...objectsIn(content)] : []));
}
