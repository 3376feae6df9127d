/** The wishes that a prompt may carry for the lab, such as `[[lab:words=300]]`. Unknown wishes are ignored. */

import { parseResume } from './go-on.ts';
import type { LabResume } from './step.ts';

export interface PromptControls {
  /** Exact number of words of the answer. */
  readonly words?: number;
  /** Exact number of text deltas of a streamed answer. */
  readonly events?: number;
  /** Exact text of the answer. */
  readonly answer?: string;
  /** How many tools are called at once; 0 = none. */
  readonly tools: number;
  /** Exactly this tool is called with exactly these arguments; nothing is called where it was not sent. */
  readonly call?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
  /** How many rounds of tool calls there are before the final text. */
  readonly steps: number;
  /** Some text comes before the tool calls. */
  readonly say: boolean;
  /** The model thinks although the request does not ask for it. */
  readonly think: boolean;
  readonly thinkWords?: number;
  /** A redacted thinking block precedes the answer (Anthropic). */
  readonly redacted: boolean;
  /** Tool calls have no arguments. */
  readonly bare: boolean;
  /** Every string argument of a tool call is this long. */
  readonly argumentChars?: number;
  /** A continuation repeats this many words of what was said before. */
  readonly overlap: number;
  /** A continuation begins again from the start. */
  readonly restart: boolean;
  /** A continuation goes on in this way. */
  readonly resume?: LabResume;
}

export const NUMBER_MAX = 100_000;
const CONTROL = /\[\[lab:([a-z-]+)(?:=([^\]]*))?\]\]/g;

export const PROMPT_CONTROLS: Readonly<Record<string, string>> = {
  words: 'the answer has exactly so many words',
  events: 'the answer is streamed in exactly so many pieces of text',
  answer: 'the answer is exactly this text',
  tool: 'calls the first tool that was sent',
  tools: 'calls so many tools at once',
  call: 'calls the named tool with these arguments, as in call=Bash {"command":"date"} (no "]" in it)',
  steps: 'so many rounds of tool calls come before the final text',
  say: 'some text comes before the tool calls',
  think: 'thinks (=so many words) although the request did not ask',
  redacted: 'a redacted thinking block comes first (Anthropic)',
  bare: 'tool calls have no arguments',
  'argument-chars': 'every string argument of a tool call is so long',
  overlap: 'a continuation repeats so many words',
  restart: 'a continuation begins again from the start',
  resume: 'a continuation goes on in this way: continue, restart, overlap:N (characters) or contradict',
};

export function readControls(text: string): PromptControls {
  const found = new Map<string, string>();
  if (text.includes('[[lab:')) for (const match of text.matchAll(CONTROL)) found.set(match[1]!, match[2] ?? '');
  const number = (name: string): number | undefined => wholeNumber(found.get(name));
  const words = number('words');
  const events = number('events');
  const thinkWords = number('think');
  const argumentChars = number('argument-chars');
  const answer = found.get('answer');
  const call = callOf(found.get('call'));
  const resume = resumeOf(found.get('resume'));
  const tools = number('tools') ?? (found.has('tool') || found.has('steps') ? 1 : 0);
  return {
    ...(words === undefined ? {} : { words }),
    ...(events === undefined ? {} : { events }),
    ...(thinkWords === undefined ? {} : { thinkWords }),
    ...(argumentChars === undefined ? {} : { argumentChars }),
    ...(answer === undefined ? {} : { answer }),
    ...(call === undefined ? {} : { call }),
    tools,
    steps: number('steps') ?? 1,
    say: found.has('say'),
    think: found.has('think'),
    redacted: found.has('redacted'),
    bare: found.has('bare'),
    overlap: number('overlap') ?? 0,
    restart: found.has('restart'),
    ...(resume === undefined ? {} : { resume }),
  };
}

export function withoutControls(text: string): string {
  return text.includes('[[lab:') ? text.replaceAll(CONTROL, '') : text;
}

function resumeOf(text: string | undefined): LabResume | undefined {
  const read = parseResume(text ?? '');
  return 'resume' in read ? read.resume : undefined;
}

function callOf(text: string | undefined): PromptControls['call'] {
  const parts = /^(\S+)\s*(\{.*\})?$/s.exec(text ?? '');
  if (parts === null) return undefined;
  try {
    return { name: parts[1]!, args: JSON.parse(parts[2] ?? '{}') as Record<string, unknown> };
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), NUMBER_MAX);
}
