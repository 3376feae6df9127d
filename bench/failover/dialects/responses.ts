/** OpenAI Responses, at both ends. Deltas, the texts of the events that end a part, and the whole response at the end must all say the same. */

import { joinedText, listAt, numberAt, parsed, textAt } from '../json.ts';
import type { AnswerReader, Dialect, Reading, Speech } from './dialect.ts';
import { openaiRefusals } from './openai-refusals.ts';
import { emptyReading } from './reading.ts';
import { turnsIn } from './turns.ts';

export const responses: Dialect = {
  name: 'responses',
  title: 'Responses',
  provider: 'openai',
  basePath: '/v1',
  hasMarker: false,
  path: () => '/v1/responses',
  question: (model, text) => ({
    headers: { authorization: 'Bearer bench-client-key' },
    body: { model, stream: true, store: false, input: [{ role: 'user', content: text }] },
  }),
  asked: (path, body) => (path === '/v1/responses' ? textAt(body, 'model') : undefined),
  turns: (body) => {
    const input = (body as { input?: unknown } | undefined)?.input;
    if (typeof input === 'string') return [{ role: 'user', text: input }];
    return turnsIn(listAt(body, 'input'));
  },
  speech,
  reader,
  ...openaiRefusals,
};

const place = { output_index: 0, content_index: 0 };

function speech(model: string, inputTokens: number): Speech {
  let said = 0;
  let text = '';
  let sequence = 0;
  const item_id = `msg_${model}`;
  const event = (type: string, fields: object): string => {
    const data = { type, sequence_number: sequence, ...fields };
    sequence += 1;
    return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  };
  const part = () => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  const item = (status: string) => ({
    id: item_id,
    type: 'message',
    status,
    role: 'assistant',
    content: status === 'completed' ? [part()] : [],
  });
  const response = (status: string) => ({
    id: `resp_${model}`,
    object: 'response',
    created_at: 1_700_000_000,
    status,
    error: null,
    incomplete_details: null,
    model,
    output: status === 'completed' ? [item('completed')] : [],
    usage:
      status === 'completed'
        ? { input_tokens: inputTokens, output_tokens: said, total_tokens: inputTokens + said }
        : null,
  });
  return {
    opening: () => [
      event('response.created', { response: response('in_progress') }),
      event('response.in_progress', { response: response('in_progress') }),
      event('response.output_item.added', { output_index: 0, item: item('in_progress') }),
      event('response.content_part.added', { item_id, ...place, part: part() }),
    ],
    token: (piece) => {
      said += 1;
      text += piece;
      return event('response.output_text.delta', { item_id, ...place, delta: piece, logprobs: [] });
    },
    ending: () => ({
      finish: [
        event('response.output_text.done', { item_id, ...place, text, logprobs: [] }),
        event('response.content_part.done', { item_id, ...place, part: part() }),
        event('response.output_item.done', { output_index: 0, item: item('completed') }),
        event('response.completed', { response: response('completed') }),
      ],
      marker: [],
    }),
  };
}

interface Grammar {
  started: boolean;
  sequence: number;
  /** Of the parts that have been ended. */
  doneText: string;
  openItems: number;
}

function reader(): AnswerReader {
  const reading = emptyReading();
  const grammar: Grammar = { started: false, sequence: -1, doneText: '', openItems: 0 };
  return {
    reading,
    see(wire) {
      const data = parsed(wire.data);
      const type = textAt(data, 'type');
      if (data === undefined) reading.faults.push('an event that is no JSON');
      else if (type === 'error') reading.error = textAt(data, 'message') || textAt(data, 'error', 'message');
      else if (type === 'response.failed') reading.error = textAt(data, 'response', 'error', 'message');
      else see(type, data, reading, grammar);
    },
  };
}

function see(type: string, data: unknown, reading: Reading, grammar: Grammar): void {
  const wrong = (why: string): void => void reading.faults.push(`${type} ${why}`);
  if (reading.finished) wrong('after response.completed');
  if (!grammar.started && type !== 'response.created') wrong('before response.created');
  const sequence = numberAt(data, 'sequence_number');
  if (sequence === undefined || sequence <= grammar.sequence) wrong(`with the sequence number ${sequence}`);
  grammar.sequence = sequence ?? grammar.sequence;
  if (type === 'response.created') {
    if (grammar.started) wrong('a second time');
    grammar.started = true;
  } else if (type === 'response.output_item.added') grammar.openItems += 1;
  else if (type === 'response.output_text.delta') {
    if (grammar.openItems === 0) wrong('outside of an item');
    reading.text += textAt(data, 'delta');
  } else if (type === 'response.output_text.done') grammar.doneText += textAt(data, 'text');
  else if (type === 'response.output_item.done') grammar.openItems -= 1;
  else if (type === 'response.completed') {
    reading.finished = true;
    if (grammar.openItems !== 0) wrong('while an item is open');
    if (grammar.doneText !== reading.text) wrong('after an output_text.done that says something else than the deltas');
    const output = listAt(data, 'response', 'output');
    const whole = output.map((item) => joinedText((item as { content?: unknown }).content)).join('');
    if (whole !== reading.text) wrong('with an output that says something else than the deltas');
    reading.input = numberAt(data, 'response', 'usage', 'input_tokens');
    reading.output = numberAt(data, 'response', 'usage', 'output_tokens');
  }
}
