/** The odd answers inside a 200, in OpenAI's two dialects: an error is a chunk of its own in the one, a failed response in the other. */

import { CHAT_DONE, type ChatVoice, chatVoice } from './openai-chat.ts';
import {
  closingEvent,
  ended,
  itemEvents,
  messageItem,
  openingEvents,
  reasoningItem,
  responseOf,
  responsesFrame,
} from './openai-responses.ts';
import { readAsk } from './read-ask.ts';
import { openaiError, wholeAnswer } from './refusals.ts';
import { mintSignature } from './signature.ts';
import type { Json, LabStep } from './step.ts';
import { type ErrorKind, NO_COUNTS, type OddAnswers, streamed } from './weather-odd.ts';
import { type BytesStep, lastFrames, type Parts, type WeatherContext } from './weather-row.ts';

const ERRORS: Readonly<
  Record<ErrorKind, { readonly code: string; readonly reason: string; readonly message: string }>
> = {
  overloaded: {
    code: 'server_error',
    reason: 'slow_down',
    message: 'That model is currently overloaded with other requests. You can retry your request.',
  },
  api: {
    code: 'server_error',
    reason: 'server_error',
    message: 'The server had an error processing your request. Sorry about that! You can retry your request.',
  },
  rate: {
    code: 'tokens',
    reason: 'rate_limit_exceeded',
    message:
      'Rate limit reached for this model in organization org-lab on tokens per min (TPM): Limit 30000, Used 29990, Requested 400.',
  },
  invalid: {
    code: 'invalid_request_error',
    reason: 'invalid_prompt',
    message: 'The request could not be served as it is.',
  },
};
const BROKEN_ARGUMENTS = '{"path": "no';
const HEADERS = { 'content-type': 'application/json' };

export const CHAT_ODD: OddAnswers = {
  nothing: chatNothing,
  thought: (context, reasoning_content) => chat(context, { reasoning_content }, 'stop'),
  unended: (frames) => frames.slice(0, -lastFrames(frames)),
  malformed: chatMalformed,
  declined: (context) => chat(context, {}, 'content_filter'),
  error: (_context, kind) => openaiError(ERRORS[kind]),
  errorEvents: (error) => `data: ${JSON.stringify(error)}\n\n`,
  framesBeforeError: 0,
  garbage: 'data: {"type":"conte@@nt\n\n',
};

export const RESPONSES_ODD: OddAnswers = {
  nothing: responsesNothing,
  thought: (context, thinking) =>
    responses(context, (json) => [reasoningItem(thinking, thinking, json, context.chance)]),
  unended: (frames) => frames.slice(0, -1),
  malformed: responsesMalformed,
  declined: (context) => responses(context, () => [], { incomplete: 'content_filter' }),
  error: CHAT_ODD.error,
  errorEvents: failedResponse,
  framesBeforeError: 2,
  garbage: 'event: response.output_text.delta\ndata: {"type":"conte@@nt\n\n',
};

function voiceOf(context: WeatherContext): ChatVoice {
  const ask = readAsk(context.route, context.json);
  return chatVoice(ask, context.json, context.chance, context.call.now ?? 0);
}

/** An answer of one delta and its proper end. */
function chat(context: WeatherContext, delta: Json, finish: string): LabStep[] {
  const voice = voiceOf(context);
  const opening = { role: 'assistant', content: '', refusal: null };
  if (context.route.framing !== 'sse') {
    return wholeAnswer(200, HEADERS, voice.document({ ...opening, ...delta }, finish, NO_COUNTS));
  }
  const said = Object.keys(delta).length === 0 ? [] : [voice.chunk(delta)];
  return streamed(context, [voice.chunk(opening), ...said, ...voice.ending(finish, NO_COUNTS)], true);
}

function chatNothing(context: WeatherContext): LabStep[] {
  const { kind } = context.params;
  if (context.route.framing === 'sse' && kind === 'start') {
    return streamed(context, [voiceOf(context).chunk({ role: 'assistant', content: '', refusal: null })], true);
  }
  if (context.route.framing === 'sse' && kind === 'usage') {
    return streamed(context, [voiceOf(context).counts(NO_COUNTS), CHAT_DONE], true);
  }
  if (kind === 'part') return chat(context, { content: '' }, 'stop');
  if (kind !== 'signature') return chat(context, {}, 'stop');
  // Google's compatible endpoint signs the message beside its content.
  const google = { thought_signature: mintSignature('gemini', '', true) };
  return chat(context, { content: '', extra_content: { google } }, 'stop');
}

function chatMalformed(context: WeatherContext): LabStep[] {
  const name = readAsk(context.route, context.json).tools[0]?.name ?? 'lookup';
  const call = { id: 'call_malformed', type: 'function', function: { name, arguments: BROKEN_ARGUMENTS } };
  const index = context.route.framing === 'sse' ? { index: 0 } : {};
  return chat(context, { tool_calls: [{ ...index, ...call }] }, 'tool_calls');
}

interface ResponseEnd {
  readonly incomplete?: string;
  /** The stream stops after so many events. */
  readonly events?: number;
}

function responses(context: WeatherContext, items: (json: Json) => Json[], end: ResponseEnd = {}): LabStep[] {
  const response = responseOf(
    readAsk(context.route, context.json),
    context.json,
    context.chance,
    context.call.now ?? 0,
  );
  const output = items(context.json);
  const final = ended(response, output, NO_COUNTS, end.incomplete);
  if (context.route.framing !== 'sse') return wholeAnswer(200, HEADERS, `${JSON.stringify(final, null, 2)}\n`);
  const events = [
    ...openingEvents(response),
    ...output.flatMap((item, at) => itemEvents(item, at, {}, context.chance)),
    closingEvent(final),
  ];
  return streamed(context, events.slice(0, end.events).map(responsesFrame), true);
}

function responsesNothing(context: WeatherContext): LabStep[] {
  const { chance, params } = context;
  if (params.kind === 'start') return responses(context, () => [], { events: 1 });
  if (params.kind === 'usage') return responses(context, () => [], { events: 2 });
  if (params.kind === 'part') return responses(context, () => [messageItem('', 'completed', chance)]);
  if (params.kind !== 'signature') return responses(context, () => []);
  return responses(context, (json) => [
    reasoningItem('', '', { ...json, include: ['reasoning.encrypted_content'] }, chance),
  ]);
}

function responsesMalformed(context: WeatherContext): LabStep[] {
  const name = readAsk(context.route, context.json).tools[0]?.name ?? 'lookup';
  const call = { type: 'function_call', status: 'completed', arguments: BROKEN_ARGUMENTS, call_id: 'call_malformed' };
  return responses(context, () => [{ id: 'fc_malformed', ...call, name }]);
}

/** The two events that end a failed response: the error, and the response that was begun. */
function failedResponse(document: Json, before: readonly BytesStep[], parts: Parts): string {
  const error = document.error as Json;
  const first = Buffer.from(parts.frames[0]?.bytes ?? []).toString('utf8');
  const begun = JSON.parse(/^data: (.*)$/m.exec(first)?.[1] ?? '{}') as Json;
  const { code, message } = error;
  const response = { ...(begun.response as Json), status: 'failed', error: { code, message } };
  const events = [
    { type: 'error', error },
    { type: 'response.failed', response },
  ];
  return events.map((event, at) => responsesFrame(event, before.length + at)).join('');
}
