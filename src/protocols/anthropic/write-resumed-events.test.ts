import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { dataIn, framesOf, optionsFor, resumed, wholeStream } from '../resumed-streams.testing.ts';
import { unseal } from '../signature-envelope.ts';
import { checkAnthropicStream } from './grammar.testing.ts';
import { begin, call, done, end, say, sign, text, think } from './write-foreign-events.testing.ts';

type Json = Record<string, unknown>;

const problem = { kind: 'upstream-error', message: 'every upstream died' } as const;

describe('an Anthropic stream that goes on', () => {
  const event = (type: string, fields: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const usage = { input_tokens: 10, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
  };
  const start = event('message_start', { message: { ...message, usage } });
  const opened = (index: number, content_block: Json): string => event('content_block_start', { index, content_block });
  const delta = (index: number, fields: Json): string => event('content_block_delta', { index, delta: fields });
  const stopped = (index: number): string => event('content_block_stop', { index });
  const ping = event('ping', {});
  const textOpen = opened(0, { type: 'text', text: '' }) + delta(0, { type: 'text_delta', text: 'Hel' });
  const thinkingOpen =
    opened(0, { type: 'thinking', thinking: '', signature: '' }) + delta(0, { type: 'thinking_delta', thinking: 'Hm' });
  const claude = optionsFor('anthropic', {}, 'claude-sonnet-5');

  /** What follows the shown part. The whole is legal. */
  function added(shown: string, events: readonly StreamEvent[], options = claude): Json[] {
    const whole = wholeStream('anthropic', framesOf(Buffer.from(shown)), events, options);
    expect(checkAnthropicStream(whole, true)).toEqual([]);
    expect(whole.startsWith(shown)).toBe(true);
    return dataIn(whole.slice(shown.length));
  }
  const types = (events: readonly Json[]): string[] =>
    events.map(({ type, index }) => (index === undefined ? String(type) : `${String(type)} ${String(index)}`));

  it('says on in the block that is open, and ends once', () => {
    const events = added(start + textOpen, [say(0, 'text', 'lo'), end(0), done()]);
    expect(types(events)).toEqual(['content_block_delta 0', 'content_block_stop 0', 'message_delta', 'message_stop']);
    expect(events[0]).toMatchObject({ delta: { type: 'text_delta', text: 'lo' } });
  });

  it('ends an open thought without a signature, and thinks again in the next block', () => {
    const again = [begin(1, 'thinking'), say(1, 'thinking', 'Again'), sign(1, 'SIGNED'), end(1), ...text(2, 'Hi')];
    const events = added(start + thinkingOpen, [end(0), ...again, done()]);
    expect(types(events).slice(0, 5)).toEqual([
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1',
      'content_block_delta 1',
      'content_block_stop 1',
    ]);
    expect(events.filter(({ delta: each }) => (each as Json | undefined)?.type === 'signature_delta')).toEqual([
      { type: 'content_block_delta', index: 1, delta: { type: 'signature_delta', signature: 'SIGNED' } },
    ]);
  });

  it('does not sign a thought that was broken off with what signs a later call', () => {
    const events = added(
      start + thinkingOpen,
      [end(0), ...call(1, '{}', sign(1, 'S')), done('tool')],
      optionsFor('anthropic', {}, 'gemini-3-pro'),
    );
    expect(types(events).slice(0, 2)).toEqual(['content_block_stop 0', 'content_block_start 1']);
    expect(events[2]).toMatchObject({ index: 1, delta: { type: 'signature_delta' } });
  });

  it('tells at once what begins after the open text, although nobody said that the text ended', () => {
    const { writer, out, text: told } = resumed('anthropic', framesOf(Buffer.from(start + textOpen)), claude);
    writer.events([begin(1, 'thinking'), say(1, 'thinking', 'Hm')], out);
    expect(told()).toContain('"thinking":"Hm"');
  });

  it('closes the open text when something else begins, although nobody said that it ended', () => {
    const events = added(start + textOpen, [...think(1, 'Hm'), ...text(2, 'Hi'), done()]);
    expect(types(events).filter((type) => /start|stop \d/.test(type))).toEqual([
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_stop 1',
      'content_block_start 2',
      'content_block_stop 2',
    ]);
  });

  it.for([
    ['nothing but the start', start],
    ['the start and a ping', start + ping],
  ] as const)('begins with block 0 after %s', ([, shown]) => {
    const events = added(shown, [{ type: 'message-start', id: 'msg_2' }, ...text(0, 'Hi'), done()]);
    expect(types(events)[0]).toBe('content_block_start 0');
  });

  it.for([
    ['nothing', ''],
    ['a ping', ping],
  ] as const)('has a start of its own after %s', ([, shown]) => {
    expect(types(added(shown, [...text(0, 'Hi'), done()]))[0]).toBe('message_start');
  });

  it('uses a block that was begun and says nothing for what is said next', () => {
    const shown = start + opened(0, { type: 'thinking', thinking: '', signature: '' });
    const events = added(shown, [end(0), ...think(1, 'Hm'), ...text(2, 'Hi'), done()]);
    expect(types(events)[0]).toBe('content_block_delta 0');
  });

  it('stops for tools when the call was shown before, and never uses its id again', () => {
    const shownCall =
      opened(0, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }) +
      delta(0, { type: 'input_json_delta', partial_json: '{}' }) +
      stopped(0);
    const second: StreamEvent[] = [begin(1, 'tool-call', { id: 'toolu_1', name: 'look', argumentsJson: '{}' }), end(1)];
    const events = added(start + shownCall, [...second, done('natural')]);
    expect(events[0]).toMatchObject({ index: 1, content_block: { id: 'toolu_1_2' } });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('tells only the end when the reason to stop was told before', () => {
    const stop = event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 5 },
    });
    expect(types(added(start + textOpen + stopped(0) + stop, [{ type: 'message-complete' }]))).toEqual([
      'message_stop',
    ]);
  });

  it('keeps the counts that were shown where nobody states others', () => {
    const events = added(start + textOpen, [{ type: 'usage', usage: { outputTokens: 7 } }, end(0), done()]);
    expect(events.at(-2)).toMatchObject({ usage: { input_tokens: 10, output_tokens: 7 } });
  });

  it('passes on the blocks, deltas and sources of the API itself', () => {
    const use = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} };
    const result = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };
    const wire = {
      type: 'web_search_result_location',
      url: 'https://a.example',
      title: 'A',
      cited_text: 'x',
      encrypted_index: 'E',
    };
    const events = added(start + textOpen, [
      begin(1, 'server-tool', { id: 'srvtoolu_1', name: 'web_search', wire: use }),
      say(1, 'tool-arguments', '{"query":"x"}'),
      end(1),
      begin(2, 'server-tool', { wire: result }),
      end(2),
      begin(3, 'text'),
      {
        type: 'block-delta',
        index: 3,
        kind: 'other',
        text: JSON.stringify({ type: 'citations_delta', citation: wire }),
      },
      { type: 'citation', index: 3, citation: { url: 'https://a.example', wire } },
      say(3, 'text', 'So.'),
      end(3),
      done(),
    ]);
    expect(events.filter(({ type }) => type === 'content_block_start').map((each) => each.content_block)).toEqual([
      use,
      result,
      { type: 'text', text: '' },
    ]);
    expect(
      events.map((each) => each.delta).filter((each) => (each as Json | undefined)?.type !== 'text_delta'),
    ).toEqual(
      expect.arrayContaining([
        { type: 'input_json_delta', partial_json: '{"query":"x"}' },
        { type: 'citations_delta', citation: wire },
      ]),
    );
    expect(JSON.stringify(events).match(/citations_delta/g)).toHaveLength(1);
  });

  it('asks anew for each signature whose it is: Claude’s stand as they are, others are sealed', () => {
    let model = 'gemini-3-pro';
    const options = { ...claude, signer: () => model };
    const { writer, out, text: told } = resumed('anthropic', framesOf(Buffer.from(start + textOpen)), options);
    const signed = (index: number): StreamEvent[] => [
      begin(index, 'thinking'),
      say(index, 'thinking', 'Hm'),
      sign(index, `S${index}`),
      end(index),
    ];
    writer.events([end(0), ...signed(1)], out);
    model = 'claude-opus-5';
    writer.events(
      [...signed(2), begin(3, 'redacted-thinking'), sign(3, 'HIDDEN'), end(3), ...text(4, 'Hi'), done()],
      out,
    );
    writer.end(out);
    expect(checkAnthropicStream(told())).toEqual([]);
    const all = dataIn(told());
    const signatures = all.flatMap((each) => (each.delta as Json | undefined)?.signature ?? []);
    expect(signatures.map((each) => unseal(String(each))?.family ?? each)).toEqual(['gemini-3', 'S2']);
    expect(all).toContainEqual(
      expect.objectContaining({ content_block: { type: 'redacted_thinking', data: 'HIDDEN' } }),
    );
  });

  it('can still fail legally, with a ping before', () => {
    const { writer, out, text: told } = resumed('anthropic', framesOf(Buffer.from(start + textOpen)), claude);
    writer.events([say(0, 'text', 'lo')], out);
    out.push(writer.keepalive(), writer.failure(problem));
    expect(checkAnthropicStream(told())).toEqual([]);
    expect(told()).not.toContain('message_stop');
  });
});
