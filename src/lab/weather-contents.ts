/** Weather inside a 200: answers that say nothing, err in the stream, or are no stream at all. */

import { anthropicEmptyDocument, anthropicEmptyFrames, anthropicFrame } from './anthropic.ts';
import { type Ask, readAsk } from './ask.ts';
import { type GeminiChunk, geminiEnvelope, geminiFrames } from './gemini.ts';
import { anthropicErrorText, anthropicRequestId, googleError, wholeAnswer } from './refusals.ts';
import { speaksAnthropic } from './route.ts';
import { mintSignature } from './signature.ts';
import type { Json, LabStep } from './step.ts';
import {
  ALL_DIALECTS,
  bytes,
  framesBefore,
  number,
  type Parts,
  partsOf,
  type WeatherContext,
  type WeatherRow,
} from './weather-row.ts';
import { composeThought } from './words.ts';

const FRAMES_BEFORE_FAULT = 6;
const ERROR_KINDS = ['overloaded', 'api', 'rate', 'invalid'];
const SHAPES = ['event', 'bare'];
const NOTHING_KINDS = ['stop', 'start', 'usage', 'part', 'signature'];
const USAGE = { inputTokens: 12, thinkingTokens: 9 };
const HTML =
  '<!DOCTYPE html>\n<html lang="en"><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1><p>The lab is having a bad day.</p></body></html>\n';

/** Each kind of error: Anthropic's word and sentence, Google's status, word and sentence. */
const ERRORS: Readonly<Record<string, readonly [string, string, number, string, string]>> = {
  overloaded: [
    'overloaded_error',
    'Overloaded',
    503,
    'UNAVAILABLE',
    'The model is overloaded. Please try again later.',
  ],
  api: ['api_error', 'Internal server error', 500, 'INTERNAL', 'An internal error has occurred. Please retry.'],
  rate: [
    'rate_limit_error',
    'Number of request tokens has exceeded your per-minute rate limit',
    429,
    'RESOURCE_EXHAUSTED',
    'Resource has been exhausted (e.g. check quota).',
  ],
  invalid: [
    'invalid_request_error',
    'The request could not be served as it is.',
    400,
    'INVALID_ARGUMENT',
    'Request contains an invalid argument.',
  ],
};

export const CONTENT_WEATHER = {
  'no-content': {
    ...streamRow('finishes properly without saying anything', { kind: 'stop' }, (_parts, context) => nothing(context)),
    choices: { kind: NOTHING_KINDS },
  },
  'thinking-then-nothing': {
    ...streamRow('thinks and then ends, hangs or is cut (finish=…)', { finish: 'end' }, thinkingThenNothing),
    choices: { finish: ['end', 'hang', 'cut'] },
  },
  'in-band-error': {
    ...streamRow('errs in the first event of a 200', { kind: 'overloaded', shape: 'event' }, (parts, context) => [
      parts.head,
      bytes(errorText(context)),
      { do: 'end' },
    ]),
    choices: { kind: ERROR_KINDS, shape: SHAPES },
  },
  'error-mid': {
    ...streamRow(
      'errs after so many frames',
      { after: FRAMES_BEFORE_FAULT, kind: 'overloaded', shape: 'event' },
      (parts, context) => [
        parts.head,
        ...parts.frames.slice(0, framesBefore(parts, context.params.after)),
        bytes(errorText(context)),
        { do: 'end' },
      ],
    ),
    choices: { kind: ERROR_KINDS, shape: SHAPES },
  },
  'garbage-frame': streamRow('puts an event that is no JSON before this frame', { at: 1 }, (parts, context) => {
    const at = framesBefore(parts, number(context, 'at') - 1);
    const end = speaksAnthropic(context.route) ? '\n\n' : '\r\n\r\n';
    const garbage = bytes(
      `${speaksAnthropic(context.route) ? 'event: content_block_delta\n' : ''}data: {"type":"conte@@nt${end}`,
    );
    return [parts.head, ...parts.frames.slice(0, at), garbage, ...parts.frames.slice(at), { do: 'end' }];
  }),
  unterminated: streamRow('leaves out the last blank line', {}, (parts) => {
    const last = parts.frames.at(-1);
    const text = Buffer.from(last?.bytes ?? [])
      .toString('utf8')
      .replace(/[\r\n]+$/, '');
    return [parts.head, ...parts.frames.slice(0, -1), bytes(text), { do: 'end' }];
  }),
  'duplicate-end': streamRow('sends the last frame twice', {}, (parts) => [
    parts.head,
    ...parts.frames,
    ...parts.frames.slice(-1),
    { do: 'end' },
  ]),
  html: streamRow('answers 200 with a web page', {}, () =>
    wholeAnswer(200, { 'content-type': 'text/html; charset=utf-8' }, HTML),
  ),
  'json-200': {
    ...streamRow('answers 200 with an error as JSON', { kind: 'overloaded' }, (_parts, context) =>
      wholeAnswer(200, { 'content-type': 'application/json' }, JSON.stringify(errorObject(context))),
    ),
    choices: { kind: ERROR_KINDS },
  },
  'malformed-function-call': {
    ...streamRow(
      'breaks off in a tool call that it calls malformed (Gemini), or whose arguments are no JSON',
      { kind: 'malformed' },
      malformed,
    ),
    dialects: ['gemini', 'vertex-gemini'],
    choices: { kind: ['malformed', 'unexpected'] },
  },
  refusal: streamRow('declines for reasons of policy: a proper end without content', {}, (parts, context) =>
    policy(parts, context),
  ),
} as const satisfies Record<string, WeatherRow>;

function streamRow(
  does: string,
  params: WeatherRow['params'],
  plan: (parts: Parts, context: WeatherContext) => LabStep[],
): WeatherRow {
  return {
    does,
    dialects: ALL_DIALECTS,
    params,
    plan: (base, context) => {
      const parts = context.route.operation === 'generate' ? partsOf(base) : undefined;
      return parts ? plan(parts, context) : [...base];
    },
  };
}

function nothing(context: WeatherContext): LabStep[] {
  const ask = readAsk(context.route, context.json);
  return speaksAnthropic(context.route) ? nothingAnthropic(ask, context) : nothingGemini(ask, context);
}

function nothingAnthropic(ask: Ask, context: WeatherContext): LabStep[] {
  const kind = context.params.kind;
  if (context.route.framing !== 'sse') {
    return wholeAnswer(200, { 'content-type': 'application/json' }, anthropicEmptyDocument(ask, context.chance));
  }
  const [start, ping, delta, stop] = anthropicEmptyFrames(ask, context.chance) as [string, string, string, string];
  const block = kind === 'signature' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' };
  const signature = { type: 'signature_delta', signature: mintSignature('claude', '', true) };
  const open = anthropicFrame({ type: 'content_block_start', index: 0, content_block: block });
  const signed = anthropicFrame({ type: 'content_block_delta', index: 0, delta: signature });
  const close = anthropicFrame({ type: 'content_block_stop', index: 0 });
  if (kind === 'start') return streamed(context, [start]);
  if (kind === 'usage') return streamed(context, [start, ping]);
  if (kind === 'part') return streamed(context, [start, open, ping, close, delta, stop]);
  if (kind === 'signature') return streamed(context, [start, open, ping, signed, close, delta, stop]);
  return streamed(context, [start, ping, delta, stop]);
}

function nothingGemini(ask: Ask, context: WeatherContext): LabStep[] {
  const kind = context.params.kind;
  if (kind === 'start') return streamed(context, []);
  if (kind === 'usage') return gemini(ask, context, [undefined]);
  const signature = mintSignature('gemini', '', true);
  if (kind === 'part') return gemini(ask, context, [{ parts: [{ text: '' }], finishReason: 'STOP', tokens: 0 }]);
  if (kind !== 'signature') return gemini(ask, context, [{ finishReason: 'STOP', tokens: 0 }]);
  return gemini(ask, context, [{ parts: [{ thoughtSignature: signature }], finishReason: 'STOP', tokens: 0 }]);
}

function thinkingThenNothing(_parts: Parts, context: WeatherContext): LabStep[] {
  const ask = readAsk(context.route, context.json);
  const thought = composeThought('then nothing');
  const whole = speaksAnthropic(context.route)
    ? thinkingAnthropic(ask, context, thought)
    : gemini(ask, context, [
        { parts: [{ text: thought, thought: true }], tokens: 0 },
        { finishReason: 'STOP', tokens: 0 },
      ]);
  if (context.params.finish === 'end') return whole;
  const frames = partsOf(whole)?.frames ?? [];
  const terminal = speaksAnthropic(context.route) ? 2 : 1;
  const last: LabStep = context.params.finish === 'hang' ? { do: 'hang' } : { do: 'close' };
  return [...whole.slice(0, 1), ...frames.slice(0, -terminal), last];
}

function thinkingAnthropic(ask: Ask, context: WeatherContext, thinking: string): LabStep[] {
  const [start, ping, delta, stop] = anthropicEmptyFrames(ask, context.chance) as [string, string, string, string];
  const signature = mintSignature('claude', thinking);
  const deltas: Json[] = [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature },
  ];
  return streamed(context, [
    start,
    anthropicFrame({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    }),
    ping,
    ...deltas.map((each) => anthropicFrame({ type: 'content_block_delta', index: 0, delta: each })),
    anthropicFrame({ type: 'content_block_stop', index: 0 }),
    delta,
    stop,
  ]);
}

function malformed(_parts: Parts, context: WeatherContext): LabStep[] {
  const ask = readAsk(context.route, context.json);
  const name = ask.tools[0]?.name ?? 'lookup';
  if (!speaksAnthropic(context.route)) {
    const unexpected = context.params.kind === 'unexpected';
    const finishReason = unexpected ? 'UNEXPECTED_TOOL_CALL' : 'MALFORMED_FUNCTION_CALL';
    const finishMessage = unexpected
      ? `Unexpected tool call: ${name}`
      : `Malformed function call: print(default_api.${name}(`;
    return gemini(ask, context, [{ finishReason, finishMessage, tokens: 0 }]);
  }
  const [start, ping, delta, stop] = anthropicEmptyFrames(ask, context.chance) as [string, string, string, string];
  const block = { type: 'tool_use', id: 'toolu_01malformed', name, input: {} };
  return streamed(context, [
    start,
    anthropicFrame({ type: 'content_block_start', index: 0, content_block: block }),
    ping,
    anthropicFrame({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{"path": "no' },
    }),
    anthropicFrame({ type: 'content_block_stop', index: 0 }),
    delta.replace('"end_turn"', '"tool_use"'),
    stop,
  ]);
}

function policy(_parts: Parts, context: WeatherContext): LabStep[] {
  const ask = readAsk(context.route, context.json);
  if (!speaksAnthropic(context.route)) return gemini(ask, context, [{ finishReason: 'SAFETY', tokens: 0 }]);
  if (context.route.framing !== 'sse') {
    const text = anthropicEmptyDocument(ask, context.chance).replace('"end_turn"', '"refusal"');
    return wholeAnswer(200, { 'content-type': 'application/json' }, text);
  }
  const frames = anthropicEmptyFrames(ask, context.chance);
  return streamed(
    context,
    frames.map((frame) => frame.replace('"end_turn"', '"refusal"')),
  );
}

function gemini(ask: Ask, context: WeatherContext, chunks: readonly (GeminiChunk | undefined)[]): LabStep[] {
  const envelope = geminiEnvelope(ask, USAGE, context.chance, context.call.now ?? 0);
  const documents = chunks.map((chunk, at) => envelope(chunk, at === chunks.length - 1));
  return streamed(
    context,
    geminiFrames(context.route, context.route.framing === 'json' ? documents.slice(-1) : documents),
  );
}

function streamed(context: WeatherContext, frames: readonly string[]): LabStep[] {
  const claude = speaksAnthropic(context.route);
  const type = context.route.framing === 'sse' ? 'text/event-stream' : 'application/json';
  const headers = { 'content-type': claude ? `${type}; charset=utf-8` : type };
  return [{ do: 'head', status: 200, headers }, ...frames.map(bytes), { do: 'end' }];
}

function errorObject(context: WeatherContext): Json {
  const [code, message, status, word, sentence] = ERRORS[String(context.params.kind)] ?? ERRORS.api!;
  if (!speaksAnthropic(context.route)) return googleError(status, word, sentence);
  return JSON.parse(anthropicErrorText(code, message, anthropicRequestId(context.route, context.chance), null)) as Json;
}

function errorText(context: WeatherContext): string {
  const error = errorObject(context);
  if (context.params.shape === 'bare' || context.route.framing !== 'sse') return `${JSON.stringify(error, null, 2)}\n`;
  return speaksAnthropic(context.route) ? anthropicFrame(error) : `data: ${JSON.stringify(error)}\r\n\r\n`;
}
