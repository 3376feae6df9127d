/** Asks through the real Anthropic SDK, with its own retries switched off: what heals here is the gateway. */

import Anthropic from '@anthropic-ai/sdk';
import type { LabAnswer } from '../../../src/lab/answer.ts';
import { type Heard, keepingFetch, nothingSaid, patiently, type Said } from './heard.ts';

export type AnthropicQuestion = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>;

export interface AnthropicHeard extends Heard {
  /** The SDK's own message, as far as it had come. */
  readonly message?: Anthropic.Message;
}

export function anthropicClient(url: string, fetchOfTest: typeof fetch = fetch): Anthropic {
  return new Anthropic({
    baseURL: url,
    apiKey: 'a-key-of-the-client',
    maxRetries: 0,
    fetch: fetchOfTest,
    logLevel: 'off',
  });
}

export function askAnthropic(url: string, question: AnthropicQuestion, streamed: boolean): Promise<AnthropicHeard> {
  const keeping = keepingFetch();
  const client = anthropicClient(url, keeping.fetch);
  return patiently(async (signal) => {
    let partial: Anthropic.Message | undefined;
    let sawContent = false;
    try {
      const stream = streamed ? client.messages.stream(question, { signal }) : undefined;
      stream?.on('streamEvent', (event, snapshot) => {
        partial = snapshot;
        sawContent ||= event.type === 'content_block_start';
      });
      const message = stream ? await stream.finalMessage() : await client.messages.create(question, { signal });
      return { said: saidBy(message), sawContent: true, message, ...keeping.last() };
    } catch (error) {
      const message = partial === undefined ? {} : { message: partial };
      return { said: partial ? saidBy(partial) : nothingSaid, sawContent, error, ...message, ...keeping.last() };
    }
  });
}

export function saidBy(message: Anthropic.Message): Said {
  const { content, usage } = message;
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thinking: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : [])),
    stop: message.stop_reason ?? '',
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
  };
}

const stops = { end: 'end_turn', tool: 'tool_use', length: 'max_tokens' } as const;

/** The lab's answer as this SDK must hand it over. */
export function anthropicExpectation(answer: LabAnswer): Said {
  return {
    text: answer.text,
    thinking: answer.thinking ?? '',
    calls: answer.toolCalls.map(({ name, args }) => ({ name, args })),
    stop: stops[answer.stop],
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
  };
}

/** An error that the API told of, inside a stream or by a status; not a broken connection. */
export function isAnthropicError(error: unknown): error is InstanceType<typeof Anthropic.APIError> {
  return error instanceof Anthropic.APIError && !(error instanceof Anthropic.APIConnectionError);
}
