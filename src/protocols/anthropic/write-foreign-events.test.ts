import { describe, expect, it } from 'vitest';
import type { StopKind, StreamEvent } from '../../model/events.ts';
import { foldAnthropicForeign } from './fold-foreign.ts';
import { checkAnthropicStream } from './grammar.testing.ts';
import {
  answer,
  begin,
  call,
  done,
  end,
  options,
  say,
  start,
  streamed,
  text,
  think,
} from './write-foreign-events.testing.ts';
import { writeAnthropicForeignEvents } from './write-foreign-events.ts';

describe('a foreign answer as a stream', () => {
  it('is a legal stream, word for word as it came', () => {
    const stream = streamed([
      start,
      ...think(0, 'Hm'),
      begin(1, 'text'),
      say(1, 'text', 'He'),
      say(1, 'text', 'y'),
      end(1),
      done(),
    ]);
    expect(stream.split('\n\n').map((frame) => frame.split('\n')[0])).toEqual([
      'event: message_start',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: message_delta',
      'event: message_stop',
      '',
    ]);
  });

  it('starts once, also when it was opened before the upstream spoke', () => {
    const writer = writeAnthropicForeignEvents('sse', options);
    const out = [writer.start(), writer.keepalive()];
    writer.events([start, ...text(0, 'Hi'), done()], out);
    writer.end(out);
    expect(checkAnthropicStream(Buffer.concat(out).toString())).toEqual([]);
  });

  it('ends with an error event and nothing else when it fails, even inside a block', () => {
    const writer = writeAnthropicForeignEvents('sse', options);
    const out: Uint8Array[] = [];
    writer.events([start, begin(0, 'text'), say(0, 'text', 'Hi')], out);
    out.push(writer.failure({ kind: 'upstream-error', message: 'gone', body: '{"error":{"code":500}}' }));
    const stream = Buffer.concat(out).toString();
    expect(checkAnthropicStream(stream)).toEqual([]);
    expect(stream).toContain('"message":"gone"');
    expect(stream).not.toContain('message_stop');
  });

  it('tells blocks one after the other when the upstream tells them side by side', () => {
    const { content } = answer([
      start,
      begin(0, 'tool-call', { id: 'a', name: 'one' }),
      begin(1, 'tool-call', { id: 'b', name: 'two' }),
      say(1, 'tool-arguments', '{"b"'),
      say(0, 'tool-arguments', '{"a":1'),
      say(1, 'tool-arguments', ':2}'),
      end(1),
      say(0, 'tool-arguments', '}'),
      done('tool'),
    ]);
    expect(content).toEqual([
      { type: 'tool_use', id: 'a', name: 'one', input: { a: 1 } },
      { type: 'tool_use', id: 'b', name: 'two', input: { b: 2 } },
    ]);
  });

  it('takes an index that begins anew for another block', () => {
    const { content } = answer([start, begin(0, 'text'), say(0, 'text', 'a'), ...text(0, 'b'), done()]);
    expect(content.map((block) => block.text)).toEqual(['a', 'b']);
  });

  it('has no block where nothing was said', () => {
    const empty = [
      begin(0, 'text'),
      end(0),
      begin(1, 'thinking'),
      end(1),
      begin(2, 'server-tool'),
      end(2),
      begin(3, 'other'),
    ];
    expect(answer([start, ...empty, done('refusal', 'SAFETY')])).toMatchObject({ content: [], stop_reason: 'refusal' });
  });
});

describe('tool calls', () => {
  it('come whole or in pieces, and keep the spelling of numbers', () => {
    const { content, stop_reason } = answer([start, ...call(0, '{"n":1}'), ...call(1, '{}'), done()]);
    expect(content.map(({ input }) => input)).toEqual([{ n: 1 }, {}]);
    expect(stop_reason).toBe('tool_use');
    const fold = foldAnthropicForeign(options);
    for (const event of [start, ...call(0, '{"n":1.0}'), done()]) fold.see(event);
    expect(fold.document()).toContain('"input":{"n":1.0}');
  });

  it('get stable ids of their own where the upstream has none, and each id once', () => {
    const events = [start, ...call(0, '{}'), begin(1, 'tool-call', { id: 'x', name: 'n' }), end(1), ...call(2, '{}')];
    const again = [begin(3, 'tool-call', { id: 'x', name: 'n' }), end(3)];
    const ids = answer([...events, ...again, done()]).content.map(({ id }) => id);
    expect(ids).toEqual(['toolu_01ANSWER_1', 'x', 'toolu_01ANSWER_3', 'x_2']);
  });
});

describe('what an Anthropic answer has no block for', () => {
  it('is text: images, code and what it printed', () => {
    const { content } = answer([
      start,
      begin(0, 'media', { media: { mimeType: 'image/png', data: 'aGk=' } }),
      end(0),
      begin(1, 'code', { code: { language: 'PYTHON', code: 'print("```")' } }),
      end(1),
      begin(2, 'code', { code: { outcome: 'OUTCOME_OK', output: '1\n' } }),
      end(2),
      done(),
    ]);
    expect(content.map((block) => block.text)).toEqual([
      '![image](data:image/png;base64,aGk=)',
      '\n````python\nprint("```")\n````\n',
      '\n```\n1\n```\n',
    ]);
  });

  it('puts sources on the text they belong to, also when they come after it', () => {
    const citation = { url: 'https://a', title: 'A' };
    const { content } = answer([start, ...text(0, 'x'), { type: 'citation', citation }, done()]);
    expect(content).toEqual([
      {
        type: 'text',
        text: 'x',
        citations: [
          { type: 'web_search_result_location', cited_text: '', url: 'https://a', title: 'A', encrypted_index: '' },
        ],
      },
    ]);
  });

  it('lists sources without a text as links, once each', () => {
    const cite: StreamEvent = { type: 'citation', citation: { url: 'https://a', title: 'A [1]' } };
    const { content } = answer([start, ...think(0, 'Hm'), cite, cite, done()]);
    expect(content.at(-1)).toEqual({ type: 'text', text: '\n\n- [A 1](https://a)' });
  });
});

describe('the end of an answer', () => {
  it.for<[StopKind, string]>([
    ['natural', 'end_turn'],
    ['tool', 'end_turn'],
    ['length', 'max_tokens'],
    ['stop-sequence', 'stop_sequence'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['context-full', 'model_context_window_exceeded'],
    ['other', 'end_turn'],
  ])('%s without a call is told as %s', ([stop, reason]) => {
    expect(answer([start, ...text(0, 'x'), done(stop)])).toMatchObject({ stop_reason: reason, stop_sequence: null });
  });

  it('names the stop sequence, and the last of several reasons', () => {
    const sequence: StreamEvent = { type: 'message-end', stop: 'stop-sequence', reason: 'stop', stopSequence: 'X' };
    expect(answer([start, ...text(0, 'x'), done('length'), sequence])).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'X',
    });
  });

  it('states the counts that the upstream stated, and no others', () => {
    const usage = { inputTokens: 5, outputTokens: 7, cacheReadTokens: 3, thoughtTokens: 2 };
    const events: StreamEvent[] = [start, ...text(0, 'x'), { type: 'usage', usage }, done()];
    expect(answer(events).usage).toEqual({
      input_tokens: 5,
      output_tokens: 7,
      cache_read_input_tokens: 3,
      output_tokens_details: { thinking_tokens: 2 },
    });
    expect(answer([start, ...text(0, 'x'), done()]).usage).toEqual({ input_tokens: 0, output_tokens: 0 });
  });
});
