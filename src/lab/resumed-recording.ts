/**
 * Serves a recorded stream, and to a request that shows a beginning of its text the rest of it, in one of the four ways of going on and in the
 * dialect of the recording. Thinking is told again, as a new block before the text; calls that are owed are given whole. What is told anew has the
 * recording's words; ids, signatures, pieces and counts are the lab's own, and blocks that are neither words nor calls are not told again.
 */

import type { StreamEvent } from '../model/events.ts';
import type { Frame, Machine } from '../model/wire.ts';
import { readAnthropicEvents } from '../protocols/anthropic/read-events.ts';
import { readGeminiEvents } from '../protocols/gemini/read-events.ts';
import { readChatEvents } from '../protocols/openai-chat/read-events.ts';
import { readResponsesEvents } from '../protocols/openai-responses/read-events.ts';
import { createFramer } from '../protocols/sse/framer.ts';
import type { LabAnswer, LabToolCall } from './answer.ts';
import { checkPrefill } from './anthropic-checks.ts';
import { countTokens } from './ask.ts';
import { asksToGoOn, goOn, shownBeginning, shownChars } from './go-on.ts';
import { type LabPlanner, planAnswer, planSaying, planUnder } from './plan.ts';
import { readAsk } from './read-ask.ts';
import { refuse } from './refusals.ts';
import { replayPlan } from './replay.ts';
import { makerOf, readBody, readRoute, speaksAnthropic } from './route.ts';
import type { Json, LabDialect, LabResume, LabRoute, LabStep } from './step.ts';

const READERS: Readonly<Record<LabDialect, () => Machine<Frame, StreamEvent>>> = {
  anthropic: readAnthropicEvents,
  'vertex-anthropic': readAnthropicEvents,
  gemini: readGeminiEvents,
  'vertex-gemini': readGeminiEvents,
  'openai-chat': readChatEvents,
  'openai-responses': readResponsesEvents,
};

/** The recording must be in the dialect in which the calls ask. Every frame is a chunk, so that weather can cut between them. */
export function planResumedRecording(recording: Uint8Array, resume: LabResume): LabPlanner {
  const frames = framesOf(recording);
  const read = new Map<LabDialect, RecordedAnswer>();
  return (call, weather, chance) => {
    const json = readBody(call.body);
    const route = readRoute(call, json);
    if (route.operation !== 'generate' || json === undefined) return planAnswer(call, weather, chance);
    const refusal = speaksAnthropic(route) ? checkPrefill(route, json) : undefined;
    if (refusal !== undefined) return refuse(route, refusal, chance);
    const ask = { ...readAsk(route, json), showsThinking: true };
    const recorded = read.get(route.dialect) ?? readRecording(frames, route.dialect);
    read.set(route.dialect, recorded);
    const shown = shownBeginning(ask.turns);
    const at = shown && asksToGoOn(shown) ? shownChars(recorded.text, shown.said) : undefined;
    const again = at === undefined || resume.way === 'restart';
    const base =
      again && route.framing === 'sse'
        ? replayed(recording, frames, route)
        : planSaying(ask, json, answerOf(recorded, at ?? 0, again ? { way: 'restart' } : resume), chance, call.now);
    return planUnder(base, call, weather, chance);
  };
}

/** The words of a recording, as its own dialect's reader understands them. */
export interface RecordedAnswer {
  readonly text: string;
  readonly thinking?: string;
  readonly redacted: boolean;
  readonly calls: readonly RecordedCall[];
  readonly stop: LabAnswer['stop'];
  readonly stopReason: string;
  readonly inputTokens: number;
}

export interface RecordedCall extends LabToolCall {
  readonly json: string;
  /** How much of the text came before it. */
  readonly after: number;
}

export function recordedAnswer(recording: Uint8Array, dialect: LabDialect): RecordedAnswer {
  return readRecording(framesOf(recording), dialect);
}

function readRecording(frames: readonly Frame[], dialect: LabDialect): RecordedAnswer {
  const reader = READERS[dialect]();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  const state: Reading = { text: '', thinking: undefined, redacted: false, calls: new Map(), inputTokens: 0 };
  for (const event of events) take(event, state);
  const end = events.findLast((event) => event.type === 'message-end');
  const { text, thinking, redacted, calls, inputTokens } = state;
  return {
    text,
    ...(thinking === undefined ? {} : { thinking }),
    redacted,
    calls: [...calls.values()].map((call) => ({ ...call, args: objectIn(call.json) })),
    stop: end?.stop === 'length' || end?.stop === 'tool' ? end.stop : 'end',
    stopReason: end?.reason ?? '',
    inputTokens,
  };
}

interface Reading {
  text: string;
  thinking: string | undefined;
  redacted: boolean;
  readonly calls: Map<number, { name: string; json: string; after: number }>;
  inputTokens: number;
}

function take(event: StreamEvent, state: Reading): void {
  if (event.type === 'usage') state.inputTokens = event.usage.inputTokens ?? state.inputTokens;
  else if (event.type === 'block-start') {
    if (event.kind === 'thinking') state.thinking ??= '';
    if (event.kind === 'redacted-thinking') state.redacted = true;
    if (event.kind !== 'tool-call') return;
    state.calls.set(event.index, { name: event.name ?? '', json: event.argumentsJson ?? '', after: state.text.length });
  } else if (event.type === 'block-delta') {
    const call = state.calls.get(event.index);
    if (event.kind === 'text') state.text += event.text;
    else if (event.kind === 'thinking') state.thinking = (state.thinking ?? '') + event.text;
    else if (event.kind === 'tool-arguments' && call !== undefined) call.json += event.text;
  }
}

function answerOf(recorded: RecordedAnswer, at: number, resume: LabResume): LabAnswer {
  const owed = resume.way === 'restart' ? recorded.calls : recorded.calls.filter((call) => call.after >= at);
  const { text, calls } = goOn(recorded.text, at, owed.length > 0, resume);
  const toolCalls = calls ? owed.map((call) => ({ ...call, json: call.json === '' ? '{}' : call.json })) : [];
  const { thinking, redacted, stop, stopReason, inputTokens } = recorded;
  const thinkingTokens = countTokens(thinking ?? '');
  const said = text + toolCalls.map((call) => call.name + call.json).join('');
  return {
    ...(thinking === undefined ? {} : { thinking }),
    redacted,
    text,
    toolCalls,
    // What says something else, or has no call left, ends as such an answer does and not as the recording did.
    ...(calls && (stop !== 'tool' || toolCalls.length > 0) ? { stop, recordedStop: stopReason } : { stop: 'end' }),
    inputTokens,
    outputTokens: Math.max(1, thinkingTokens + countTokens(said)),
    thinkingTokens,
  };
}

function framesOf(recording: Uint8Array): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(recording, frames);
  framer.end(frames);
  return frames;
}

function replayed(recording: Uint8Array, frames: readonly Frame[], route: LabRoute): LabStep[] {
  let end = 0;
  const at = frames.map((frame) => {
    end += frame.raw.length;
    return end;
  });
  const type = makerOf(route) === 'google' ? 'text/event-stream' : 'text/event-stream; charset=utf-8';
  return replayPlan(recording, type, { by: 'places', at });
}

function objectIn(json: string): Json {
  return readBody(Buffer.from(json)) ?? {};
}
