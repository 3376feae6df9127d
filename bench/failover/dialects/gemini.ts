/** Gemini's streamGenerateContent with `alt=sse`, at both ends. There is no mark of the end: the finish reason and the end of the body are all. */

import { joinedText, listAt, numberAt, parsed, textAt } from '../json.ts';
import type { AnswerReader, Dialect, RefusalKind, Speech } from './dialect.ts';
import { emptyReading } from './reading.ts';
import { turnsIn } from './turns.ts';

export const gemini: Dialect = {
  name: 'gemini',
  title: 'Gemini',
  provider: 'gemini',
  basePath: '',
  hasMarker: false,
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  question: (_model, text) => ({
    headers: { 'x-goog-api-key': 'bench-client-key' },
    body: { contents: [{ role: 'user', parts: [{ text }] }] },
  }),
  asked: (path) => /^\/v1beta\/models\/([^/:]+):streamGenerateContent\?alt=sse$/.exec(path)?.[1],
  turns: (body) => turnsIn(listAt(body, 'contents'), 'model', 'parts'),
  speech,
  reader,
  refusal: (kind) => {
    const { code, status, message } = refusals[kind];
    return { status: code, body: { error: { code, message, status } } };
  },
  refusalText: (body) => textAt(body, 'error', 'message'),
};

interface Words {
  readonly code: number;
  readonly status: string;
  readonly message: string;
}

const refusals: Readonly<Record<RefusalKind, Words>> = {
  'rate-limited': {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'Resource has been exhausted (e.g. check quota).',
  },
  failed: { code: 500, status: 'INTERNAL', message: 'An internal error has occurred. Please retry.' },
  unavailable: { code: 503, status: 'UNAVAILABLE', message: 'The service is currently unavailable.' },
  'context-too-long': {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message:
      'The input token count (1184520) exceeds the maximum number of tokens allowed (1048576). (context_length_exceeded)',
  },
  policy: {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message:
      'The prompt could not be submitted. It contains words that violate the usage policy. (content_policy_violation)',
  },
  'no-prefill': {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'unknown-model': { code: 404, status: 'NOT_FOUND', message: 'models/* is not found for API version v1beta.' },
};

function speech(model: string, inputTokens: number): Speech {
  let said = 0;
  const chunk = (text: string, finishReason?: string): string => {
    const candidate = {
      content: { parts: [{ text }], role: 'model' },
      ...(finishReason && { finishReason }),
      index: 0,
    };
    const usageMetadata = {
      promptTokenCount: inputTokens,
      candidatesTokenCount: said,
      totalTokenCount: inputTokens + said,
    };
    const data = { candidates: [candidate], usageMetadata, modelVersion: model, responseId: `resp-${model}` };
    return `data: ${JSON.stringify(data)}\n\n`;
  };
  return {
    opening: () => [],
    token: (text) => {
      said += 1;
      return chunk(text);
    },
    ending: () => ({ finish: [chunk('', 'STOP')], marker: [] }),
  };
}

function reader(): AnswerReader {
  const reading = emptyReading();
  return {
    reading,
    see(wire) {
      const data = parsed(wire.data);
      if (data === undefined) {
        reading.faults.push('an event that is no JSON');
        return;
      }
      const error = textAt(data, 'error', 'message');
      if (error !== '') {
        reading.error = error;
        return;
      }
      for (const candidate of listAt(data, 'candidates')) {
        const text = joinedText(listAt(candidate, 'content', 'parts'));
        if (reading.finished && text !== '') reading.faults.push('text after the finish reason');
        reading.text += text;
        const reason = textAt(candidate, 'finishReason');
        if (reason === 'STOP') reading.finished = true;
        else if (reason !== '') reading.faults.push(`the finish reason ${reason}`);
      }
      reading.input = numberAt(data, 'usageMetadata', 'promptTokenCount') ?? reading.input;
      reading.output = numberAt(data, 'usageMetadata', 'candidatesTokenCount') ?? reading.output;
    },
  };
}
