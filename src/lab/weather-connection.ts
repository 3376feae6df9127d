/** Weather of the connection: refused, reset, silent, slow, cut and cut to pieces. The bytes that arrive are always those of the true answer. */

import { ANTHROPIC_PING } from './anthropic.ts';
import { makerOf, speaksAnthropic } from './route.ts';
import type { LabStep } from './step.ts';
import {
  ALL_DIALECTS,
  type BytesStep,
  bytes,
  ENDINGS,
  ending,
  framesBefore,
  lastFrames,
  number,
  type Parts,
  partsOf,
  type WeatherContext,
  type WeatherRow,
} from './weather-row.ts';

const COMMENT = ': keep-alive\n\n';
const GOOGLE_COMMENT = ': keep-alive\r\n\r\n';
const TICKS_MAX = 10_000;
const FIRST_BYTE_MS = 5_000;
const TICK_MS = 1_000;
const DRIP_MS = 200;
const FRAMES_BEFORE_FAULT = 6;
const CUT_AT_BYTE = 700;

const FRAMES = { frames: FRAMES_BEFORE_FAULT };

export const CONNECTION_WEATHER = {
  clear: {
    does: 'answers as it should; ms = wait between frames',
    dialects: ALL_DIALECTS,
    params: { ms: 0 },
    plan: (base, context) => (number(context, 'ms') === 0 ? [...base] : dripped(base, number(context, 'ms'))),
  },
  refuse: row('resets the connection at once, as if nobody listened', () => [{ do: 'refuse' }]),
  reset: row('resets the connection (RST) before any header', () => [{ do: 'reset' }]),
  silence: row('takes the request and never answers', () => [{ do: 'hang' }]),
  'slow-first-byte': {
    does: 'answers properly, but only after ms',
    dialects: ALL_DIALECTS,
    params: { ms: FIRST_BYTE_MS },
    plan: (base, context) => [{ do: 'wait', ms: number(context, 'ms') }, ...base],
  },
  'headers-then-silence': streamRow('sends the headers and nothing more', {}, (parts) => [parts.head, { do: 'hang' }]),
  'comments-only': {
    ...streamRow(
      'sends pings (or comments) every so many ms: for ever, or for ms and then the answer',
      { ms: 0, every: TICK_MS, kind: 'ping' },
      comments,
    ),
    choices: { kind: ['ping', 'comment'] },
  },
  'empty-body': streamRow('ends a 200 without a byte', {}, (parts) => [parts.head, { do: 'end' }]),
  'cut-at': {
    ...streamRow('cuts the body after so many bytes', { byte: CUT_AT_BYTE, end: 'fin' }, (parts, context) =>
      cutAt(parts, number(context, 'byte'), context),
    ),
    choices: { end: ENDINGS },
  },
  'cut-in-frame': {
    ...streamRow('cuts the body in the middle of this frame', { frame: FRAMES_BEFORE_FAULT, end: 'fin' }, cutInFrame),
    choices: { end: ENDINGS },
  },
  'cut-after': {
    ...streamRow(
      'closes (FIN) after so many frames; end=clean ends the body properly',
      { ...FRAMES, end: 'fin' },
      cutAfter,
    ),
    choices: { end: ENDINGS },
  },
  'reset-after': streamRow('resets (RST) after so many frames', FRAMES, (parts, context) => [
    parts.head,
    ...parts.frames.slice(0, framesBefore(parts, context.params.frames)),
    { do: 'reset' },
  ]),
  stall: streamRow('falls silent after so many frames', { after: FRAMES_BEFORE_FAULT }, (parts, context) => [
    parts.head,
    ...parts.frames.slice(0, framesBefore(parts, context.params.after)),
    { do: 'hang' },
  ]),
  'one-byte': streamRow('sends every byte as a chunk of its own', {}, (parts) => [
    parts.head,
    ...parts.frames.flatMap((frame) => Array.from(frame.bytes, (_, at) => slice(frame, at, at + 1))),
    { do: 'end' },
  ]),
  'split-utf8': streamRow('parts every multi-byte character between two chunks', {}, (parts) => [
    parts.head,
    ...parts.frames.flatMap(splitCharacters),
    { do: 'end' },
  ]),
  'slow-drip': {
    does: 'waits ms before every chunk',
    dialects: ALL_DIALECTS,
    params: { ms: DRIP_MS },
    plan: (base, context) => dripped(base, number(context, 'ms')),
  },
  'wrong-length': streamRow('promises more bytes than come', {}, (parts) => {
    const length = parts.frames.reduce((sum, frame) => sum + frame.bytes.length, 1);
    const head = parts.head.do === 'head' ? parts.head : undefined;
    const headers = { ...head?.headers, 'content-length': String(length) };
    return [{ do: 'head', status: 200, headers }, ...parts.frames, { do: 'close' }];
  }),
} as const satisfies Record<string, WeatherRow>;

function row(does: string, plan: () => LabStep[]): WeatherRow {
  return { does, dialects: ALL_DIALECTS, params: {}, plan };
}

/** A row that changes only answers with status 200. */
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
      const parts = partsOf(base);
      return parts ? plan(parts, context) : [...base];
    },
  };
}

function dripped(base: readonly LabStep[], ms: number): LabStep[] {
  return base.flatMap((step): LabStep[] => (step.do === 'bytes' ? [{ do: 'wait', ms }, step] : [step]));
}

function comments(parts: Parts, context: WeatherContext): LabStep[] {
  const ping = speaksAnthropic(context.route) && context.params.kind === 'ping';
  const comment = makerOf(context.route) === 'openai' ? COMMENT : GOOGLE_COMMENT;
  const tick = bytes(ping ? ANTHROPIC_PING : comment);
  const everyMs = Math.max(1, number(context, 'every'));
  const forMs = number(context, 'ms');
  if (forMs === 0) return [parts.head, tick, { do: 'repeat', bytes: tick.bytes, everyMs }];
  const ticks = Math.min(TICKS_MAX, Math.floor(forMs / everyMs));
  const waits = Array.from({ length: ticks }, (): LabStep[] => [tick, { do: 'wait', ms: everyMs }]).flat();
  return [parts.head, ...waits, ...parts.frames, { do: 'end' }];
}

function cutAt(parts: Parts, byte: number, context: WeatherContext): LabStep[] {
  const ends = parts.frames.length - lastFrames(parts.frames) + 1;
  const whole = parts.frames.slice(0, ends).reduce((sum, frame) => sum + frame.bytes.length, 0);
  let left = Math.max(0, Math.min(byte, whole - 1));
  const kept: LabStep[] = [];
  for (const frame of parts.frames) {
    if (left === 0) break;
    const taken = Math.min(left, frame.bytes.length);
    kept.push(torn(frame, taken, context));
    left -= taken;
  }
  return [parts.head, ...kept, ending(context.params.end)];
}

function cutInFrame(parts: Parts, context: WeatherContext): LabStep[] {
  const at = framesBefore(parts, number(context, 'frame') - 1);
  const frame = parts.frames[at];
  const part = frame === undefined ? [] : [torn(frame, Math.floor(frame.bytes.length / 2), context)];
  return [parts.head, ...parts.frames.slice(0, at), ...part, ending(context.params.end)];
}

/** The beginning of a frame; unless the body is to end cleanly, inside a chunk that promised the whole of it. */
function torn(frame: BytesStep, taken: number, context: WeatherContext): LabStep {
  const part = slice(frame, 0, taken);
  if (taken === frame.bytes.length || context.params.end === 'clean') return part;
  return { ...part, promised: frame.bytes.length };
}

function cutAfter(parts: Parts, context: WeatherContext): LabStep[] {
  const kept = parts.frames.slice(0, framesBefore(parts, context.params.frames));
  return [parts.head, ...kept, ending(context.params.end)];
}

function splitCharacters(frame: BytesStep): LabStep[] {
  const steps: LabStep[] = [];
  let from = 0;
  for (const [at, byte] of frame.bytes.entries()) {
    const continues = (byte & 0xc0) === 0x80;
    if (!continues || at === from) continue;
    steps.push(slice(frame, from, at));
    from = at;
  }
  steps.push(slice(frame, from, frame.bytes.length));
  return steps;
}

function slice(frame: BytesStep, from: number, to: number): BytesStep {
  return { do: 'bytes', bytes: frame.bytes.subarray(from, to) };
}
