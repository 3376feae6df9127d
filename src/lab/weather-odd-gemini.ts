/** The odd answers inside a 200, in the Gemini dialect. */

import { type GeminiChunk, geminiEnvelope, geminiFrames } from './gemini.ts';
import { readAsk } from './read-ask.ts';
import { googleError } from './refusals.ts';
import { mintSignature } from './signature.ts';
import type { LabStep } from './step.ts';
import { type ErrorKind, NO_COUNTS, type OddAnswers, streamed } from './weather-odd.ts';
import type { WeatherContext } from './weather-row.ts';

const ERRORS: Readonly<Record<ErrorKind, readonly [status: number, word: string, sentence: string]>> = {
  overloaded: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  api: [500, 'INTERNAL', 'An internal error has occurred. Please retry.'],
  rate: [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  invalid: [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
};

export const GEMINI_ODD: OddAnswers = {
  nothing,
  thought: (context, text) =>
    chunked(context, [
      { parts: [{ text, thought: true }], tokens: 0 },
      { finishReason: 'STOP', tokens: 0 },
    ]),
  unended: (frames) => frames.slice(0, -1),
  malformed,
  declined: (context) => chunked(context, [{ finishReason: 'SAFETY', tokens: 0 }]),
  error: (_context, kind) => googleError(...ERRORS[kind]),
  errorEvents: (error) => `data: ${JSON.stringify(error)}\r\n\r\n`,
  framesBeforeError: 0,
  garbage: 'data: {"type":"conte@@nt\r\n\r\n',
};

function nothing(context: WeatherContext): LabStep[] {
  const { kind } = context.params;
  if (kind === 'start') return streamed(context, [], false);
  if (kind === 'usage') return chunked(context, [undefined]);
  const end = { finishReason: 'STOP', tokens: 0 };
  if (kind === 'part') return chunked(context, [{ parts: [{ text: '' }], ...end }]);
  if (kind !== 'signature') return chunked(context, [end]);
  return chunked(context, [{ parts: [{ thoughtSignature: mintSignature('gemini', '', true) }], ...end }]);
}

function malformed(context: WeatherContext): LabStep[] {
  const name = readAsk(context.route, context.json).tools[0]?.name ?? 'lookup';
  const unexpected = context.params.kind === 'unexpected';
  const finishReason = unexpected ? 'UNEXPECTED_TOOL_CALL' : 'MALFORMED_FUNCTION_CALL';
  const finishMessage = unexpected
    ? `Unexpected tool call: ${name}`
    : `Malformed function call: print(default_api.${name}(`;
  return chunked(context, [{ finishReason, finishMessage, tokens: 0 }]);
}

function chunked(context: WeatherContext, chunks: readonly (GeminiChunk | undefined)[]): LabStep[] {
  const ask = readAsk(context.route, context.json);
  const envelope = geminiEnvelope(ask, NO_COUNTS, context.chance, context.call.now ?? 0);
  const documents = chunks.map((chunk, at) => envelope(chunk, at === chunks.length - 1));
  const shown = context.route.framing === 'json' ? documents.slice(-1) : documents;
  return streamed(context, geminiFrames(context.route, shown), false);
}
