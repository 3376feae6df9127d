/** Short legal streams of both dialects, and requests that ask for them. */

import { begin, type UpstreamCall } from './upstream.ts';

export type Dialect = 'anthropic' | 'gemini';

export const anthropicModel = 'claude-sonnet-4-5';
export const geminiModel = 'gemini-2.5-flash';

export const askedOf = {
  anthropic: {
    path: '/v1/messages',
    body: { model: anthropicModel, max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] },
    streamPath: '/v1/messages',
    streamBody: {
      model: anthropicModel,
      max_tokens: 64,
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    },
  },
  gemini: {
    path: `/v1beta/models/${geminiModel}:generateContent`,
    body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    streamPath: `/v1beta/models/${geminiModel}:streamGenerateContent?alt=sse`,
    streamBody: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  },
} as const;

export function dialectOf(call: UpstreamCall): Dialect {
  return call.path.startsWith('/v1/messages') ? 'anthropic' : 'gemini';
}

/** What the model says before it stops, one piece an event; without an end. */
export function openingOf(dialect: Dialect, pieces: readonly string[]): string {
  if (dialect === 'gemini') return pieces.map((text) => geminiEvent(text)).join('');
  const message = {
    id: 'msg_small',
    type: 'message',
    role: 'assistant',
    model: anthropicModel,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 1 },
  };
  const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
  return `${event({ type: 'message_start', message })}${event(block)}${pieces.map((text) => textEvent('anthropic', text)).join('')}`;
}

/** One more piece of text. */
export function textEvent(dialect: Dialect, text: string): string {
  if (dialect === 'gemini') return geminiEvent(text);
  return event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}

export function endOf(dialect: Dialect): string {
  if (dialect === 'gemini') return geminiEvent('.', 'STOP');
  const delta = { stop_reason: 'end_turn', stop_sequence: null };
  return [
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta, usage: { output_tokens: 2 } }),
    event({ type: 'message_stop' }),
  ].join('');
}

/** Answers with a whole short stream. */
export function answerSmall(call: UpstreamCall): void {
  const dialect = dialectOf(call);
  begin(call);
  call.response.end(openingOf(dialect, ['Hello', ' there']) + endOf(dialect));
}

function event(json: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
}

function geminiEvent(text: string, finishReason?: string): string {
  const candidate = { content: { parts: [{ text }], role: 'model' }, ...(finishReason && { finishReason }), index: 0 };
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };
  return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata, modelVersion: geminiModel })}\r\n\r\n`;
}
