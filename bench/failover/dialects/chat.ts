/** OpenAI Chat Completions, at both ends. `[DONE]` marks the end of the stream; the reason to finish comes before it. */

import { listAt, numberAt, parsed, textAt } from '../json.ts';
import type { AnswerReader, Dialect, Speech } from './dialect.ts';
import { openaiRefusals } from './openai-refusals.ts';
import { emptyReading } from './reading.ts';
import { turnsIn } from './turns.ts';

export const chat: Dialect = {
  name: 'chat',
  title: 'Chat Completions',
  provider: 'openai',
  basePath: '/v1',
  hasMarker: true,
  path: () => '/v1/chat/completions',
  question: (model, text) => ({
    headers: { authorization: 'Bearer bench-client-key' },
    body: {
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: text }],
    },
  }),
  asked: (path, body) => (path === '/v1/chat/completions' ? textAt(body, 'model') : undefined),
  turns: (body) => turnsIn(listAt(body, 'messages')),
  speech,
  reader,
  ...openaiRefusals,
};

function speech(model: string, inputTokens: number): Speech {
  let said = 0;
  const chunk = (choices: readonly object[], usage: object | null = null): string => {
    const data = {
      id: `chatcmpl-${model}`,
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices,
      usage,
    };
    return `data: ${JSON.stringify(data)}\n\n`;
  };
  return {
    opening: () => [chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])],
    token: (text) => {
      said += 1;
      return chunk([{ index: 0, delta: { content: text }, finish_reason: null }]);
    },
    ending: () => ({
      finish: [
        chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
        chunk([], { prompt_tokens: inputTokens, completion_tokens: said, total_tokens: inputTokens + said }),
      ],
      marker: ['data: [DONE]\n\n'],
    }),
  };
}

function reader(): AnswerReader {
  const reading = emptyReading();
  return {
    reading,
    see(wire) {
      if (reading.marked) reading.faults.push('an event after [DONE]');
      if (wire.data === '[DONE]') {
        reading.marked = true;
        return;
      }
      const data = parsed(wire.data);
      if (data === undefined) reading.faults.push('an event that is no JSON');
      const error = textAt(data, 'error', 'message');
      if (error !== '') reading.error = error;
      for (const choice of listAt(data, 'choices')) {
        const text = textAt(choice, 'delta', 'content');
        if (reading.finished && text !== '') reading.faults.push('text after the reason to finish');
        reading.text += text;
        const reason = textAt(choice, 'finish_reason');
        if (reason === 'stop' && !reading.finished) reading.finished = true;
        else if (reason !== '') reading.faults.push(`another reason to finish: ${reason}`);
      }
      reading.input = numberAt(data, 'usage', 'prompt_tokens') ?? reading.input;
      reading.output = numberAt(data, 'usage', 'completion_tokens') ?? reading.output;
    },
  };
}
