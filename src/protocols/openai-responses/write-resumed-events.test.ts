import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { begin, call, done, end, say, sign, text, think } from '../anthropic/write-foreign-events.testing.ts';
import { dataIn, framesOf, optionsFor, resumed, wholeStream } from '../resumed-streams.testing.ts';
import { unseal } from '../signature-envelope.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { sse } from './recordings.testing.ts';

type Json = Record<string, unknown>;

const problem = { kind: 'upstream-error', message: 'every upstream died' } as const;
const complete: StreamEvent = { type: 'message-complete' };
const head = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'in_progress',
  model: 'gpt-shown',
  output: [],
  tools: [],
  tool_choice: 'auto',
  metadata: { of: 'the shown part' },
};
const created = { type: 'response.created', response: head };
const item = (name: 'added' | 'done', output_index: number, wire: Json): Json => ({
  type: `response.output_item.${name}`,
  output_index,
  item: wire,
});
const at = (type: string, item_id: string, output_index: number, fields: Json): Json => ({
  type: `response.${type}`,
  item_id,
  output_index,
  ...fields,
});
const reasoning = { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'gAAAAsigned' };
const thought = [item('added', 0, { ...reasoning, encrypted_content: '' }), item('done', 0, reasoning)];
const part = (text: string): Json => ({ type: 'output_text', annotations: [], logprobs: [], text });
const messageOpen = (index: number): Json[] => [
  item('added', index, { id: 'msg_1', type: 'message', status: 'in_progress', content: [], role: 'assistant' }),
  at('content_part.added', 'msg_1', index, { content_index: 0, part: part('') }),
  at('output_text.delta', 'msg_1', index, { content_index: 0, delta: 'Hel', logprobs: [] }),
];
const thinkingOpen = [
  item('added', 0, { id: 'rs_1', type: 'reasoning', summary: [] }),
  at('reasoning_summary_part.added', 'rs_1', 0, { summary_index: 0, part: { type: 'summary_text', text: '' } }),
  at('reasoning_summary_text.delta', 'rs_1', 0, { summary_index: 0, delta: 'Hm' }),
];
const callOpen = (type: string, more: Json): Json[] => [
  item('added', 0, { id: 'fc_1', type, status: 'in_progress', call_id: 'call_1', name: 'look', ...more }),
];

const bytes = (events: readonly Json[]): Buffer =>
  sse(...[created, ...events].map((event, sequence_number) => ({ ...event, sequence_number })));

/** What follows the shown part, and the response it ends with. The whole is legal. */
function added(shown: readonly Json[], events: readonly StreamEvent[], options = optionsFor('openai-responses')) {
  const before = bytes(shown).toString();
  const whole = wholeStream('openai-responses', framesOf(Buffer.from(before)), [...events, complete], options);
  expect(checkResponsesStream(whole)).toEqual([]);
  const told = dataIn(whole.slice(before.length));
  const response = told.at(-1)?.response as Json;
  return {
    told,
    types: told.map(({ type }) => String(type).replace('response.', '')),
    response,
    output: response.output as Json[],
  };
}

describe('a Responses stream that goes on', () => {
  it('speaks on in a message that has begun and says nothing yet, and leaves out the thoughts before it', () => {
    const [added0] = messageOpen(0) as [Json];
    const { types, output } = added([added0], [...think(1, 'Hm'), ...text(2, 'Hello'), done()]);
    expect(output).toMatchObject([{ id: 'msg_1', type: 'message', content: [{ text: 'Hello' }] }]);
    expect(types[0]).toBe('content_part.added');
  });

  it('says on in the open message, and ends with the whole output under the same head', () => {
    const { told, types, response, output } = added(
      [...thought, ...messageOpen(1)],
      [say(1, 'text', 'lo'), end(1), done()],
    );
    expect(types).toEqual([
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(told[0]).toMatchObject({
      item_id: 'msg_1',
      output_index: 1,
      content_index: 0,
      sequence_number: 6,
      delta: 'lo',
    });
    expect(output).toMatchObject([reasoning, { id: 'msg_1', status: 'completed', content: [part('Hello')] }]);
    expect(response).toMatchObject({ id: 'resp_1', model: 'gpt-shown', metadata: head.metadata, status: 'completed' });
  });

  it('ends an open thought without a signature, and thinks again in an item of its own', () => {
    const again = [begin(1, 'thinking'), say(1, 'thinking', 'Again'), sign(1, 'gAAAAnew'), end(1)];
    const { output } = added(
      thinkingOpen,
      [end(0), ...again, ...text(2, 'Hi'), done()],
      optionsFor('openai-responses', {}, 'gpt-5'),
    );
    expect(output).toMatchObject([
      { id: 'rs_1', summary: [{ text: 'Hm' }] },
      { summary: [{ text: 'Again' }], encrypted_content: 'gAAAAnew' },
      { type: 'message', content: [{ text: 'Hi' }] },
    ]);
    expect(output[0]).not.toHaveProperty('encrypted_content');
  });

  it('goes on with an open thought where its own upstream does, with paragraphs as parts', () => {
    const paragraph = [
      at('reasoning_summary_text.done', 'rs_1', 0, { summary_index: 0, text: 'Hm' }),
      at('reasoning_summary_part.done', 'rs_1', 0, { summary_index: 0, part: { type: 'summary_text', text: 'Hm' } }),
    ];
    const more = [say(0, 'thinking', '\n\n'), say(0, 'thinking', 'So'), end(0), ...text(1, 'Hi'), done()];
    expect(added([...thinkingOpen, ...paragraph], more).output[0]).toMatchObject({
      summary: [{ text: 'Hm' }, { text: 'So' }],
    });
    expect(added(thinkingOpen, more).output[0]).toMatchObject({ summary: [{ text: 'Hm\n\nSo' }] });
  });

  it('goes on with a raw thought in its own words', () => {
    const raw = [
      item('added', 0, { id: 'rs_1', type: 'reasoning', summary: [], content: [] }),
      at('content_part.added', 'rs_1', 0, { content_index: 0, part: { type: 'reasoning_text', text: '' } }),
      at('reasoning_text.delta', 'rs_1', 0, { content_index: 0, delta: 'Hm' }),
    ];
    const before = bytes(raw);
    const whole = wholeStream('openai-responses', framesOf(before), [
      say(0, 'thinking', '.'),
      end(0),
      done(),
      complete,
    ]);
    const told = dataIn(whole.slice(before.length));
    expect(told[0]).toMatchObject({
      type: 'response.reasoning_text.delta',
      item_id: 'rs_1',
      content_index: 0,
      delta: '.',
    });
    expect(told.at(-1)).toMatchObject({
      response: { output: [{ content: [{ type: 'reasoning_text', text: 'Hm.' }] }] },
    });
  });

  it('leaves the open text for a thought and comes back to text in a new message', () => {
    const { output } = added(messageOpen(0), [end(0), ...think(1, 'Hm'), ...text(2, 'Hi'), done()]);
    expect(output.map(({ type }) => type)).toEqual(['message', 'reasoning', 'message']);
    expect(new Set(output.map(({ id }) => id)).size).toBe(3);
  });

  it('begins another part where the text of the open one was told to be whole', () => {
    const said = at('output_text.done', 'msg_1', 0, { content_index: 0, text: 'Hel', logprobs: [] });
    const { types, output } = added([...messageOpen(0), said], [say(0, 'text', 'lo'), end(0), done()]);
    expect(output).toMatchObject([{ content: [part('Hel'), part('lo')] }]);
    expect(types.slice(0, 3)).toEqual(['content_part.done', 'content_part.added', 'output_text.delta']);
  });

  it('goes on with a refusal as a refusal', () => {
    const [first] = messageOpen(0);
    const refusal = [
      at('content_part.added', 'msg_1', 0, { content_index: 0, part: { type: 'refusal', refusal: '' } }),
      at('refusal.delta', 'msg_1', 0, { content_index: 0, delta: 'I can' }),
    ];
    const { types, output } = added([first as Json, ...refusal], [say(0, 'text', 'not.'), end(0), done('refusal')]);
    expect(types.slice(0, 2)).toEqual(['refusal.delta', 'refusal.done']);
    expect(output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I cannot.' }] }]);
  });

  it('begins with item 0 after the start alone, and starts itself after nothing', () => {
    const { types, output } = added([], [{ type: 'message-start' }, ...text(0, 'Hi'), done()]);
    expect(types[0]).toBe('output_item.added');
    expect(output).toHaveLength(1);
    const own = wholeStream('openai-responses', [], [...text(0, 'Hi'), done(), complete]);
    expect(checkResponsesStream(own)).toEqual([]);
  });

  it('has new calls after the shown ones, and ends an open call with all its arguments', () => {
    const delta = at('function_call_arguments.delta', 'fc_1', 0, { delta: '{"a"' });
    const rest = [say(0, 'tool-arguments', ':1}'), end(0), ...call(1, '{}'), done('tool')];
    const { output } = added([...callOpen('function_call', { arguments: '' }), delta], rest);
    expect(output).toMatchObject([
      { id: 'fc_1', call_id: 'call_1', arguments: '{"a":1}' },
      { name: 'look', arguments: '{}' },
    ]);
  });

  it('tells of the free text of an open call only what is new', () => {
    const delta = at('custom_tool_call_input.delta', 'fc_1', 0, { delta: '*** "Be' });
    const { types, told, output } = added(
      [...callOpen('custom_tool_call', { input: '' }), delta],
      [say(0, 'tool-arguments', 'gin'), say(0, 'tool-arguments', '"}'), end(0), done('tool')],
    );
    expect(types[0]).toBe('custom_tool_call_input.delta');
    expect(told[0]).toMatchObject({ delta: 'gin' });
    expect(output).toMatchObject([{ input: '*** "Begin', status: 'completed' }]);
  });

  it('ends an item of OpenAI’s own tool as failed when it never became whole, and as it was when it did', () => {
    const wire = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' };
    const finished = { ...wire, status: 'completed', action: { type: 'search', query: 'x' } };
    const shown = [item('added', 0, wire)];
    expect(added(shown, [end(0), ...text(1, 'Hi'), done()]).output[0]).toEqual({ ...wire, status: 'failed' });
    const other: StreamEvent = { type: 'block-delta', index: 0, kind: 'other', text: JSON.stringify(finished) };
    expect(added(shown, [other, end(0), ...text(1, 'Hi'), done()]).output[0]).toEqual(finished);
    const own = [begin(1, 'server-tool', { name: 'web_search_call', wire: { ...wire, id: 'ws_2' } })];
    const second = { ...finished, id: 'ws_2' };
    own.push({ type: 'block-delta', index: 1, kind: 'other', text: JSON.stringify(second) }, end(1));
    expect(added(messageOpen(0), [end(0), ...own, ...text(2, 'Hi'), done()]).output[1]).toEqual(second);
  });

  it('asks anew for each signature whose it is', () => {
    let model = 'claude-sonnet-5';
    const options = { ...optionsFor('openai-responses'), signer: () => model };
    const { writer, out, text: told } = resumed('openai-responses', framesOf(bytes(messageOpen(0))), options);
    const signed = (index: number): StreamEvent[] => [
      begin(index, 'thinking'),
      say(index, 'thinking', 'Hm'),
      sign(index, `S${index}`),
      end(index),
    ];
    writer.events([end(0), ...signed(1)], out);
    model = 'gpt-5';
    writer.events([...signed(2), ...text(3, 'Hi'), done(), complete], out);
    expect(checkResponsesStream(told())).toEqual([]);
    const output = (dataIn(told()).at(-1)?.response as { readonly output: readonly Json[] } | undefined)?.output ?? [];
    const signatures = output.flatMap(({ encrypted_content: each }) => (each === undefined ? [] : String(each)));
    expect(signatures.map((each) => unseal(each)?.family ?? each)).toEqual(['claude', 'S2']);
  });

  it('can still fail legally, with a numbered sign of life before', () => {
    const { writer, out, text: told } = resumed('openai-responses', framesOf(bytes([...thought, ...messageOpen(1)])));
    writer.events([say(1, 'text', 'lo')], out);
    out.push(writer.keepalive(), writer.failure(problem));
    expect(checkResponsesStream(told())).toEqual([]);
    expect(dataIn(told()).at(-1)).toMatchObject({
      type: 'response.failed',
      response: { id: 'resp_1', output: [reasoning] },
    });
  });
});
