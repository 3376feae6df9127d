/** The odd answers inside a 200, in the Messages dialect. */

import { anthropicEmptyDocument, anthropicEmptyFrames, anthropicFrame } from './anthropic.ts';
import { readAsk } from './read-ask.ts';
import { anthropicErrorText, anthropicRequestId, wholeAnswer } from './refusals.ts';
import { mintSignature } from './signature.ts';
import type { Json, LabStep } from './step.ts';
import { type ErrorKind, type OddAnswers, streamed } from './weather-odd.ts';
import type { WeatherContext } from './weather-row.ts';

const ERRORS: Readonly<Record<ErrorKind, readonly [type: string, sentence: string]>> = {
  overloaded: ['overloaded_error', 'Overloaded'],
  api: ['api_error', 'Internal server error'],
  rate: ['rate_limit_error', 'Number of request tokens has exceeded your per-minute rate limit'],
  invalid: ['invalid_request_error', 'The request could not be served as it is.'],
};

export const ANTHROPIC_ODD: OddAnswers = {
  nothing,
  thought,
  unended: (frames) => frames.slice(0, -2),
  malformed,
  declined,
  error: (context, kind) => {
    const [type, sentence] = ERRORS[kind];
    const requestId = anthropicRequestId(context.route, context.chance);
    return JSON.parse(anthropicErrorText(type, sentence, requestId, null)) as Json;
  },
  errorEvents: (error) => anthropicFrame(error),
  framesBeforeError: 0,
  garbage: 'event: content_block_delta\ndata: {"type":"conte@@nt\n\n',
};

function emptyFrames(context: WeatherContext): [start: string, ping: string, delta: string, stop: string] {
  const ask = readAsk(context.route, context.json);
  return anthropicEmptyFrames(ask, context.chance) as [string, string, string, string];
}

function emptyDocument(context: WeatherContext, stopReason = 'end_turn'): LabStep[] {
  const text = anthropicEmptyDocument(readAsk(context.route, context.json), context.chance);
  const headers = { 'content-type': 'application/json' };
  return wholeAnswer(200, headers, text.replace('"end_turn"', JSON.stringify(stopReason)));
}

/** The events of one block. */
function blockFrames(block: Json, deltas: readonly Json[], afterStart: string): string[] {
  return [
    anthropicFrame({ type: 'content_block_start', index: 0, content_block: block }),
    afterStart,
    ...deltas.map((delta) => anthropicFrame({ type: 'content_block_delta', index: 0, delta })),
    anthropicFrame({ type: 'content_block_stop', index: 0 }),
  ];
}

function nothing(context: WeatherContext): LabStep[] {
  const { kind } = context.params;
  if (context.route.framing !== 'sse') return emptyDocument(context);
  const [start, ping, delta, stop] = emptyFrames(context);
  if (kind === 'start') return streamed(context, [start], true);
  if (kind === 'usage') return streamed(context, [start, ping], true);
  if (kind === 'part') {
    return streamed(context, [start, ...blockFrames({ type: 'text', text: '' }, [], ping), delta, stop], true);
  }
  if (kind !== 'signature') return streamed(context, [start, ping, delta, stop], true);
  const signed = { type: 'signature_delta', signature: mintSignature('claude', '', true) };
  const block = { type: 'thinking', thinking: '', signature: '' };
  return streamed(context, [start, ...blockFrames(block, [signed], ping), delta, stop], true);
}

function thought(context: WeatherContext, thinking: string): LabStep[] {
  const [start, ping, delta, stop] = emptyFrames(context);
  const deltas = [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature: mintSignature('claude', thinking) },
  ];
  const block = { type: 'thinking', thinking: '', signature: '' };
  return streamed(context, [start, ...blockFrames(block, deltas, ping), delta, stop], true);
}

function malformed(context: WeatherContext): LabStep[] {
  const name = readAsk(context.route, context.json).tools[0]?.name ?? 'lookup';
  const [start, ping, delta, stop] = emptyFrames(context);
  const block = { type: 'tool_use', id: 'toolu_01malformed', name, input: {} };
  const deltas = [{ type: 'input_json_delta', partial_json: '{"path": "no' }];
  const called = delta.replace('"end_turn"', '"tool_use"');
  return streamed(context, [start, ...blockFrames(block, deltas, ping), called, stop], true);
}

function declined(context: WeatherContext): LabStep[] {
  if (context.route.framing !== 'sse') return emptyDocument(context, 'refusal');
  const frames = emptyFrames(context).map((frame) => frame.replace('"end_turn"', '"refusal"'));
  return streamed(context, frames, true);
}
