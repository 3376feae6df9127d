import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { begin, call, done, end, say, sign, text, think } from '../anthropic/write-foreign-events.testing.ts';
import { dataIn, framesOf, optionsFor, resumed, wholeStream } from '../resumed-streams.testing.ts';
import { unseal } from '../signature-envelope.ts';
import { checkChatStream } from './grammar.testing.ts';
import { chunk } from './streams.testing.ts';

type Json = Record<string, unknown>;
interface Choice {
  readonly delta: Json;
  readonly finish_reason: string | null;
}

const problem = { kind: 'upstream-error', message: 'every upstream died' } as const;
const counts: StreamEvent = { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } };
const sse = (...chunks: readonly object[]): string =>
  chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
const role = chunk({ role: 'assistant', content: '', refusal: null });
const shown = sse(role, chunk({ content: 'Hel' }));
const callPiece = (index: number, more: Json): object => chunk({ tool_calls: [{ index, ...more }] });
const shownCall = sse(
  role,
  callPiece(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }),
);

/** The choices that follow the shown part. The whole is legal. */
function added(before: string, events: readonly StreamEvent[], options = optionsFor('openai-chat')): Choice[] {
  const whole = wholeStream('openai-chat', framesOf(Buffer.from(before)), events, options);
  expect(checkChatStream(whole)).toEqual([]);
  return dataIn(whole.slice(before.length)).flatMap(({ choices }) => choices as Choice[]);
}

describe('a Chat Completions stream that goes on', () => {
  it('says on under the same name, without another role', () => {
    expect(added(shown, [say(0, 'text', 'lo'), end(0), counts, done()])).toMatchObject([
      { delta: { content: 'lo' }, finish_reason: null },
      { delta: {}, finish_reason: 'stop' },
    ]);
  });

  it.for([
    ['the role alone', sse(role)],
    ['nothing', ''],
    ['a comment', ': waiting\n\n'],
    ['a first chunk without choices', sse({ ...chunk({}), id: '', model: '', choices: [], prompt_filter_results: [] })],
  ] as const)('has one role after %s', ([what, before]) => {
    const choices = (whole: string): Choice[] => dataIn(whole).flatMap((each) => each.choices as Choice[]);
    const whole = wholeStream('openai-chat', framesOf(Buffer.from(before)), [...text(0, 'Hi'), done()]);
    if (!what.startsWith('a first')) expect(checkChatStream(whole)).toEqual([]);
    expect(choices(whole).filter(({ delta }) => delta.role !== undefined)).toHaveLength(1);
  });

  it('counts the calls on, and finishes for tools when the only call was shown before', () => {
    const [first, ...others] = added(shownCall, [end(0), ...call(1, '{}'), done('tool')]);
    expect(first?.delta).toMatchObject({ tool_calls: [{ index: 1, type: 'function' }] });
    expect(others.at(-1)?.finish_reason).toBe('tool_calls');
    expect(added(shownCall, [end(0), done()]).at(-1)?.finish_reason).toBe('tool_calls');
  });

  it('goes on with the arguments of a call that is open, under its number', () => {
    const open = sse(
      role,
      callPiece(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a"' } }),
    );
    expect(added(open, [say(0, 'tool-arguments', ':1}'), end(0), done('tool')])[0]?.delta).toEqual({
      tool_calls: [{ index: 0, function: { arguments: ':1}' } }],
    });
  });

  it('goes on with free text of a custom tool as text', () => {
    const start = callPiece(0, { id: 'call_1', type: 'custom', custom: { name: 'patch', input: '*** Be' } });
    const options = optionsFor('openai-chat', { tools: [{ type: 'custom', custom: { name: 'patch' } }] });
    const choices = added(sse(role, start), [say(0, 'tool-arguments', 'gin'), end(0), done('tool')], options);
    expect(choices.slice(0, -1).map(({ delta }) => delta)).toEqual([
      { tool_calls: [{ index: 0, custom: { input: 'gin' } }] },
    ]);
  });

  it('tells the counts to who asked, and to nobody else', () => {
    const events = [say(0, 'text', 'lo'), end(0), counts, done()];
    const told = (include: boolean): string =>
      wholeStream(
        'openai-chat',
        framesOf(Buffer.from(shown)),
        events,
        optionsFor('openai-chat', { stream_options: { include_usage: include } }),
      );
    expect(checkChatStream(told(true))).toEqual([]);
    expect(dataIn(told(true)).at(-1)).toMatchObject({
      id: 'chatcmpl-1',
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    });
    expect(checkChatStream(told(false))).toEqual([]);
    expect(told(false)).not.toContain('usage');
  });

  it('thinks again after a thought that was broken off, and then says', () => {
    const before = sse(role, chunk({ reasoning_content: 'Hm' }));
    const choices = added(before, [end(0), ...think(1, 'Again'), ...text(2, 'Hi'), done()]);
    expect(choices.map(({ delta }) => delta)).toEqual([{ reasoning_content: 'Again' }, { content: 'Hi' }, {}]);
  });

  it('goes on with a refusal as a refusal', () => {
    const before = sse(role, chunk({ refusal: 'I can' }));
    const choices = added(before, [say(0, 'text', 'not.'), end(0), ...text(1, 'Sorry'), done()]);
    expect(choices.map(({ delta }) => delta).slice(0, 2)).toEqual([{ refusal: 'not.' }, { content: 'Sorry' }]);
  });

  it('does not finish a second time', () => {
    const before = shown + sse(chunk({}, 'stop'));
    expect(added(before, [{ type: 'message-complete' }])).toEqual([]);
  });

  it('asks anew for each signature whose it is, and counts the entries of the thoughts on', () => {
    let model = 'claude-sonnet-5';
    const options = { ...optionsFor('openai-chat'), signer: () => model };
    const detail = { type: 'reasoning.text', text: 'Hm', signature: 'OLD', index: 0 };
    const before = sse(role, chunk({ reasoning_content: 'Hm', reasoning_details: [detail] }));
    const { writer, out, text: told } = resumed('openai-chat', framesOf(Buffer.from(before)), options);
    writer.events([end(0), begin(1, 'thinking'), say(1, 'thinking', 'So'), sign(1, 'ONE'), end(1)], out);
    model = 'gemini-3-pro';
    writer.events([...call(2, '{}', sign(2, 'TWO')), done('tool')], out);
    writer.end(out);
    expect(checkChatStream(told())).toEqual([]);
    const deltas = dataIn(told().slice(before.length)).flatMap((each) =>
      (each.choices as Choice[]).map(({ delta }) => delta),
    );
    const [thought] = deltas.flatMap((delta) => (delta.reasoning_details as Json[] | undefined) ?? []);
    expect(thought).toMatchObject({ index: 1, text: 'So' });
    expect(unseal(String(thought?.signature))).toMatchObject({ signature: 'ONE', family: 'claude' });
    expect(JSON.stringify(deltas)).toContain('"thought_signature":"TWO"');
    expect(told().match(/OLD/g)).toHaveLength(1);
  });

  it('can still fail legally, with a sign of life before', () => {
    const { writer, out, text: told } = resumed('openai-chat', framesOf(Buffer.from(shown)));
    writer.events([say(0, 'text', 'lo')], out);
    out.push(writer.keepalive(), writer.failure(problem));
    expect(checkChatStream(told())).toEqual([]);
    expect(told()).not.toContain('[DONE]');
  });
});
