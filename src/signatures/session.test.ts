import { describe, expect, it } from 'vitest';
import { answer, harvested, memoryState, requestOf, worldOf } from './keeper.testing.ts';
import { createSignatureKeeper } from './keeper.ts';

const hello = { role: 'user', content: 'hello' };
const keeper = () => createSignatureKeeper({ state: memoryState(), world: worldOf({ now: 0 }) });
const keyOf = (json: unknown, caller = '', hint?: string) =>
  keeper().session(requestOf('anthropic', json, hint), caller).key;

describe('a session', () => {
  it('is what the client calls it, for each caller apart', () => {
    expect(keyOf({ messages: [hello] }, 'k1', 'abc')).toBe('hint:k1:abc');
    expect(keyOf({ messages: [hello] }, 'k2', 'abc')).toBe('hint:k2:abc');
  });

  it('has no name before the first answer, unless the client gave it one', () => {
    expect(keyOf({ messages: [hello] })).toBeUndefined();
  });

  it('is another one where only the first answer differs', () => {
    const one = { messages: [hello, { role: 'assistant', content: 'Hi Ada' }, hello] };
    const two = { messages: [hello, { role: 'assistant', content: 'Hi Bob' }, hello] };
    expect(keyOf(one)).toBeDefined();
    expect(keyOf(one)).not.toBe(keyOf(two));
  });

  it('is another one for another caller, another system text and another opening', () => {
    const answered = (user: string, system: string) => ({
      system,
      messages: [{ role: 'user', content: user }, { role: 'assistant', content: 'Hi' }, hello],
    });
    const keys = [
      keyOf(answered('a', 's')),
      keyOf(answered('a', 's'), 'other'),
      keyOf(answered('a', 't')),
      keyOf(answered('b', 's')),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('stays the same through all later turns, whatever is added, signed or marked for caching', () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 's' };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } };
    const first = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: [thinking, { type: 'text', text: 'Let me see. ' }, call] },
    ];
    const second = [
      { role: 'user', content: [{ type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Let me see.' }, call] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] },
      { role: 'assistant', content: 'done' },
      hello,
    ];
    expect(keyOf({ messages: [...first, hello] })).toBe(keyOf({ messages: second }));
  });

  it.each([
    [
      'anthropic' as const,
      { messages: [hello] },
      answer(
        { thinking: 'hm', signature: 's' },
        { text: ' One moment.\n' },
        { call: 'read', id: 'toolu_1', input: { a: 1 } },
      ),
      {
        messages: [
          hello,
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'One moment.' },
              { type: 'tool_use', id: 'toolu_1', name: 'read', input: { a: 1 } },
            ],
          },
          hello,
        ],
      },
    ],
    [
      'gemini' as const,
      { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
      answer(
        { thinking: 'hm', signature: '' },
        { text: 'One ' },
        { text: 'moment.' },
        { call: 'read', id: 'up', input: { a: 1, b: 2 } },
      ),
      {
        contents: [
          { parts: [{ text: 'hello' }] },
          {
            role: 'model',
            parts: [
              { text: 'hm', thought: true },
              { text: 'One moment.' },
              { functionCall: { args: { b: 2, a: 1 }, name: 'read', id: 'mine' } },
            ],
          },
          { role: 'user', parts: [{ functionResponse: { name: 'read', response: {} } }] },
        ],
      },
    ],
    [
      'openai-chat' as const,
      { messages: [{ role: 'system', content: 's' }, hello] },
      answer({ call: 'read', id: 'call_1', input: { a: 1 } }),
      {
        messages: [
          { role: 'system', content: 's' },
          hello,
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"a":1}' } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'x' },
        ],
      },
    ],
    [
      'openai-responses' as const,
      { instructions: 's', input: 'hello' },
      answer({ text: 'One moment.' }, { call: 'read', id: 'fc_1' }),
      {
        instructions: 's',
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
          { type: 'reasoning', summary: [] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'One moment.' }] },
          { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}' },
          { type: 'function_call_output', call_id: 'call_1', output: 'x' },
        ],
      },
    ],
  ])(
    'of %s has one key, from the streamed answer and from what the client sends back',
    (protocol, first, events, later) => {
      const house = keeper();
      const kept = harvested(house, requestOf(protocol, first), 'some-model', events);
      expect(kept).toBeDefined();
      expect(house.session(requestOf(protocol, later), '').key).toBe(kept);
    },
  );

  it('takes words that the client put into the model’s mouth for the beginning of the first answer', () => {
    const house = keeper();
    const prefilled = requestOf('anthropic', { messages: [hello, { role: 'assistant', content: 'Once upon' }] });
    expect(house.session(prefilled, '').key).toBeUndefined();
    const kept = harvested(house, prefilled, 'claude-3-haiku', answer({ text: ' a time' }));
    const later = requestOf('anthropic', {
      messages: [hello, { role: 'assistant', content: 'Once upon a time' }, hello],
    });
    expect(house.session(later, '').key).toBe(kept);
  });

  it('has no name where the first answer says nothing to anybody', () => {
    expect(harvested(keeper(), requestOf('anthropic', { messages: [hello] }), 'm', answer())).toBeUndefined();
  });

  it.each([{}, { messages: 3 }, { messages: [null, 'x', { role: 'assistant' }, { role: 'user', content: { a: 1 } }] }])(
    'is read from %j without complaint',
    (json) => {
      for (const protocol of ['anthropic', 'gemini', 'openai-chat', 'openai-responses'] as const) {
        expect(keeper().session(requestOf(protocol, json), '').key).toBeUndefined();
      }
    },
  );
});
