/**
 * One answer of another dialect as the events of an Anthropic stream: start, blocks, end. Counts and the reason to stop are the upstream's; it
 * writes no end of its own accord.
 */

import type { StopKind, StreamEvent, Usage } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { JsonObject } from '../json/shapes.ts';
import { ForeignBlocks, type Tell } from './write-foreign-events-blocks.ts';
import type { ShownBlocks } from './write-foreign-events-sources.ts';

type MessageEnd = Extract<StreamEvent, { readonly type: 'message-end' }>;

/** The part of a message that a client already has. */
export interface ShownMessage {
  readonly isStarted: boolean;
  readonly usage: Usage;
  /** The reason to stop, where it was told and only the end itself was missing. */
  readonly end: MessageEnd | undefined;
  readonly blocks: ShownBlocks;
}

export class ForeignMessage {
  readonly #tell: Tell;
  readonly #options: ForeignOptions;
  readonly #blocks: ForeignBlocks;
  #usage: Usage;
  #isStarted: boolean;
  #end: MessageEnd | undefined;
  /** The reason to stop and the counts have gone out, and nothing has followed them. */
  #isEndTold: boolean;

  /** `shown` is what goes on; without it the message begins here. */
  constructor(tell: Tell, options: ForeignOptions, shown?: ShownMessage) {
    this.#options = options;
    this.#tell = (type, fields) => tell(type, { type, ...fields });
    this.#blocks = new ForeignBlocks(this.#tell, options, shown?.blocks);
    this.#usage = shown?.usage ?? {};
    this.#isStarted = shown?.isStarted ?? false;
    this.#end = shown?.end;
    this.#isEndTold = shown?.end !== undefined;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { answerId, model } = this.#options;
    this.#tell('message_start', {
      message: {
        id: `msg_${answerId}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        // The dialect demands both counts; what is not known yet stands in message_delta.
        usage: { input_tokens: 0, output_tokens: 0, ...usageFields(this.#usage) },
      },
    });
  }

  see(event: StreamEvent): void {
    if (event.type === 'usage') {
      this.#isEndTold = false;
      this.#usage = { ...this.#usage, ...event.usage };
      return;
    }
    if (!spoken.has(event.type)) return;
    this.start();
    if (event.type === 'message-start') return;
    this.#isEndTold = false;
    // The last reason counts: with code execution Gemini states one in the middle, too.
    if (event.type === 'message-end') this.#end = event;
    else this.#blocks.see(event);
  }

  end(): void {
    this.start();
    this.#blocks.finish();
    if (!this.#isEndTold) this.#tellEnd();
    this.#tell('message_stop', {});
  }

  #tellEnd(): void {
    this.#tell('message_delta', {
      delta: {
        stop_reason: this.#stopReason(),
        stop_sequence: this.#end?.stop === 'stop-sequence' ? (this.#end.stopSequence ?? null) : null,
      },
      usage: { output_tokens: 0, ...usageFields(this.#usage) },
    });
  }

  #stopReason(): string {
    const stop = this.#end?.stop ?? 'natural';
    if (stop !== 'natural' && stop !== 'tool') return reasons[stop];
    return this.#blocks.hasCalls ? 'tool_use' : 'end_turn';
  }
}

/** All other events say nothing to a client, or are told in another way. */
const spoken: ReadonlySet<StreamEvent['type']> = new Set<StreamEvent['type']>([
  'message-start',
  'block-start',
  'block-delta',
  'block-signature',
  'block-end',
  'citation',
  'message-end',
]);

/** `natural` and `tool` depend on whether there are calls: Gemini has one word for both. A malformed answer has failed before it gets here. */
const reasons: Readonly<Record<Exclude<StopKind, 'natural' | 'tool'>, string>> = {
  length: 'max_tokens',
  'stop-sequence': 'stop_sequence',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-full': 'model_context_window_exceeded',
  malformed: 'end_turn',
  other: 'end_turn',
};

function usageFields(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, thoughtTokens } = usage;
  return {
    ...(inputTokens !== undefined && { input_tokens: inputTokens }),
    ...(cacheWriteTokens !== undefined && { cache_creation_input_tokens: cacheWriteTokens }),
    ...(cacheReadTokens !== undefined && { cache_read_input_tokens: cacheReadTokens }),
    ...(outputTokens !== undefined && { output_tokens: outputTokens }),
    ...(thoughtTokens !== undefined && { output_tokens_details: { thinking_tokens: thoughtTokens } }),
  };
}
