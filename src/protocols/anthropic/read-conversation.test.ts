import { describe, expect, it } from 'vitest';
import type { Part } from '../../model/conversation.ts';
import { conversation, parts, read, readText } from './read-conversation.testing.ts';

const png = { type: 'base64', media_type: 'image/png', data: 'aGk=' };

describe('the turns of a conversation', () => {
  it('keep their order and roles, system turns in the middle included', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'b' },
      { role: 'assistant', content: [{ type: 'text', text: 'c' }] },
    ];
    const { turns, system } = conversation({ messages, system: 'S' });
    expect(turns.map(({ role }) => role)).toEqual(['user', 'system', 'model']);
    expect(turns.map(({ parts: [part] }) => part)).toEqual(['a', 'b', 'c'].map((text) => ({ type: 'text', text })));
    expect(system).toEqual([{ type: 'text', text: 'S' }]);
  });

  it('take a system of several blocks in order', () => {
    const system = [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'b' },
    ];
    expect(conversation({ system }).system).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
  });

  it.for<[string, object, readonly Part[]]>([
    ['an image', { type: 'image', source: png }, [{ type: 'media', mimeType: 'image/png', data: 'aGk=' }]],
    [
      'an image by address',
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      [{ type: 'media', url: 'https://x/y.png' }],
    ],
    [
      'a PDF by address',
      { type: 'document', title: 'T', source: { type: 'url', url: 'https://x/y' } },
      [{ type: 'media', mimeType: 'application/pdf', url: 'https://x/y', title: 'T' }],
    ],
    [
      'an uploaded file',
      { type: 'document', source: { type: 'file', file_id: 'file_1' } },
      [{ type: 'media', fileId: 'file_1' }],
    ],
    [
      'a document of text, with what was told of it before it',
      { type: 'document', title: 'T', context: 'C', source: { type: 'text', media_type: 'text/plain', data: 'D' } },
      [
        { type: 'text', text: 'T\n\nC' },
        { type: 'text', text: 'D' },
      ],
    ],
    [
      'a document of blocks',
      { type: 'document', source: { type: 'content', content: [{ type: 'image', source: png }] } },
      [{ type: 'media', mimeType: 'image/png', data: 'aGk=' }],
    ],
    [
      'a search result',
      { type: 'search_result', source: 's', title: 't', content: [] },
      [
        {
          type: 'other',
          dialect: 'anthropic',
          name: 'search_result',
          wire: { type: 'search_result', source: 's', title: 't', content: [] },
        },
      ],
    ],
    ['a block of tomorrow', { type: 'x' }, [{ type: 'other', dialect: 'anthropic', name: 'x', wire: { type: 'x' } }]],
    [
      'an image of a source of tomorrow',
      { type: 'image', source: { type: 'x' } },
      [{ type: 'other', dialect: 'anthropic', name: 'image', wire: { type: 'image', source: { type: 'x' } } }],
    ],
  ])('read %s', ([, block, expected]) => {
    expect(parts([block])).toEqual(expected);
  });

  it('keep the citations of a text with what they stand for', () => {
    const citation = {
      type: 'web_search_result_location',
      url: 'u',
      title: 't',
      cited_text: 'c',
      encrypted_index: 'e',
    };
    expect(parts([{ type: 'text', text: 'x', citations: [citation] }], 'assistant')).toEqual([
      { type: 'text', text: 'x', citations: [{ url: 'u', title: 't', citedText: 'c', wire: citation }] },
    ]);
  });

  it('pair a tool result with the name of its call, and read what is in it', () => {
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { a: [1] } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', is_error: true, content: [{ type: 'image', source: png }] },
          { type: 'tool_result', tool_use_id: 't2', content: 'fine' },
          { type: 'tool_result', tool_use_id: 't3' },
        ],
      },
    ];
    const { turns } = conversation({ messages });
    expect(turns[0]?.parts).toEqual([{ type: 'tool-call', id: 't1', name: 'look', argumentsJson: '{"a":[1]}' }]);
    expect(turns[1]?.parts).toEqual([
      {
        type: 'tool-result',
        id: 't1',
        name: 'look',
        isError: true,
        parts: [{ type: 'media', mimeType: 'image/png', data: 'aGk=' }],
      },
      { type: 'tool-result', id: 't2', isError: false, parts: [{ type: 'text', text: 'fine' }] },
      { type: 'tool-result', id: 't3', isError: false, parts: [] },
    ]);
  });

  it('keep the spelling of numbers in the arguments of a call', () => {
    const call = '{"type":"tool_use","id":"t","name":"n","input":{"a":1.0,"b":12345678901234567890}}';
    const result = readText(`{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[${call}]}]}`);
    expect(result).toHaveProperty('conversation.turns.0.parts.0.argumentsJson', '{"a":1.0,"b":12345678901234567890}');
  });
});

describe('what is asked beside the conversation', () => {
  it('reads limits, sampling, stop sequences and the user', () => {
    const asked = { temperature: 0.5, top_p: 0.9, top_k: 5, stop_sequences: ['X'], metadata: { user_id: 'ada' } };
    expect(conversation(asked)).toMatchObject({
      maxOutputTokens: 9,
      sampling: { temperature: 0.5, topP: 0.9, topK: 5 },
      stopSequences: ['X'],
      user: 'ada',
    });
  });

  it('reads tools of the client and of the provider', () => {
    const schema = { type: 'object', properties: {} };
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 2 };
    const tools = [
      { name: 'a', description: 'A', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
      { type: 'custom', name: 'b', input_schema: schema },
      search,
      { type: 'web_fetch_20250910', name: 'web_fetch' },
      { type: 'code_execution_20250825', name: 'code_execution' },
      { type: 'bash_20250124', name: 'bash' },
    ];
    const read = conversation({ tools }).tools;
    expect(read.slice(0, 2)).toEqual([
      { type: 'function', name: 'a', description: 'A', schema, strict: true },
      { type: 'function', name: 'b', schema },
    ]);
    expect(read[2]).toEqual({
      type: 'server',
      kind: 'web-search',
      dialect: 'anthropic',
      name: 'web_search',
      wire: search,
    });
    const kinds = read.slice(3).map((tool) => (tool.type === 'server' ? tool.kind : ''));
    expect(kinds).toEqual(['web-fetch', 'code-execution', 'other']);
  });

  it.for<[object, object | undefined, boolean | undefined]>([
    [{ type: 'auto' }, { mode: 'auto' }, undefined],
    [{ type: 'any', disable_parallel_tool_use: true }, { mode: 'any' }, false],
    [{ type: 'none' }, { mode: 'none' }, undefined],
    [{ type: 'tool', name: 'n' }, { mode: 'tool', names: ['n'] }, undefined],
    [{ type: 'choice_of_tomorrow' }, undefined, undefined],
  ])('reads the tool choice %j', ([choice, toolChoice, parallelToolCalls]) => {
    const read = conversation({ tool_choice: choice });
    expect([read.toolChoice, read.parallelToolCalls]).toEqual([toolChoice, parallelToolCalls]);
  });

  it.for<[object, object | undefined]>([
    [{}, undefined],
    [{ thinking: { type: 'disabled' } }, { mode: 'off' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { mode: 'on', budgetTokens: 2048, shown: true }],
    [
      { thinking: { type: 'adaptive', display: 'updates' }, output_config: { effort: 'xhigh' } },
      { mode: 'on', effort: 'xhigh', shown: true },
    ],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { mode: 'on', shown: false }],
    [{ thinking: { type: 'between_tools' } }, { mode: 'on' }],
    [{ output_config: { effort: 'low' } }, { mode: 'on', effort: 'low' }],
  ])('reads the thinking of %j', ([fields, thinking]) => {
    expect(conversation(fields).thinking).toEqual(thinking);
  });

  it.for(['output_config', 'output_format'])('reads an output schema from %s', (member) => {
    const format = { type: 'json_schema', schema: { type: 'object' } };
    const fields = member === 'output_config' ? { output_config: { format } } : { output_format: format };
    expect(conversation(fields).output).toEqual({ type: 'json-schema', schema: { type: 'object' } });
  });

  it('keeps by name what has no place of its own', () => {
    const rest = { context_management: { edits: [] }, service_tier: 'auto', member_of_tomorrow: 1 };
    expect(conversation({ ...rest, speed: null }).rest).toEqual(rest);
  });
});

describe('what cannot be read', () => {
  it.for(['mcp_servers', 'container', 'compaction'])('names %s, which only Anthropic can serve', (member) => {
    expect(read({ [member]: member === 'mcp_servers' ? [{ type: 'url' }] : { id: 'x' } })).toEqual({
      problem: { kind: 'bad-request', message: expect.stringContaining(member) },
    });
  });

  it.for<[unknown, string]>([
    [[{ role: 'tool', content: 'x' }], 'messages.0.role'],
    [[{ role: 'user', content: [1] }], 'messages.0.content.0: Input should be an object'],
    [[{ role: 'user', content: [{}] }], 'messages.0.content.0.type: Field required'],
    [[{ role: 'user', content: [{ type: 'text' }] }], 'messages.0.content.0.text'],
    [[{ role: 'assistant', content: [{ type: 'tool_use', id: '', name: 'n', input: {} }] }], 'content.0.id'],
    [[{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'n', input: 1 }] }], 'content.0.input'],
    [[{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 1 }] }], 'content.0.content'],
  ])('says where %j breaks the dialect', ([messages, where]) => {
    expect(read({ messages })).toEqual({
      problem: { kind: 'bad-request', message: expect.stringContaining(where) },
    });
  });
});
