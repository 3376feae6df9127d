/** What an Anthropic answer says, read from its events or from its document by the test's own hand, so that the two can be compared. */

import { documentsOf } from './event-stream.ts';

export interface SaidMessage {
  readonly blocks: readonly Json[];
  readonly stopReason: unknown;
  readonly stopSequence: unknown;
  readonly model: unknown;
  readonly id: unknown;
  /** Only what was stated as a number. */
  readonly usage: Readonly<Record<string, number>>;
}

type Json = Record<string, unknown>;

interface Block {
  readonly start: Json;
  text: string;
  thinking: string;
  signature: unknown;
  partial: string;
  citations: number;
}

export function saidInAnthropicStream(bytes: Buffer): SaidMessage {
  let blocks: Block[] = [];
  let message: Json = {};
  let end: Json = {};
  let usage: Record<string, number> = {};
  for (const json of documentsOf(bytes)) {
    if (json.type === 'message_start') {
      // Where two answers were spliced, the last start begins the one that counts.
      // A start may bring its blocks and its stop reason with it.
      message = json.message as Json;
      blocks = (message.content as Json[]).map(startOf);
      end = { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence };
      usage = numbersOf(message.usage);
    } else if (json.type === 'content_block_start') blocks[json.index as number] = startOf(json.content_block as Json);
    else if (json.type === 'content_block_delta') grow(blocks[json.index as number]!, json.delta as Json);
    else if (json.type === 'message_delta') {
      end = { ...end, ...(json.delta as Json) };
      usage = { ...usage, ...numbersOf(json.usage) };
    }
  }
  const { model, id } = message;
  const served = blocks.findLast(({ start }) => start.type === 'fallback')?.start.to as Json | undefined;
  return {
    blocks: blocks.map(saidInBlock),
    stopReason: end.stop_reason ?? null,
    stopSequence: end.stop_sequence ?? null,
    model: served?.model ?? model,
    id,
    usage,
  };
}

export function saidInAnthropicDocument(text: string): SaidMessage {
  const json = JSON.parse(text) as Json;
  return {
    blocks: (json.content as Json[]).map((block) => ({
      type: block.type,
      id: block.id,
      name: block.name,
      text: block.text ?? '',
      thinking: block.thinking ?? '',
      signature: block.signature || undefined,
      input: block.input,
      data: block.data,
      content: block.content,
      citations: Array.isArray(block.citations) ? block.citations.length : 0,
    })),
    stopReason: json.stop_reason ?? null,
    stopSequence: json.stop_sequence ?? null,
    model: json.model,
    id: json.id,
    usage: numbersOf(json.usage),
  };
}

function startOf(start: Json): Block {
  const { text, thinking, signature, citations } = start;
  return {
    start,
    text: String(text ?? ''),
    thinking: String(thinking ?? ''),
    signature,
    partial: '',
    citations: Array.isArray(citations) ? citations.length : 0,
  };
}

function grow(block: Block, delta: Json): void {
  if (delta.type === 'text_delta') block.text += delta.text;
  else if (delta.type === 'thinking_delta') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta') block.partial += delta.partial_json;
  else if (delta.type === 'citations_delta') block.citations += 1;
  else if (delta.type === 'compaction_delta') block.start.content = delta.content;
}

function saidInBlock({ start, text, thinking, signature, partial, citations }: Block): Json {
  return {
    type: start.type,
    id: start.id,
    name: start.name,
    text,
    thinking,
    signature: signature || undefined,
    input: partial === '' ? start.input : JSON.parse(partial),
    data: start.data,
    content: start.content,
    citations,
  };
}

function numbersOf(usage: unknown): Record<string, number> {
  const stated = Object.entries((usage ?? {}) as Json).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(stated) as Record<string, number>;
}
