/** What a row of the weather table is, and the small moves on steps that rows are made of. */

import type { Chance, Json, LabCall, LabDialect, LabRoute, LabStep } from './step.ts';

export type WeatherParams = Readonly<Record<string, number | string>>;

export interface WeatherContext {
  readonly call: LabCall;
  readonly route: LabRoute;
  /** The request's body; empty when it was no JSON object. */
  readonly json: Json;
  /** Complete: what was not said has its default. */
  readonly params: WeatherParams;
  readonly chance: Chance;
}

export interface WeatherRow {
  readonly does: string;
  /** Where this really occurs. Elsewhere the row does its nearest equivalent. */
  readonly dialects: readonly LabDialect[];
  /** The parameters and their defaults. */
  readonly params: WeatherParams;
  /** The words a parameter may have. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** `base` is what a clear day would bring. */
  plan(base: readonly LabStep[], context: WeatherContext): LabStep[];
}

export const ALL_DIALECTS: readonly LabDialect[] = [
  'anthropic',
  'gemini',
  'vertex-anthropic',
  'vertex-gemini',
  'openai-chat',
  'openai-responses',
];
export const ENDINGS: readonly string[] = ['fin', 'clean', 'rst'];

/** The reason to finish of a Chat Completions chunk; quoted inside a text it would be escaped. */
const FINISH = /"finish_reason":\s*"/;

export type BytesStep = Extract<LabStep, { do: 'bytes' }>;

export interface Parts {
  readonly head: LabStep;
  readonly frames: readonly BytesStep[];
}

/** The head and the frames of an answer with status 200; undefined for every other plan, which faults of streams leave as it is. */
export function partsOf(base: readonly LabStep[]): Parts | undefined {
  const head = base.find((step) => step.do === 'head');
  if (head?.do !== 'head' || head.status !== 200) return undefined;
  return { head: withoutLength(head), frames: base.filter((step): step is BytesStep => step.do === 'bytes') };
}

/** How many frames come before a fault: as many as asked, but never one that says the answer is over. */
export function framesBefore(parts: Parts, wanted: number | string | undefined): number {
  return Math.max(0, Math.min(Number(wanted), parts.frames.length - lastFrames(parts.frames)));
}

/** How many of the last frames follow once the answer is over, the one that says so included. */
export function lastFrames(frames: readonly BytesStep[]): number {
  const last = frames.at(-1);
  if (last === undefined || !isDone(last)) return 1;
  const finish = frames.findIndex((frame) => FINISH.test(Buffer.from(frame.bytes).toString('utf8')));
  return finish === -1 ? 1 : frames.length - finish;
}

export function isDone(frame: BytesStep): boolean {
  return Buffer.from(frame.bytes).toString('utf8').trim() === 'data: [DONE]';
}

export function ending(word: number | string | undefined): LabStep {
  if (word === 'clean') return { do: 'end' };
  return word === 'rst' ? { do: 'reset' } : { do: 'close' };
}

export function bytes(text: string): BytesStep {
  return { do: 'bytes', bytes: Buffer.from(text) };
}

export function number(context: WeatherContext, name: string): number {
  return Number(context.params[name]);
}

/** A body that is cut or drawn out must not have promised its length. */
function withoutLength(head: Extract<LabStep, { do: 'head' }>): LabStep {
  const { 'content-length': _, ...headers } = head.headers;
  return { ...head, headers };
}
