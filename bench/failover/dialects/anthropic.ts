/** Anthropic Messages, at both ends. The reader is strict: it must never mend a stream that its grammar does not allow. */

import type { WireEvent } from '../event-lines.ts';
import { listAt, numberAt, parsed, textAt } from '../json.ts';
import type { AnswerReader, Dialect, Reading, RefusalKind, Speech } from './dialect.ts';
import { emptyReading } from './reading.ts';
import { turnsIn } from './turns.ts';

export const anthropic: Dialect = {
  name: 'anthropic',
  title: 'Anthropic Messages',
  provider: 'anthropic',
  basePath: '',
  hasMarker: true,
  path: () => '/v1/messages',
  question: (model, text) => ({
    headers: { 'anthropic-version': '2023-06-01', 'x-api-key': 'bench-client-key' },
    body: { model, max_tokens: 1024, stream: true, messages: [{ role: 'user', content: text }] },
  }),
  asked: (path, body) => (path.split('?')[0] === '/v1/messages' ? textAt(body, 'model') : undefined),
  turns: (body) => turnsIn(listAt(body, 'messages')),
  speech,
  reader,
  refusal: (kind) => {
    const { status, type, message } = refusals[kind];
    return { status, body: { type: 'error', error: { type, message }, request_id: 'req_bench' } };
  },
  refusalText: (body) => textAt(body, 'error', 'message'),
};

interface Words {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const refusals: Readonly<Record<RefusalKind, Words>> = {
  'rate-limited': {
    status: 429,
    type: 'rate_limit_error',
    message: 'This request would exceed your organization’s rate limit of 50 requests per minute.',
  },
  failed: { status: 500, type: 'api_error', message: 'Internal server error' },
  unavailable: { status: 503, type: 'api_error', message: 'The service is temporarily unavailable.' },
  'context-too-long': {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: 208310 tokens > 200000 maximum (context_length_exceeded)',
  },
  policy: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Output blocked by content filtering policy (content_policy_violation)',
  },
  'no-prefill': {
    status: 400,
    type: 'invalid_request_error',
    message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'unknown-model': { status: 404, type: 'not_found_error', message: 'model: not one of this upstream' },
};

function event(data: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function speech(model: string, inputTokens: number): Speech {
  let said = 0;
  return {
    opening: () => [
      event({
        type: 'message_start',
        message: {
          id: `msg_${model}`,
          type: 'message',
          role: 'assistant',
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: inputTokens, output_tokens: 1 },
        },
      }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      event({ type: 'ping' }),
    ],
    token: (text) => {
      said += 1;
      return event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
    },
    ending: () => ({
      finish: [
        event({ type: 'content_block_stop', index: 0 }),
        event({
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: said },
        }),
      ],
      marker: [event({ type: 'message_stop' })],
    }),
  };
}

interface Grammar {
  started: boolean;
  open: number | undefined;
  next: number;
}

function reader(): AnswerReader {
  const reading = emptyReading();
  const grammar: Grammar = { started: false, open: undefined, next: 0 };
  return {
    reading,
    see(wire) {
      const data = parsed(wire.data);
      const type = textAt(data, 'type');
      if (data === undefined) reading.faults.push('an event that is no JSON');
      else if (type !== wire.name) reading.faults.push(`the event ${wire.name} says that it is ${type}`);
      else if (type === 'error') reading.error = textAt(data, 'error', 'message');
      else if (type !== 'ping') see(type, data, reading, grammar, wire);
    },
  };
}

function see(type: string, data: unknown, reading: Reading, grammar: Grammar, wire: WireEvent): void {
  const wrong = (why: string): void => void reading.faults.push(`${type} ${why}`);
  if (reading.marked) wrong('after message_stop');
  if (!grammar.started && type !== 'message_start') wrong('before message_start');
  const index = numberAt(data, 'index');
  if (type === 'message_start') {
    if (grammar.started) wrong('a second time');
    grammar.started = true;
    reading.input = numberAt(data, 'message', 'usage', 'input_tokens');
  } else if (type === 'content_block_start') {
    if (grammar.open !== undefined || index !== grammar.next) wrong(`with index ${index}, not ${grammar.next}`);
    grammar.open = index;
    grammar.next += 1;
    reading.text += textAt(data, 'content_block', 'text');
  } else if (type === 'content_block_delta') {
    if (grammar.open === undefined || index !== grammar.open) wrong(`for block ${index}, which is not open`);
    reading.text += textAt(data, 'delta', 'text');
  } else if (type === 'content_block_stop') {
    if (grammar.open === undefined || index !== grammar.open) wrong(`for block ${index}, which is not open`);
    grammar.open = undefined;
  } else if (type === 'message_delta') {
    if (grammar.open !== undefined) wrong('while a block is open');
    const reason = textAt(data, 'delta', 'stop_reason');
    if (reason === 'end_turn') reading.finished = true;
    else wrong(`with the stop reason ${JSON.stringify(reason)}`);
    reading.input = numberAt(data, 'usage', 'input_tokens') ?? reading.input;
    reading.output = numberAt(data, 'usage', 'output_tokens') ?? reading.output;
  } else if (type === 'message_stop') {
    if (!reading.finished) wrong('without a stop reason before it');
    reading.marked = true;
  } else wrong(`is not known: ${wire.data.slice(0, 80)}`);
}
