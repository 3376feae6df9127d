/**
 * A small faithful client of each dialect: it asks, takes the answer, and asks again with the answer in its history, as the official libraries and
 * the coding agents of the dialect do. It understands nothing of signatures; it sends back what it was given.
 */

import type { Protocol } from '../../../src/model/request.ts';
import { wireEvents } from '../said/events.ts';
import { type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';
import { partsOfDocument, partsOfStream } from './marks.ts';

/** The answer as the client keeps it. */
type Kept = readonly Json[];

export interface EchoingClient {
  readonly name: string;
  readonly protocol: Protocol;
  readonly isStreamed: boolean;
  keep(answer: Uint8Array): Kept;
  /** The next request: the first question, the answer, and either the results of its calls or another question. */
  next(kept: Kept): Json;
}

const question = 'What is to be done?';
const another = 'Go on, please.';
const result = 'done';

function document(bytes: Uint8Array): Json {
  return objectIn(parsed(new TextDecoder().decode(bytes)));
}

function anthropicNext(kept: Kept): Json {
  const calls = kept.filter(({ type }) => type === 'tool_use');
  const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: result }));
  return {
    max_tokens: 8000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: kept },
      { role: 'user', content: results.length > 0 ? results : another },
    ],
    tools: named(calls.map(({ name }) => name)).map((name) => ({
      name,
      input_schema: { type: 'object', properties: {} },
    })),
  };
}

function geminiNext(kept: Kept): Json {
  const calls = kept.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [objectIn(functionCall)]));
  const responses = calls.map(({ id, name }) => ({
    functionResponse: { ...(id !== undefined && { id }), name, response: { output: result } },
  }));
  const parts = kept.filter((part) => part.text !== '' || part.thoughtSignature !== undefined);
  return {
    contents: [
      { role: 'user', parts: [{ text: question }] },
      { role: 'model', parts },
      { role: 'user', parts: responses.length > 0 ? responses : [{ text: another }] },
    ],
    tools:
      calls.length === 0
        ? []
        : [{ functionDeclarations: named(calls.map(({ name }) => name)).map((name) => ({ name })) }],
  };
}

function chatNext([message = {}]: Kept): Json {
  const calls = objectsIn(message.tool_calls);
  const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result }));
  const names = named(calls.map((call) => objectIn(call.function).name));
  return {
    messages: [
      { role: 'user', content: question },
      message,
      ...(results.length > 0 ? results : [{ role: 'user', content: another }]),
    ],
    ...(names.length > 0 && {
      tools: names.map((name) => ({
        type: 'function',
        function: { name, parameters: { type: 'object', properties: {} } },
      })),
    }),
  };
}

function responsesNext(kept: Kept): Json {
  const calls = kept.filter(({ type }) => type === 'function_call');
  const results = calls.map(({ call_id: id }) => ({ type: 'function_call_output', call_id: id, output: result }));
  return {
    store: false,
    include: ['reasoning.encrypted_content'],
    input: [
      { role: 'user', content: question },
      ...kept,
      ...(results.length > 0 ? results : [{ role: 'user', content: another }]),
    ],
    tools: named(calls.map(({ name }) => name)).map((name) => ({
      type: 'function',
      name,
      parameters: { type: 'object', properties: {} },
    })),
  };
}

function named(names: readonly unknown[]): string[] {
  return [...new Set(names.map(textIn))];
}

/** As the Python library adds deltas up: texts grow, lists grow by the `index` of their members, everything else is set. */
function accumulated(bytes: Uint8Array): Json {
  return deltasOf(bytes).reduce<Json>((all, delta) => objectIn(added(all, delta)), {});
}

function added(all: unknown, delta: unknown): unknown {
  if (all === undefined || all === null) return Array.isArray(delta) ? added([], delta) : delta;
  if (typeof all === 'string' && typeof delta === 'string') return all + delta;
  if (Array.isArray(all)) {
    const list: unknown[] = [...all];
    for (const entry of objectsIn(delta)) list[Number(entry.index)] = added(list[Number(entry.index)], entry);
    return list;
  }
  if (typeof all !== 'object' || typeof delta !== 'object' || delta === null) return delta ?? all;
  const sum: Record<string, unknown> = { ...all };
  for (const [name, value] of Object.entries(delta)) {
    sum[name] = name === 'index' || name === 'type' ? value : added(sum[name], value);
  }
  return sum;
}

/** As the JavaScript library does: of members that it does not know, on the message and on each call, the last value stands. */
function lastStands(bytes: Uint8Array): Json {
  let message: Record<string, unknown> = { role: 'assistant', content: null };
  const calls: Record<string, unknown>[] = [];
  for (const { content, tool_calls: pieces, role: _role, ...rest } of deltasOf(bytes)) {
    if (typeof content === 'string') message.content = textIn(message.content) + content;
    message = { ...message, ...rest };
    for (const { index, function: piece, ...other } of objectsIn(pieces)) {
      const { name, arguments: given } = objectIn(piece);
      const call = calls[Number(index)] ?? {};
      const known = objectIn(call.function);
      const called = { name: known.name ?? name, arguments: textIn(known.arguments) + textIn(given) };
      calls[Number(index)] = { ...call, ...other, function: called };
    }
  }
  return { ...message, ...(calls.length > 0 && { tool_calls: calls }) };
}

function deltasOf(bytes: Uint8Array): Json[] {
  return wireEvents(bytes).flatMap(({ data }) => {
    const [choice] = objectsIn(objectIn(parsed(data)).choices);
    return choice === undefined ? [] : [objectIn(choice.delta)];
  });
}

function wordly(message: Json): Json {
  const { tool_calls: calls } = message;
  const content = textIn(message.content) === '' ? null : message.content;
  // `index` belongs to the stream alone.
  const plain = objectsIn(calls).map(({ index: _index, ...call }) => call);
  return { ...message, content, ...(calls !== undefined && { tool_calls: plain }) };
}

export const clients: readonly EchoingClient[] = [
  {
    name: 'Anthropic, streamed',
    protocol: 'anthropic',
    isStreamed: true,
    keep: (bytes) => partsOfStream('anthropic', bytes),
    next: anthropicNext,
  },
  {
    name: 'Anthropic, a document',
    protocol: 'anthropic',
    isStreamed: false,
    keep: (bytes) => partsOfDocument('anthropic', document(bytes)),
    next: anthropicNext,
  },
  {
    name: 'Gemini, streamed',
    protocol: 'gemini',
    isStreamed: true,
    keep: (bytes) => partsOfStream('gemini', bytes),
    next: geminiNext,
  },
  {
    name: 'Gemini, a document',
    protocol: 'gemini',
    isStreamed: false,
    keep: (bytes) => partsOfDocument('gemini', document(bytes)),
    next: geminiNext,
  },
  {
    name: 'Chat, streamed, as in Python',
    protocol: 'openai-chat',
    isStreamed: true,
    keep: (bytes) => [wordly(accumulated(bytes))],
    next: chatNext,
  },
  {
    name: 'Chat, streamed, as in JavaScript',
    protocol: 'openai-chat',
    isStreamed: true,
    keep: (bytes) => [wordly(lastStands(bytes))],
    next: chatNext,
  },
  {
    name: 'Chat, a document',
    protocol: 'openai-chat',
    isStreamed: false,
    keep: (bytes) => [objectIn(objectsIn(document(bytes).choices)[0]?.message)],
    next: chatNext,
  },
  {
    name: 'Responses, streamed',
    protocol: 'openai-responses',
    isStreamed: true,
    keep: (bytes) => partsOfStream('openai-responses', bytes),
    next: responsesNext,
  },
  {
    name: 'Responses, a document',
    protocol: 'openai-responses',
    isStreamed: false,
    keep: (bytes) => partsOfDocument('openai-responses', document(bytes)),
    next: responsesNext,
  },
];
