import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, answer, harvested, memoryState, requestOf, restored, worldOf } from './keeper.testing.ts';
import { createSignatureKeeper } from './keeper.ts';

const claude = 'claude-sonnet-4-5';
const long = 'S'.repeat(200);
const hello = { role: 'user', content: 'hello' };
const readCall = { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } };
const toolResult = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] };
const said = answer(
  { thinking: 'I should read a.', signature: long },
  { text: 'Reading.' },
  { call: 'read', id: 'toolu_1', input: { path: 'a' } },
);

function house() {
  return createSignatureKeeper({ state: memoryState(), world: worldOf({ now: 0 }) });
}
function turn(...content: readonly unknown[]) {
  return { messages: [hello, { role: 'assistant', content }, toolResult] };
}
function restoredTurn(keeper: ReturnType<typeof house>, json: unknown, model = claude) {
  const request = requestOf('anthropic', json);
  return restored(keeper.session(request, ''), request, model);
}

describe('an Anthropic history', () => {
  it.each([
    ['an empty', ''],
    ['a cut', 'SSSS'],
  ])('gets the signature back where the client kept %s one', (_, signature) => {
    const keeper = house();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
    const thinking = { type: 'thinking', thinking: 'I should read a.', signature };
    const text = { type: 'text', text: 'Reading.' };
    expect(restoredTurn(keeper, turn(thinking, text, readCall))).toEqual(
      turn({ ...thinking, signature: long }, text, readCall),
    );
  });

  it('gets the signature back where the client dropped the member', () => {
    const keeper = house();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
    const thinking = { type: 'thinking', thinking: 'I should read a.' };
    const text = { type: 'text', text: 'Reading.' };
    expect(restoredTurn(keeper, turn(thinking, text, readCall))).toEqual(
      turn({ ...thinking, signature: long }, text, readCall),
    );
  });

  it('gets the signature of thinking that was never shown back through the tool call it led to', () => {
    const keeper = house();
    const silent = answer({ thinking: '', signature: long }, { call: 'read', id: 'toolu_1', input: { path: 'a' } });
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, silent);
    const empty = { type: 'thinking', thinking: '', signature: '' };
    expect(restoredTurn(keeper, turn(empty, readCall))).toEqual(turn({ ...empty, signature: long }, readCall));
  });

  it('is left as it is where thinking says something that is not known', () => {
    const keeper = house();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
    const json = turn(
      { type: 'thinking', thinking: 'Something else.', signature: '' },
      { type: 'text', text: 'Reading.' },
      readCall,
    );
    expect(restoredTurn(keeper, json)).toEqual(json);
  });

  it('keeps every signature that the client did send, known or not, short or long', () => {
    const keeper = house();
    const short = answer(
      { thinking: 'I should read a.', signature: 'short' },
      { text: 'Reading.' },
      { call: 'read', id: 'toolu_1' },
    );
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, short);
    for (const signature of ['short', 'U'.repeat(50)]) {
      const json = turn(
        { type: 'thinking', thinking: 'I should read a.', signature },
        { type: 'redacted_thinking', data: 'x' },
      );
      expect(restoredTurn(keeper, json)).toEqual(json);
    }
  });

  it('shows a signature of another family as text, because Claude would refuse it', () => {
    const keeper = house();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), 'gemini-3-pro', said);
    const json = turn({ type: 'thinking', thinking: 'I should read a.', signature: long }, readCall);
    const plain = turn({ type: 'text', text: 'I should read a.' }, readCall);
    expect(restoredTurn(keeper, json)).toEqual(plain);
    expect(restoredTurn(keeper, json, 'some-other-model')).toEqual(json);
  });

  describe('in an open tool loop with manual thinking', () => {
    const manual = { thinking: { type: 'enabled', budget_tokens: 1024 } };
    const text = { type: 'text', text: 'Reading.' };

    it('gets the lost block back in its place', () => {
      const keeper = house();
      harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
      expect(restoredTurn(keeper, { ...manual, ...turn(text, readCall) })).toEqual({
        ...manual,
        ...turn({ type: 'thinking', thinking: 'I should read a.', signature: long }, text, readCall),
      });
    });

    it('gets several lost blocks back in their order, redacted ones with their data', () => {
      const keeper = house();
      const events = answer(
        { thinking: 'One.', signature: long },
        { redacted: 'opaque' },
        { text: 'Reading.' },
        { thinking: 'Two.', signature: 'two' },
        { call: 'read', id: 'toolu_1', input: { path: 'a' } },
      );
      harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, events);
      expect(restoredTurn(keeper, { ...manual, ...turn(text, readCall) })).toEqual({
        ...manual,
        ...turn(
          { type: 'thinking', thinking: 'One.', signature: long },
          { type: 'redacted_thinking', data: 'opaque' },
          text,
          { type: 'thinking', thinking: 'Two.', signature: 'two' },
          readCall,
        ),
      });
    });

    it.each([
      ['the thinking is adaptive', { thinking: { type: 'adaptive' }, ...turn(text, readCall) }],
      ['the loop is closed', { ...manual, messages: [hello, { role: 'assistant', content: [text, readCall] }, hello] }],
      ['the call is another one', { ...manual, ...turn(text, { ...readCall, id: 'toolu_2' }) }],
      [
        'another conversation reused the id',
        {
          ...manual,
          messages: [
            { role: 'user', content: 'other' },
            { role: 'assistant', content: [{ ...readCall, input: {} }] },
            toolResult,
          ],
        },
      ],
      [
        'a part of the thinking is still there',
        { ...manual, ...turn({ type: 'thinking', thinking: 'x', signature: long }, readCall) },
      ],
    ])('is left alone where %s', (_, json) => {
      const keeper = house();
      harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
      expect(restoredTurn(keeper, json)).toEqual(json);
    });

    it('is left alone where a redacted block came without its data', () => {
      const keeper = house();
      const redacted = { type: 'block-start', index: 7, kind: 'redacted-thinking', says: true } as const;
      harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, [redacted, ...said]);
      const json = { ...manual, ...turn(text, readCall) };
      expect(restoredTurn(keeper, json)).toEqual(json);
    });
  });

  describe('whose signatures were refused', () => {
    it('is sent degraded at once from then on, in later turns too', () => {
      const keeper = house();
      const bad = 'B'.repeat(80);
      const first = turn(
        { type: 'thinking', thinking: 'Hm.', signature: bad },
        { type: 'redacted_thinking', data: 'opaque' },
        { type: 'thinking', thinking: '', signature: `${bad}2` },
        readCall,
      );
      keeper.session(requestOf('anthropic', first), '').refuse();
      const request = requestOf('anthropic', {
        messages: [...first.messages, { role: 'assistant', content: 'Done.' }, hello],
      });
      const plan = keeper.session(request, '').restore({ model: claude, accountEmail: 'bob@example.com' });
      expect(plan).toMatchObject({ restored: 0, degraded: 3 });
      const [, message] = (after(request, plan.edits) as typeof first).messages;
      expect(message).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'Hm.' }, readCall] });
    });

    it('does not get a signature back that was refused after it had been restored', () => {
      const keeper = house();
      harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
      const json = turn(
        { type: 'thinking', thinking: 'I should read a.', signature: '' },
        { type: 'text', text: 'Reading.' },
        readCall,
      );
      const session = keeper.session(requestOf('anthropic', json), '');
      expect(session.restore({ model: claude, accountEmail: 'a' }).restored).toBe(1);
      session.refuse();
      expect(restoredTurn(keeper, json)).toEqual(
        turn({ type: 'text', text: 'I should read a.' }, { type: 'text', text: 'Reading.' }, readCall),
      );
    });

    it('loses a message of which nothing would be left', () => {
      const keeper = house();
      const json = turn({ type: 'thinking', thinking: ' ', signature: long });
      keeper.session(requestOf('anthropic', json), '').refuse();
      expect(restoredTurn(keeper, json)).toEqual({ messages: [hello, toolResult] });
    });

    it('does not poison another conversation', () => {
      const keeper = house();
      keeper
        .session(requestOf('anthropic', turn({ type: 'thinking', thinking: 'Hm.', signature: '' }, readCall)), '')
        .refuse();
      const other = {
        messages: [
          { role: 'user', content: 'other' },
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: '' }, readCall] },
          toolResult,
        ],
      };
      expect(restoredTurn(keeper, other)).toEqual(other);
    });
  });

  it('is never changed outside its thinking, whatever it looks like', () => {
    const block = fc.oneof(
      fc.record(
        {
          type: fc.constant('thinking'),
          thinking: fc.constantFrom('', 'known', 'unknown', 5),
          signature: fc.constantFrom('', 'x', long, null),
        },
        { requiredKeys: ['type'] },
      ),
      fc.record({ type: fc.constant('redacted_thinking'), data: fc.constantFrom('opaque', long) }),
      fc.record({
        type: fc.constant('tool_use'),
        id: fc.constantFrom('toolu_1', 'toolu_2'),
        name: fc.constant('read'),
        input: fc.jsonValue(),
      }),
      fc.record({ type: fc.constant('text'), text: fc.string() }),
      fc.jsonValue(),
    );
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system', 7),
      content: fc.oneof(fc.string(), fc.array(block, { maxLength: 5 })),
    });
    const json = fc.record({
      thinking: fc.constantFrom({ type: 'enabled' }, null),
      messages: fc.array(fc.oneof(message, fc.jsonValue()), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(json, fc.boolean(), (body, refused) => {
        const keeper = house();
        const request = requestOf('anthropic', JSON.parse(JSON.stringify(body)), 'hint');
        harvested(
          keeper,
          request,
          claude,
          answer({ thinking: 'known', signature: long }, { call: 'read', id: 'toolu_1' }),
        );
        const session = keeper.session(request, '');
        if (refused) session.refuse();
        const plan = session.restore({ model: claude, accountEmail: 'a' });
        expect(withoutThinking(after(request, plan.edits))).toEqual(withoutThinking(request.json));
        expect(keeper.session(request, '').restore({ model: claude, accountEmail: 'a' })).toEqual(plan);
      }),
    );
  });
});

/** The body without thinking, without text that may have been thinking, and without what is then empty. */
function withoutThinking(json: unknown): unknown {
  const { messages, ...rest } = json as { messages: unknown[] };
  const isDropped = (block: unknown) =>
    ['thinking', 'redacted_thinking', 'text'].includes((block as { type?: string } | null)?.type ?? '');
  const left = messages.flatMap((message) => {
    const record = message as { role?: unknown; content?: unknown } | null;
    if (record?.role !== 'assistant' || !Array.isArray(record.content)) return [message];
    const content = record.content.filter((block) => !isDropped(block));
    return content.length === 0 ? [] : [{ ...record, content }];
  });
  return { ...rest, messages: left };
}
