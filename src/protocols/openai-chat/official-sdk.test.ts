/** The official SDK as the judge: what it makes of our streams, of recorded ones, and of an error in the middle. */

import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readGeminiEvents } from '../gemini/read-events.ts';
import { foldChatAnswer } from './fold-answer.ts';
import { foldChatForeign } from './fold-foreign.ts';
import { eventsOf, framesOf, recordedStreams, requestOf } from './streams.testing.ts';
import { writeChatForeignEvents } from './write-foreign-events.ts';

type Completion = Awaited<ReturnType<ReturnType<OpenAI['chat']['completions']['stream']>['finalChatCompletion']>>;

async function sdkAnswer(bytes: Uint8Array): Promise<Completion> {
  const client = new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(Buffer.from(bytes), { headers: { 'content-type': 'text/event-stream' } }),
  });
  return await client.chat.completions
    .stream({ model: 'm', messages: [{ role: 'user', content: 'x' }] })
    .finalChatCompletion();
}

interface Wire {
  readonly choices: readonly { readonly message: Record<string, unknown>; readonly finish_reason: string }[];
  readonly usage?: unknown;
}

function expectSame(document: Wire, sdk: Completion): void {
  for (const [at, { message, finish_reason: reason }] of document.choices.entries()) {
    const theirs = sdk.choices[at];
    expect(theirs?.finish_reason).toBe(reason);
    expect(theirs?.message.content ?? '').toBe(message.content ?? '');
    expect(theirs?.message.refusal ?? null).toBe(message.refusal ?? null);
    const calls = (theirs?.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? { id: call.id, name: call.function.name, arguments: call.function.arguments } : call,
    );
    const ours = ((message.tool_calls ?? []) as { id: string; function: { name: string; arguments: string } }[]).map(
      ({ id, function: { name, arguments: input } }) => ({ id, name, arguments: input }),
    );
    expect(calls).toEqual(ours);
  }
  expect(sdk.usage ?? undefined).toEqual(document.usage ?? undefined);
}

/** The SDK itself throws where the limit cut an answer, and forgets the counts when a chunk without any follows them. */
const own = recordedStreams('openai-chat').filter(
  ({ name, bytes }) => !/-length-|nocontent/.test(name) && !bytes.includes('"moderation"'),
);
const foreign = [
  ...recordedStreams('anthropic').map((each) => ({ ...each, read: readAnthropicEvents })),
  ...recordedStreams('gemini').map((each) => ({ ...each, read: readGeminiEvents })),
]
  .filter(({ bytes, name }) => !bytes.includes('partialArgs') && !name.includes('spliced'))
  .map(({ name, bytes, read }) => ({ name, events: eventsOf(framesOf([bytes]), read()) }))
  .filter(({ events }) => events.at(-1)?.type === 'message-complete' && !events.some(isLimit));

function isLimit(event: StreamEvent): boolean {
  return event.type === 'message-end' && ['length', 'refusal', 'context-full'].includes(event.stop);
}

const options = {
  answerId: '01TEST',
  model: 'gemini-3-pro',
  createdSeconds: 1_770_000_000,
  request: requestOf({ model: 'm', stream: true, stream_options: { include_usage: true }, messages: [] }),
};

describe.skipIf(own.length === 0)('the official SDK', () => {
  it.for(own)('makes of $name what we fold it into', async ({ bytes }) => {
    const fold = foldChatAnswer();
    for (const frame of framesOf([bytes])) fold.push(frame);
    expectSame(JSON.parse(fold.document()) as Wire, await sdkAnswer(bytes));
  });

  it.for(foreign)('reads the answer $name as we fold it', async ({ events }) => {
    const writer = writeChatForeignEvents('sse', options);
    const fold = foldChatForeign(options);
    const out: Uint8Array[] = [writer.keepalive()];
    for (const event of events) {
      writer.events([event], out);
      fold.see(event);
      out.push(writer.keepalive());
    }
    writer.end(out);
    expectSame(JSON.parse(fold.document()) as Wire, await sdkAnswer(Buffer.concat(out)));
  });
});

describe('an answer that breaks off', () => {
  it('is an error to the official SDK, with our message', async () => {
    const writer = writeChatForeignEvents('sse', options);
    const out: Uint8Array[] = [];
    writer.events([{ type: 'block-delta', index: 0, kind: 'text', text: 'Hel' }], out);
    out.push(writer.failure({ kind: 'upstream-error', message: 'stream disconnected before completion' }));
    await expect(sdkAnswer(Buffer.concat(out))).rejects.toThrow('stream disconnected before completion');
  });
});
