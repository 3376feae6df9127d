import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import {
  budgeted,
  call,
  media,
  messagesOf,
  model,
  result,
  say,
  search,
  system,
  text,
  tool,
  user,
  write,
  written,
} from './write-conversation.testing.ts';

describe('the body of a request', () => {
  it('says no more than was asked', () => {
    expect(written({})).toEqual({
      body: {
        model: 'claude-x',
        messages: [{ role: 'user', content: [text('Hi')] }],
        max_tokens: 4096,
        stream: true,
      },
      losses: [],
    });
  });

  it('of a token count has no limits, sampling or stream', () => {
    const asked = { system: [say('S')], stopSequences: ['X'], sampling: { temperature: 1 }, user: 'ada' };
    expect(Object.keys(written(asked, {}, 'count-tokens').body)).toEqual(['model', 'system', 'messages']);
  });

  it('has the system as blocks, the user, and stop sequences', () => {
    const asked = { system: [say('a'), say('b')], stopSequences: ['X'], user: 'ada' };
    expect(written(asked).body).toMatchObject({
      system: [text('a'), text('b')],
      stop_sequences: ['X'],
      metadata: { user_id: 'ada' },
    });
  });
});

describe('turns as messages', () => {
  it('alternate, with the results of tools before everything else', () => {
    const turns = [
      user(say('a')),
      user(say('b')),
      model(say('c'), call('1'), call('2')),
      user(say('meanwhile')),
      user(result('1', say('one'))),
      user(result('2')),
    ];
    expect(messagesOf(turns)).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      {
        role: 'assistant',
        content: [
          text('c'),
          { type: 'tool_use', id: '1', name: 'look', input: {} },
          { type: 'tool_use', id: '2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: '1', content: [text('one')] },
          { type: 'tool_result', tool_use_id: '2' },
          text('meanwhile'),
        ],
      },
    ]);
  });

  it('keep a system turn where the model has such turns and it may stand', () => {
    const turns = [user(say('a')), system('s'), model(say('b')), user(say('c')), system('t')];
    const roles = (messagesOf(turns) as { role: string }[]).map(({ role }) => role);
    expect(roles).toEqual(['user', 'system', 'assistant', 'user', 'system']);
  });

  it.for<[string, readonly Turn[], Partial<Capabilities>, readonly object[]]>([
    [
      'the model has no such turns',
      [user(say('a')), system('s'), model(say('b')), user(say('c'))],
      { systemTurns: false },
      [
        { role: 'user', content: [text('a'), text('s')] },
        { role: 'assistant', content: [text('b')] },
        { role: 'user', content: [text('c')] },
      ],
    ],
    [
      'it stands between a call and its result',
      [user(say('a')), model(call('1')), system('s'), user(result('1'))],
      {},
      [
        { role: 'user', content: [text('a')] },
        { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'look', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1' }, text('s')] },
      ],
    ],
    [
      'another user turn follows',
      [user(say('a')), system('s'), user(say('b'))],
      {},
      [{ role: 'user', content: [text('a'), text('s'), text('b')] }],
    ],
    ['it comes first', [system('s'), user(say('a'))], {}, [{ role: 'user', content: [text('s'), text('a')] }]],
  ])('fold a system turn into its neighbour when %s', ([, turns, capabilities, messages]) => {
    const { body, losses } = written({ turns }, capabilities);
    expect(body.messages).toEqual(messages);
    expect(losses).toEqual(['system-turn']);
  });

  it('pair calls and results by legal ids, each used once, and the same in a longer history', () => {
    const turns = [
      user(say('a')),
      model(call('call/1'), call('call:1')),
      user(result('call/1', say('slash')), result('call:1', say('colon'))),
      model(call('call/1')),
      user(result('call/1', say('again'))),
    ];
    const pairs = (messages: unknown) =>
      (messages as { content: Record<string, unknown>[] }[])
        .flatMap(({ content }) => content)
        .map((block) => block.id ?? block.tool_use_id)
        .filter((id) => id !== undefined);
    const ids = ['call_1', 'call_1_2', 'call_1', 'call_1_2', 'call_1_3', 'call_1_3'];
    expect(pairs(messagesOf(turns))).toEqual(ids);
    expect(pairs(messagesOf(turns.slice(0, 3)))).toEqual(ids.slice(0, 4));
  });

  it('keep Claude’s own thinking and the spelling of numbers in arguments', () => {
    const thinking: Part = { type: 'thinking', text: '', signature: { signature: 'Eq', family: 'claude' } };
    const turns = [user(say('a')), model(thinking, call('1', '{"a":1.0}')), user(result('1'))];
    const result_ = write({ turns });
    const body = 'body' in result_ ? Buffer.from(result_.body).toString() : '';
    expect(body).toContain('{"type":"thinking","thinking":"","signature":"Eq"}');
    expect(body).toContain('"input":{"a":1.0}');
  });

  it.for<[readonly Part[], string]>([
    [[say('in words')], 'in words'],
    [[], '{"a":1}'],
  ])('write a structured result once: %j as %s', ([words, told]) => {
    const parts = [...words, media({ mimeType: 'image/png', data: 'aGk=' })];
    const structured: Part = { type: 'tool-result', id: '1', parts, isError: true, json: '{"a":1}' };
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
    expect(messagesOf([user(say('a')), model(call('1')), user(structured)])).toMatchObject([
      {},
      {},
      { content: [{ is_error: true, content: [text(told), image] }] },
    ]);
  });

  it.for<[object, object]>([
    [
      { mimeType: 'image/jpg', data: 'aGk=' },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'aGk=' } },
    ],
    [
      { url: 'data:image/webp;base64,aGk=' },
      { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'aGk=' } },
    ],
    [{ url: 'https://x/y' }, { type: 'image', source: { type: 'url', url: 'https://x/y' } }],
    [{ url: 'https://x/y.pdf?z' }, { type: 'document', source: { type: 'url', url: 'https://x/y.pdf?z' } }],
    [
      { mimeType: 'application/pdf', data: 'aGk=', title: 'T' },
      { type: 'document', title: 'T', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } },
    ],
    [
      { mimeType: 'text/csv', data: 'aGk=' },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hi' } },
    ],
    [{ fileId: 'file_1' }, { type: 'document', source: { type: 'file', file_id: 'file_1' } }],
  ])('write the media %j', ([what, block]) => {
    expect(messagesOf([user(media(what))])).toEqual([{ role: 'user', content: [block] }]);
  });
});

describe('tools', () => {
  it('have a schema whose root is an object, and Google’s spelling is undone', () => {
    const schema = {
      type: 'OBJECT',
      properties: { type: { type: 'ARRAY', minItems: '1', items: { type: 'STRING', description: 'OBJECT' } } },
    };
    expect(written({ tools: [tool('a', { description: 'A', schema }), tool('b')] }).body.tools).toEqual([
      {
        name: 'a',
        description: 'A',
        input_schema: {
          type: 'object',
          properties: { type: { type: 'array', minItems: 1, items: { type: 'string', description: 'OBJECT' } } },
        },
      },
      { name: 'b', input_schema: { type: 'object', properties: {} } },
    ]);
  });

  it.for<[Partial<Conversation>, object | undefined]>([
    [{}, undefined],
    [{ toolChoice: { mode: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { mode: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: { mode: 'any' } }, { type: 'any' }],
    [{ toolChoice: { mode: 'tool', names: ['a'] } }, { type: 'tool', name: 'a' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { toolChoice: { mode: 'any' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ parallelToolCalls: true }, undefined],
  ])('%j is asked for as %j', ([asked, choice]) => {
    expect(written({ ...asked, tools: [tool('a')] }).body.tool_choice).toEqual(choice);
  });

  it('ask for Anthropic’s own web search in place of another', () => {
    const { body, losses } = written({ tools: [{ ...search, kind: 'web-search' }] });
    expect(body.tools).toEqual([{ type: 'web_search_20250305', name: 'web_search' }]);
    expect(losses).toEqual(['web-search-options']);
  });
});

describe('thinking', () => {
  it.for<[NonNullable<Conversation['thinking']>, Partial<Capabilities>, unknown, unknown]>([
    [{ mode: 'on' }, {}, { type: 'adaptive' }, undefined],
    [{ mode: 'on', effort: 'xhigh', shown: true }, {}, { type: 'adaptive', display: 'summarized' }, 'high'],
    [{ mode: 'on', effort: 'minimal', shown: false }, {}, { type: 'adaptive', display: 'omitted' }, 'low'],
    [{ mode: 'on', budgetTokens: -1 }, {}, { type: 'adaptive' }, undefined],
    [{ mode: 'on', budgetTokens: 8192 }, {}, { type: 'adaptive' }, 'medium'],
    [{ mode: 'on', effort: 'high' }, { thinking: 'effort' }, undefined, 'high'],
    [{ mode: 'off' }, {}, { type: 'disabled' }, undefined],
    [{ mode: 'off' }, { canTurnOff: false }, undefined, 'low'],
    [{ mode: 'off' }, { thinking: 'none' }, undefined, undefined],
    [{ mode: 'on', budgetTokens: 2048 }, budgeted, { type: 'enabled', budget_tokens: 2048 }, undefined],
    [{ mode: 'on', budgetTokens: 100 }, budgeted, { type: 'enabled', budget_tokens: 1024 }, undefined],
    [{ mode: 'on', budgetTokens: -1 }, budgeted, { type: 'enabled', budget_tokens: 3072 }, undefined],
    [{ mode: 'on', effort: 'low' }, budgeted, { type: 'enabled', budget_tokens: 2048 }, undefined],
    [
      { mode: 'on', effort: 'high' },
      { ...budgeted, budgetTokensMax: 1500 },
      { type: 'enabled', budget_tokens: 1500 },
      undefined,
    ],
  ])('%j for %j', ([thinking, capabilities, expected, effort]) => {
    const { body } = written({ thinking }, capabilities);
    expect(body.thinking).toEqual(expected);
    expect((body.output_config as { effort?: string } | undefined)?.effort).toBe(effort);
  });

  it('goes on in a tool loop that began with Claude’s own thinking', () => {
    const own: Part = { type: 'thinking', text: 'Hm', signature: { signature: 'Eq', family: 'claude' } };
    const turns = [user(say('a')), model(own, call('1')), user(result('1')), model(call('2')), user(result('2'))];
    expect(written({ turns, thinking: { mode: 'on' } }, budgeted)).toMatchObject({
      body: { thinking: { type: 'enabled' } },
      losses: [],
    });
  });
});
