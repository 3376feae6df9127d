import { describe, expect, it } from 'vitest';
import type { Part } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { foldChatForeign } from './fold-foreign.ts';
import { checkChatStream } from './grammar.testing.ts';
import { readChatConversation } from './read-conversation.ts';
import { requestOf } from './streams.testing.ts';
import { writeChatForeignEvents } from './write-foreign-events.ts';

const messages = [{ role: 'user', content: 'hi' }];

function optionsOf(json: Record<string, unknown> = {}, model = 'gemini-3-pro'): ForeignOptions {
  return {
    answerId: '01T',
    model,
    createdSeconds: 5,
    request: requestOf({ model: 'm', stream: true, messages, ...json }),
  };
}

function told(events: readonly StreamEvent[], options = optionsOf()): string {
  const writer = writeChatForeignEvents('sse', options);
  const out: Uint8Array[] = [];
  writer.events(events, out);
  writer.end(out);
  const text = Buffer.concat(out).toString();
  expect(checkChatStream(text)).toEqual([]);
  return text;
}

function deltasOf(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'));
  return lines.flatMap((line) =>
    (JSON.parse(line.slice(6)) as { choices: { delta: unknown }[] }).choices.map(({ delta }) => delta),
  );
}

function folded(events: readonly StreamEvent[], options = optionsOf()) {
  const fold = foldChatForeign(options);
  for (const event of events) fold.see(event);
  return JSON.parse(fold.document());
}

const start = (
  index: number,
  kind: 'text' | 'thinking' | 'redacted-thinking' | 'tool-call',
  more: object = {},
): StreamEvent => ({
  type: 'block-start',
  index,
  kind,
  says: kind === 'tool-call',
  ...more,
});
const delta = (index: number, kind: 'text' | 'thinking' | 'tool-arguments', text: string): StreamEvent => ({
  type: 'block-delta',
  index,
  kind,
  text,
});
const end = (index: number): StreamEvent => ({ type: 'block-end', index });
const signed = (index: number, signature: string): StreamEvent => ({ type: 'block-signature', index, signature });
const stop = (kind: 'natural' | 'tool' | 'refusal' | 'length' = 'natural'): StreamEvent => ({
  type: 'message-end',
  stop: kind,
  reason: 'x',
});

describe('a foreign answer', () => {
  it('is told chunk by chunk, with the role first and the counts only for who asked', () => {
    const events = [
      start(0, 'text'),
      delta(0, 'text', 'Hel'),
      delta(0, 'text', 'lo'),
      end(0),
      { type: 'usage', usage: { inputTokens: 3, cacheReadTokens: 4, outputTokens: 2, thoughtTokens: 1 } } as const,
      stop(),
    ];
    const text = told(events);
    expect(deltasOf(text)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'Hel' },
      { content: 'lo' },
      {},
    ]);
    expect(text).not.toContain('usage');
    expect(text).toContain('"id":"chatcmpl-01T","object":"chat.completion.chunk","created":5,"model":"gemini-3-pro"');
    const counted = told(events, optionsOf({ stream_options: { include_usage: true } }));
    expect(counted).toContain(
      '"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}\n\ndata: [DONE]\n\n',
    );
    expect(counted.match(/"usage":null/g)).toHaveLength(4);
  });

  it('invents no counts', () => {
    expect(
      told([start(0, 'text'), delta(0, 'text', 'a'), stop()], optionsOf({ stream_options: { include_usage: true } })),
    ).not.toContain('prompt_tokens');
    expect(folded([start(0, 'text'), delta(0, 'text', 'a'), stop()])).not.toHaveProperty('usage');
  });

  it('numbers its calls, names each once, and finishes with tool_calls whatever the upstream said', () => {
    const events = [
      start(0, 'tool-call', { name: 'f', argumentsJson: '{"a":1}' }),
      end(0),
      start(1, 'tool-call', { id: 'toolu_1', name: 'g' }),
      delta(1, 'tool-arguments', '{"b"'),
      delta(1, 'tool-arguments', ':2}'),
      end(1),
      start(2, 'tool-call', { id: 'toolu_2', name: 'h' }),
      end(2),
      stop(),
    ];
    const piece = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] });
    const first = (index: number, id: string, name: string) => ({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    });
    expect(deltasOf(told(events))).toEqual([
      { role: 'assistant', content: null, refusal: null, ...first(0, 'call_01T_0', 'f') },
      piece(0, '{"a":1}'),
      first(1, 'toolu_1', 'g'),
      piece(1, '{"b"'),
      piece(1, ':2}'),
      first(2, 'toolu_2', 'h'),
      piece(2, '{}'),
      {},
    ]);
    expect(told(events)).toContain('"finish_reason":"tool_calls"');
    expect(folded(events).choices[0]).toMatchObject({ message: { content: null }, finish_reason: 'tool_calls' });
  });

  it.each([
    ['refusal', 'content_filter'],
    ['length', 'length'],
  ] as const)('that stopped by %s finishes with %s even after a call', (kind, reason) => {
    expect(
      folded([start(0, 'tool-call', { name: 'f', argumentsJson: '{}' }), end(0), stop(kind)]).choices[0].finish_reason,
    ).toBe(reason);
  });

  it('calls a custom tool in the custom form', () => {
    const tools = [{ type: 'custom', custom: { name: 'patch' } }];
    const events = [
      start(0, 'tool-call', { id: 'c', name: 'patch' }),
      delta(0, 'tool-arguments', '{"input":"a\\n'),
      delta(0, 'tool-arguments', 'b"}'),
      end(0),
      stop('tool'),
    ];
    expect(folded(events, optionsOf({ tools })).choices[0].message.tool_calls).toEqual([
      { id: 'c', type: 'custom', custom: { name: 'patch', input: 'a\nb' } },
    ]);
    expect(told(events, optionsOf({ tools }))).toContain('"custom":{"input":"a\\nb"}');
  });

  it('calls an older function in the older form', () => {
    const options = optionsOf({ functions: [{ name: 'f' }] });
    const events = [
      start(0, 'tool-call', { name: 'f', argumentsJson: '{"a":1}' }),
      signed(0, 's'),
      end(0),
      stop('tool'),
    ];
    expect(folded(events, options).choices[0]).toMatchObject({
      message: { function_call: { name: 'f', arguments: '{"a":1}' } },
      finish_reason: 'function_call',
    });
    told(events, options);
  });

  it('shows images, code and sources', () => {
    const block = (kind: 'media' | 'code', more: object): StreamEvent => ({
      type: 'block-start',
      index: 5,
      kind,
      says: true,
      ...more,
    });
    const events: StreamEvent[] = [
      start(0, 'text'),
      delta(0, 'text', 'See '),
      end(0),
      start(1, 'text'),
      delta(1, 'text', 'this'),
      { type: 'citation', index: 1, citation: { url: 'https://a.example/', title: 'A' } },
      { type: 'citation', index: 1, citation: { url: 'https://b.example/', start: 1, end: 3 } },
      { type: 'citation', citation: { title: 'no address' } },
      end(1),
      block('code', { code: { language: 'PYTHON', code: 'x = 1' } }),
      block('media', { media: { mimeType: 'image/png', data: 'QUJD' } }),
      stop(),
    ];
    const { message } = folded(events).choices[0];
    expect(message.content).toBe('See this\n```python\nx = 1\n```\n');
    expect(message.images).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }]);
    expect(message.annotations.map((each: { url_citation: object }) => each.url_citation)).toEqual([
      { start_index: 4, end_index: 8, title: 'A', url: 'https://a.example/' },
      { start_index: 5, end_index: 7, title: '', url: 'https://b.example/' },
    ]);
    told(events);
  });

  it('without a word is a legal stream and document', () => {
    expect(deltasOf(told([stop('length')]))).toEqual([{ role: 'assistant', content: '', refusal: null }, {}]);
    expect(folded([stop('length')]).choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null },
        logprobs: null,
        finish_reason: 'length',
      },
    ]);
  });
});

describe('signatures', () => {
  /** What the next request's history holds when the client sends the message back as it came. */
  function comesBack(events: readonly StreamEvent[], model: string): readonly Part[] | undefined {
    const [{ message }] = folded(events, optionsOf({}, model)).choices;
    const result = readChatConversation(requestOf({ model: 'm', messages: [...messages, message] }));
    return 'problem' in result ? undefined : result.conversation.turns[1]?.parts;
  }

  it('of Claude come back with their thoughts', () => {
    const events = [
      start(0, 'thinking'),
      delta(0, 'thinking', 'Hm'),
      signed(0, 'sigA+/='),
      end(0),
      start(1, 'redacted-thinking'),
      signed(1, 'opaque'),
      end(1),
      start(2, 'thinking'),
      signed(2, 'sigB'),
      end(2),
      start(3, 'text'),
      delta(3, 'text', 'Yes'),
      end(3),
      start(4, 'tool-call', { id: 'toolu_1', name: 'f', argumentsJson: '{}' }),
      end(4),
      stop('tool'),
    ];
    expect(comesBack(events, 'claude-opus-4-5')).toEqual([
      { type: 'thinking', text: 'Hm', signature: { signature: 'sigA+/=', family: 'claude' } },
      { type: 'redacted-thinking', data: 'opaque' },
      { type: 'thinking', text: '', signature: { signature: 'sigB', family: 'claude' } },
      { type: 'text', text: 'Yes' },
      { type: 'tool-call', id: 'toolu_1', name: 'f', argumentsJson: '{}' },
    ]);
  });

  it('of Gemini come back on the part that they stand on', () => {
    const mark = (signature: string) => ({ signature, family: 'gemini-3' });
    const events = [
      start(0, 'thinking'),
      delta(0, 'thinking', 'Hm'),
      signed(0, 'sigT'),
      end(0),
      start(1, 'text'),
      delta(1, 'text', 'Yes'),
      signed(1, 'sigX'),
      end(1),
      start(2, 'tool-call', { name: 'f', argumentsJson: '{}' }),
      signed(2, 'sigC'),
      end(2),
      stop(),
    ];
    expect(comesBack(events, 'gemini-3-pro')).toEqual([
      { type: 'thinking', text: 'Hm', signature: mark('sigT') },
      { type: 'text', text: 'Yes', signature: mark('sigX') },
      { type: 'tool-call', id: 'call_01T_0', name: 'f', argumentsJson: '{}', signature: mark('sigC') },
    ]);
  });

  it('of an empty part at the end belong to the text before it', () => {
    const events = [start(0, 'text'), delta(0, 'text', 'Yes'), end(0), signed(1, 'late'), stop()];
    expect(comesBack(events, 'gemini-3-pro')).toEqual([
      { type: 'text', text: 'Yes', signature: { signature: 'late', family: 'gemini-3' } },
    ]);
  });

  it('are never sent as they are', () => {
    const text = told([start(0, 'tool-call', { name: 'f', argumentsJson: '{}' }), signed(0, 'bare'), end(0), stop()]);
    expect(text).toContain('"thought_signature":"agt1.gemini-3.here.bare"');
  });
});
