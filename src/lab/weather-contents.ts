/** Weather inside a 200: answers that say nothing, err in the stream, or are no stream at all. How a dialect words them stands with its odd answers. */

import { wholeAnswer } from './refusals.ts';
import type { LabDialect, LabStep } from './step.ts';
import { ERROR_KINDS, ERROR_SHAPES, type ErrorKind, errs, NOTHING_KINDS, type OddAnswers } from './weather-odd.ts';
import { ANTHROPIC_ODD } from './weather-odd-anthropic.ts';
import { GEMINI_ODD } from './weather-odd-gemini.ts';
import { CHAT_ODD, RESPONSES_ODD } from './weather-odd-openai.ts';
import {
  ALL_DIALECTS,
  bytes,
  framesBefore,
  isDone,
  number,
  type Parts,
  partsOf,
  type WeatherContext,
  type WeatherRow,
} from './weather-row.ts';
import { composeThought } from './words.ts';

const FRAMES_BEFORE_FAULT = 6;
const HTML =
  '<!DOCTYPE html>\n<html lang="en"><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1><p>The lab is having a bad day.</p></body></html>\n';

const ODD: Readonly<Record<LabDialect, OddAnswers>> = {
  anthropic: ANTHROPIC_ODD,
  'vertex-anthropic': ANTHROPIC_ODD,
  gemini: GEMINI_ODD,
  'vertex-gemini': GEMINI_ODD,
  'openai-chat': CHAT_ODD,
  'openai-responses': RESPONSES_ODD,
};

export const CONTENT_WEATHER = {
  'no-content': {
    ...streamRow('finishes properly without saying anything', { kind: 'stop' }, (_parts, context) =>
      oddOf(context).nothing(context),
    ),
    choices: { kind: NOTHING_KINDS },
  },
  'thinking-then-nothing': {
    ...streamRow('thinks and then ends, hangs or is cut (finish=…)', { finish: 'end' }, thinkingThenNothing),
    choices: { finish: ['end', 'hang', 'cut'] },
  },
  'in-band-error': {
    ...streamRow('errs in the first event of a 200', { kind: 'overloaded', shape: 'event' }, (parts, context) =>
      errs(oddOf(context), parts, 0, context),
    ),
    choices: { kind: ERROR_KINDS, shape: ERROR_SHAPES },
  },
  'error-mid': {
    ...streamRow(
      'errs after so many frames',
      { after: FRAMES_BEFORE_FAULT, kind: 'overloaded', shape: 'event' },
      (parts, context) => errs(oddOf(context), parts, framesBefore(parts, context.params.after), context),
    ),
    choices: { kind: ERROR_KINDS, shape: ERROR_SHAPES },
  },
  'garbage-frame': streamRow('puts an event that is no JSON before this frame', { at: 1 }, (parts, context) => {
    const at = framesBefore(parts, number(context, 'at') - 1);
    const garbage = bytes(oddOf(context).garbage);
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
  'no-done': {
    ...streamRow('leaves out the `[DONE]` after a finished answer', {}, (parts) => [
      parts.head,
      ...parts.frames.filter((frame) => !isDone(frame)),
      { do: 'end' },
    ]),
    dialects: ['openai-chat'],
  },
  html: streamRow('answers 200 with a web page', {}, () =>
    wholeAnswer(200, { 'content-type': 'text/html; charset=utf-8' }, HTML),
  ),
  'json-200': {
    ...streamRow('answers 200 with an error as JSON', { kind: 'overloaded' }, (_parts, context) =>
      wholeAnswer(
        200,
        { 'content-type': 'application/json' },
        JSON.stringify(oddOf(context).error(context, context.params.kind as ErrorKind)),
      ),
    ),
    choices: { kind: ERROR_KINDS },
  },
  'malformed-function-call': {
    ...streamRow(
      'breaks off in a tool call that it calls malformed (Gemini), or whose arguments are no JSON',
      { kind: 'malformed' },
      (_parts, context) => oddOf(context).malformed(context),
    ),
    dialects: ['gemini', 'vertex-gemini'],
    choices: { kind: ['malformed', 'unexpected'] },
  },
  refusal: streamRow('declines for reasons of policy: a proper end without content', {}, (_parts, context) =>
    oddOf(context).declined(context),
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

function oddOf(context: WeatherContext): OddAnswers {
  return ODD[context.route.dialect];
}

function thinkingThenNothing(_parts: Parts, context: WeatherContext): LabStep[] {
  const odd = oddOf(context);
  const whole = odd.thought(context, composeThought('then nothing'));
  if (context.params.finish === 'end') return whole;
  const parts = partsOf(whole);
  const last: LabStep = context.params.finish === 'hang' ? { do: 'hang' } : { do: 'close' };
  return parts ? [parts.head, ...odd.unended(parts.frames), last] : whole;
}
