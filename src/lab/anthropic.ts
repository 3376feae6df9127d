/**
 * Answers in the Messages dialect, streamed and whole, for the first-party API and for Vertex.
 * The stream is legal to the letter; its padding, pings, pieces and ids come from chance, its words never do.
 */

import { argumentsText, type LabAnswer, type LabToolCall } from './answer.ts';
import type { Ask } from './ask.ts';
import { anthropicRequestId, wholeAnswer } from './refusals.ts';
import { between, randomText } from './seed.ts';
import { mintSignature } from './signature.ts';
import type { Chance, Json, LabRoute, LabStep } from './step.ts';
import { cutText } from './words.ts';

const PADDING_SPACES_MAX = 15;
const PADDED_STREAMS_SHARE = 0.73;
/** Where pings stand: after the first block start, after message_start, nowhere. */
const PING_AFTER_START_SHARE = 0.78;
const PING_BEFORE_BLOCKS_SHARE = 0.88;
const REDACTED_CHARS = 180;

export function planAnthropic(ask: Ask, answer: LabAnswer, chance: Chance): LabStep[] {
  const route = ask.route;
  const message = messageOf(ask, answer, chance);
  if (route.framing !== 'sse') {
    const headers = { 'content-type': 'application/json', 'request-id': anthropicRequestId(route, chance) };
    return wholeAnswer(200, headers, JSON.stringify(message));
  }
  const steps: LabStep[] = [anthropicStreamHead(route, chance)];
  for (const frame of streamOf(message, answer, chance)) steps.push({ do: 'bytes', bytes: Buffer.from(frame) });
  steps.push({ do: 'end' });
  return steps;
}

export function anthropicStreamHead(route: LabRoute, chance: Chance): LabStep {
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': anthropicRequestId(route, chance),
  };
  return { do: 'head', status: 200, headers };
}

/** One event; `padding` spaces stand before its last brace, as on the real wire. */
export function anthropicFrame(event: Json, padding = 0): string {
  const json = JSON.stringify(event);
  const padded = padding === 0 ? json : `${json.slice(0, -1)}${' '.repeat(padding)}}`;
  return `event: ${String(event.type)}\ndata: ${padded}\n\n`;
}

export const ANTHROPIC_PING = 'event: ping\ndata: {"type": "ping"}\n\n';

/** A stream that starts and stops properly and says nothing. */
export function anthropicEmptyFrames(ask: Ask, chance: Chance): string[] {
  const message = messageOf(ask, NOTHING, chance);
  return [startFrame(message, 1, 0), ANTHROPIC_PING, deltaFrame(message, 0), anthropicFrame({ type: 'message_stop' })];
}

export function anthropicEmptyDocument(ask: Ask, chance: Chance): string {
  return JSON.stringify(messageOf(ask, NOTHING, chance));
}

const NOTHING: LabAnswer = {
  redacted: false,
  text: '',
  toolCalls: [],
  stop: 'end',
  inputTokens: 12,
  outputTokens: 3,
  thinkingTokens: 0,
};
const STOP_REASONS = { end: 'end_turn', tool: 'tool_use', length: 'max_tokens' } as const;

function messageOf(ask: Ask, answer: LabAnswer, chance: Chance): Json {
  const vertex = ask.route.dialect === 'vertex-anthropic' ? 'vrtx_' : '';
  return {
    model: ask.route.model,
    id: `msg_${vertex}01${randomText(22, chance)}`,
    type: 'message',
    role: 'assistant',
    content: blocksOf(ask, answer, vertex, chance),
    stop_reason: answer.recordedStop ?? STOP_REASONS[answer.stop],
    stop_sequence: null,
    usage: usageOf(answer),
  };
}

function blocksOf(ask: Ask, answer: LabAnswer, vertex: string, chance: Chance): Json[] {
  const blocks: Json[] = [];
  if (answer.redacted) {
    const data = mintSignature('claude', randomText(REDACTED_CHARS, chance), true);
    blocks.push({ type: 'redacted_thinking', data });
  }
  if (answer.thinking !== undefined) {
    const thinking = ask.showsThinking ? answer.thinking : '';
    const signature = mintSignature('claude', answer.thinking, !ask.showsThinking);
    blocks.push({ type: 'thinking', thinking, signature });
  }
  if (answer.text !== '') blocks.push({ type: 'text', text: answer.text });
  for (const call of answer.toolCalls) blocks.push(toolBlock(call, vertex, chance));
  return blocks;
}

function toolBlock(call: LabToolCall, vertex: string, chance: Chance): Json {
  return { type: 'tool_use', id: `toolu_${vertex}01${randomText(22, chance)}`, name: call.name, input: call.args };
}

function usageOf(answer: LabAnswer): Json {
  return {
    input_tokens: answer.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: answer.outputTokens,
  };
}

function streamOf(message: Json, answer: LabAnswer, chance: Chance): string[] {
  const padded = chance() < PADDED_STREAMS_SHARE;
  const pad = (): number => (padded ? between(0, PADDING_SPACES_MAX, chance) : 0);
  const ping = chance();
  const frames = [startFrame(message, between(1, 5, chance), pad())];
  if (ping >= PING_AFTER_START_SHARE && ping < PING_BEFORE_BLOCKS_SHARE) frames.push(ANTHROPIC_PING);
  const blocks = message.content as Json[];
  const calls = answer.toolCalls.map(argumentsText);
  blocks.forEach((block, index) => {
    frames.push(anthropicFrame({ type: 'content_block_start', index, content_block: opened(block) }, pad()));
    if (index === 0 && ping < PING_AFTER_START_SHARE) frames.push(ANTHROPIC_PING);
    for (const delta of deltasOf(block, answer, calls, chance)) {
      frames.push(anthropicFrame({ type: 'content_block_delta', index, delta }, pad()));
    }
    frames.push(anthropicFrame({ type: 'content_block_stop', index }, pad()));
  });
  frames.push(deltaFrame(message, pad()), anthropicFrame({ type: 'message_stop' }, pad()));
  return frames;
}

function startFrame(message: Json, outputTokens: number, padding: number): string {
  const usage = { ...(message.usage as Json), output_tokens: outputTokens, service_tier: 'standard' };
  const empty = { ...message, content: [], stop_reason: null, usage };
  return anthropicFrame({ type: 'message_start', message: empty }, padding);
}

function deltaFrame(message: Json, padding: number): string {
  const delta = { stop_reason: message.stop_reason, stop_sequence: null };
  return anthropicFrame({ type: 'message_delta', delta, usage: message.usage }, padding);
}

/** The block as its start shows it: whole for redacted thinking, empty for all others. */
function opened(block: Json): Json {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  if (block.type === 'text') return { type: 'text', text: '' };
  if (block.type === 'tool_use') return { ...block, input: {} };
  return block;
}

/** `calls`: the arguments of the calls that have not been told yet. */
function deltasOf(block: Json, answer: LabAnswer, calls: string[], chance: Chance): Json[] {
  if (block.type === 'text') {
    return cutText(String(block.text), chance, answer.pieces).map((text) => ({ type: 'text_delta', text }));
  }
  if (block.type === 'thinking') {
    const pieces: Json[] = cutText(String(block.thinking), chance).map((thinking) => ({
      type: 'thinking_delta',
      thinking,
    }));
    return [...pieces, { type: 'signature_delta', signature: block.signature }];
  }
  if (block.type !== 'tool_use') return [];
  const json = calls.shift() ?? '{}';
  const pieces = json === '{}' ? [] : cutText(json, chance);
  return ['', ...pieces].map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
}
