/** The end of an answer in Google's words: why it stopped and what it cost. A count that was not stated is absent, and so is a total of it. */

import type { StopKind, StreamEvent, Usage } from '../../model/events.ts';
import type { JsonObject } from './shapes.ts';

export class ForeignEnding {
  #stop: StopKind | undefined;
  #usage: Usage = {};

  see(event: StreamEvent): void {
    if (event.type === 'message-end') this.#stop = event.stop;
    else if (event.type === 'usage') this.#usage = { ...this.#usage, ...event.usage };
  }

  /** Whether the answer itself says that more would have come. */
  get isCutShort(): boolean {
    return this.#stop === 'length' || this.#stop === 'context-full';
  }

  /** A call that never became whole is no success, unless the upstream ran out of room in it. */
  reason(isCallBroken: boolean): JsonObject {
    if (isCallBroken && !this.isCutShort) return { finishReason: reasons.malformed };
    return { finishReason: this.#stop === undefined ? 'FINISH_REASON_UNSPECIFIED' : reasons[this.#stop] };
  }

  usage(): JsonObject {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, thoughtTokens } = this.#usage;
    // Google's prompt count includes what was cached, and its candidate count leaves out the thoughts.
    const prompt =
      inputTokens === undefined ? undefined : inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
    const candidates = outputTokens === undefined ? undefined : Math.max(0, outputTokens - (thoughtTokens ?? 0));
    const usageMetadata = {
      ...(prompt !== undefined && { promptTokenCount: prompt }),
      ...(candidates !== undefined && { candidatesTokenCount: candidates }),
      ...(thoughtTokens !== undefined && { thoughtsTokenCount: thoughtTokens }),
      ...(cacheReadTokens !== undefined && cacheReadTokens > 0 && { cachedContentTokenCount: cacheReadTokens }),
      ...(prompt !== undefined && outputTokens !== undefined && { totalTokenCount: prompt + outputTokens }),
    };
    return Object.keys(usageMetadata).length > 0 ? { usageMetadata } : {};
  }
}

const reasons: Readonly<Record<StopKind, string>> = {
  natural: 'STOP',
  // Google has no word of its own for calls.
  tool: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'context-full': 'MAX_TOKENS',
  refusal: 'SAFETY',
  malformed: 'MALFORMED_FUNCTION_CALL',
  // A pause wants to be continued by its own API: here it is an end that is neither success nor refusal.
  pause: 'OTHER',
  other: 'OTHER',
};
