/**
 * Answers in the Chat Completions dialect, streamed and whole. Thoughts are shown as compatible servers show them, and by OpenAI's own models never.
 * The stream is legal to the letter; its pieces, padding and ids come from chance, its words never do.
 */

import { argumentsText, type LabAnswer } from './answer.ts';
import { ANY_TOOL, type Ask, object } from './ask.ts';
import { openaiHeaders, wholeAnswer } from './refusals.ts';
import { between, randomText } from './seed.ts';
import type { Chance, Json, LabStep } from './step.ts';
import { cutText } from './words.ts';

export const CHAT_DONE = 'data: [DONE]\n\n';

const PADDING_CHARS_MAX = 16;
const PADDED_STREAMS_SHARE = 0.6;
const HEX = '0123456789abcdef';

export function planChat(ask: Ask, body: Json, answer: LabAnswer, chance: Chance, now = 0): LabStep[] {
  const voice = chatVoice(ask, body, chance, now);
  if (ask.route.framing !== 'sse') {
    const headers = { 'content-type': 'application/json', ...openaiHeaders(chance) };
    return wholeAnswer(200, headers, voice.document(messageOf(ask, answer, chance), finishOf(ask, answer), answer));
  }
  const steps: LabStep[] = [{ do: 'head', status: 200, headers: chatStreamHeaders(chance) }];
  const frames = [
    ...deltasOf(ask, answer, chance).map((delta) => voice.chunk(delta)),
    ...voice.ending(finishOf(ask, answer), answer),
  ];
  for (const frame of frames) steps.push({ do: 'bytes', bytes: Buffer.from(frame) });
  steps.push({ do: 'end' });
  return steps;
}

export function chatStreamHeaders(chance: Chance): Record<string, string> {
  return { 'content-type': 'text/event-stream; charset=utf-8', ...openaiHeaders(chance) };
}

type Counts = Pick<LabAnswer, 'inputTokens' | 'outputTokens' | 'thinkingTokens'>;

/** What all chunks of one answer share, and the ways to say one. */
export interface ChatVoice {
  chunk(delta: Json, finish?: string): string;
  /** The chunk with the counts, which has no choices; whether or not it was asked for. */
  counts(answer: Counts): string;
  /** The reason to finish, the counts where they were asked for, and the end of the stream. */
  ending(finish: string, answer: Counts): string[];
  /** A whole answer as one document. */
  document(message: Json, finish: string, answer: Counts): string;
}

export function chatVoice(ask: Ask, body: Json, chance: Chance, now: number): ChatVoice {
  const identity = {
    id: `chatcmpl-${randomText(29, chance)}`,
    created: Math.floor(now / 1000),
    model: ask.route.model,
  };
  const tier = { service_tier: 'default', system_fingerprint: `fp_${randomText(10, chance, HEX)}` };
  const counted = object(body.stream_options).include_usage === true;
  const padded = chance() < PADDED_STREAMS_SHARE;
  const say = (choices: readonly Json[], usage: Json | null, isCounted = counted): string => {
    const padding = padded ? { obfuscation: randomText(between(1, PADDING_CHARS_MAX, chance), chance) } : {};
    const { id, created, model } = identity;
    const chunk = { id, object: 'chat.completion.chunk', created, model, ...tier, choices };
    return `data: ${JSON.stringify({ ...chunk, ...(isCounted ? { usage } : {}), ...padding })}\n\n`;
  };
  const chunk = (delta: Json, finish: string | null = null): string =>
    say([{ index: 0, delta, logprobs: null, finish_reason: finish }], null);
  const counts = (answer: Counts): string => say([], usageOf(answer), true);
  return {
    chunk,
    counts,
    ending: (finish, answer) => [chunk({}, finish), ...(counted ? [counts(answer)] : []), CHAT_DONE],
    document: (message, finish, answer) => {
      const { id, created, model } = identity;
      const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
      const document = { id, object: 'chat.completion', created, model, choices, usage: usageOf(answer), ...tier };
      return `${JSON.stringify(document, null, 2)}\n`;
    },
  };
}

function usageOf(answer: Counts): Json {
  const none = { audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 };
  return {
    prompt_tokens: answer.inputTokens,
    completion_tokens: answer.outputTokens,
    total_tokens: answer.inputTokens + answer.outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: answer.thinkingTokens, ...none },
  };
}

/** After a call that was named by the request, the API says that the model simply stopped. */
function finishOf(ask: Ask, answer: LabAnswer): string {
  if (answer.recordedStop !== undefined) return answer.recordedStop;
  if (answer.stop === 'length') return 'length';
  if (answer.stop === 'end') return 'stop';
  return ask.forcedTool === undefined || ask.forcedTool === ANY_TOOL ? 'tool_calls' : 'stop';
}

function shownThinking(ask: Ask, answer: LabAnswer): string {
  return ask.showsThinking ? (answer.thinking ?? '') : '';
}

function messageOf(ask: Ask, answer: LabAnswer, chance: Chance): Json {
  const thinking = shownThinking(ask, answer);
  const calls = answer.toolCalls.map((call) => ({
    id: callId(chance),
    type: 'function',
    function: { name: call.name, arguments: argumentsText(call) },
  }));
  return {
    role: 'assistant',
    content: answer.text === '' && calls.length > 0 ? null : answer.text,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    refusal: null,
    annotations: [],
  };
}

function deltasOf(ask: Ask, answer: LabAnswer, chance: Chance): Json[] {
  const thoughts = cutText(shownThinking(ask, answer), chance).map((piece): Json => ({ reasoning_content: piece }));
  const texts = cutText(answer.text, chance, answer.pieces).map((content): Json => ({ content }));
  const calls = answer.toolCalls.flatMap((call, index): Json[] => {
    const opened = { index, id: callId(chance), type: 'function', function: { name: call.name, arguments: '' } };
    const pieces = cutText(argumentsText(call), chance).map((piece) => ({ index, function: { arguments: piece } }));
    return [opened, ...pieces].map((piece) => ({ tool_calls: [piece] }));
  });
  const silent = thoughts.length + texts.length === 0 && calls.length > 0;
  const first = silent ? calls[0] : undefined;
  const opening = { role: 'assistant', content: silent ? null : '', ...first, refusal: null };
  return [opening, ...thoughts, ...texts, ...(silent ? calls.slice(1) : calls)];
}

function callId(chance: Chance): string {
  return `call_${randomText(24, chance)}`;
}
