/** What each dialect must be able to say inside a 200 although no answer is like it. The rows of the weather table choose; the dialects word it. */

import type { Json, LabStep } from './step.ts';
import { type BytesStep, bytes, type Parts, type WeatherContext } from './weather-row.ts';

export type ErrorKind = 'overloaded' | 'api' | 'rate' | 'invalid';
export const ERROR_KINDS: readonly ErrorKind[] = ['overloaded', 'api', 'rate', 'invalid'];
export const NOTHING_KINDS: readonly string[] = ['stop', 'start', 'usage', 'part', 'signature'];
export const NO_COUNTS = { inputTokens: 12, outputTokens: 9, thinkingTokens: 9 };

export interface OddAnswers {
  /** A proper answer (or its beginning) that says nothing, by its kind. */
  nothing(context: WeatherContext): LabStep[];
  /** Thinks, and ends properly. */
  thought(context: WeatherContext, thinking: string): LabStep[];
  /** The frames of `thought` before those that say it is over. */
  unended(frames: readonly BytesStep[]): readonly BytesStep[];
  /** A tool call that nobody can read. */
  malformed(context: WeatherContext): LabStep[];
  /** A proper end for reasons of policy. */
  declined(context: WeatherContext): LabStep[];
  /** The error as a document of its own. */
  error(context: WeatherContext, kind: ErrorKind): Json;
  /** The same as it is said inside a stream, after these frames. */
  errorEvents(error: Json, before: readonly BytesStep[], parts: Parts): string;
  /** How many frames come before even the earliest error. */
  readonly framesBeforeError: number;
  /** An event that is no JSON. */
  readonly garbage: string;
}

export const ERROR_SHAPES: readonly string[] = ['event', 'bare'];

/** A stream or document that errs after so many frames. */
export function errs(odd: OddAnswers, parts: Parts, after: number, context: WeatherContext): LabStep[] {
  const error = odd.error(context, context.params.kind as ErrorKind);
  const isPlain = context.params.shape === 'bare' || context.route.framing !== 'sse';
  const before = parts.frames.slice(0, isPlain ? after : Math.max(after, odd.framesBeforeError));
  const text = isPlain ? `${JSON.stringify(error, null, 2)}\n` : odd.errorEvents(error, before, parts);
  return [parts.head, ...before, bytes(text), { do: 'end' }];
}

/** A stream of these frames. */
export function streamed(context: WeatherContext, frames: readonly string[], charset: boolean): LabStep[] {
  const type = context.route.framing === 'sse' ? 'text/event-stream' : 'application/json';
  const headers = { 'content-type': charset ? `${type}; charset=utf-8` : type };
  return [{ do: 'head', status: 200, headers }, ...frames.map(bytes), { do: 'end' }];
}
