import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../model/conversation.ts';
import { seal } from '../signature-envelope.ts';
import { readChatConversation } from './read-conversation.ts';
import { requestOf } from './streams.testing.ts';

function read(messages: readonly unknown[], members: Record<string, unknown> = {}): Conversation {
  const result = readChatConversation(requestOf({ model: 'gpt-x', messages, ...members }));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

function refused(messages: readonly unknown[], members: Record<string, unknown> = {}): string {
  const result = readChatConversation(requestOf({ model: 'gpt-x', messages, ...members }));
  if (!('problem' in result)) throw new Error('it was accepted');
  expect(result.problem.kind).toBe('bad-request');
  return result.problem.message;
}

const user = { role: 'user', content: 'hi' };
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1.0}' } };

describe('messages', () => {
  it('become instructions and turns', () => {
    const { system, turns } = read([
      { role: 'system', content: 'S' },
      { role: 'developer', content: [{ type: 'text', text: 'D' }] },
      user,
      { role: 'assistant', content: 'hello' },
      { role: 'system', content: 'now' },
      user,
    ]);
    expect(system).toEqual([
      { type: 'text', text: 'S' },
      { type: 'text', text: 'D' },
    ]);
    expect(turns.map(({ role }) => role)).toEqual(['user', 'model', 'system', 'user']);
  });

  it('put results in a row into one turn, with the names of their calls', () => {
    const { turns } = read([
      user,
      { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'c2' }] },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'two' }] },
      user,
    ]);
    expect(turns).toHaveLength(4);
    expect(turns[1]?.parts[0]).toEqual({ type: 'tool-call', id: 'c1', name: 'f', argumentsJson: '{"a":1.0}' });
    expect(turns[2]?.parts).toEqual([
      { type: 'tool-result', id: 'c1', name: 'f', parts: [{ type: 'text', text: 'one' }], isError: false },
      { type: 'tool-result', id: 'c2', name: 'f', parts: [{ type: 'text', text: 'two' }], isError: false },
    ]);
  });

  it('know the older functions, whose results have no id', () => {
    const { turns, tools, toolChoice, parallelToolCalls } = read(
      [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '' } },
        { role: 'function', name: 'f', content: 'one' },
      ],
      { functions: [{ name: 'f', parameters: { type: 'object' } }], function_call: { name: 'f' } },
    );
    expect(turns[1]?.parts).toEqual([{ type: 'tool-call', id: 'call_1', name: 'f', argumentsJson: '{}' }]);
    expect(turns[2]?.parts).toMatchObject([{ type: 'tool-result', id: 'call_1', name: 'f' }]);
    expect(tools).toEqual([{ type: 'function', name: 'f', schema: { type: 'object' } }]);
    expect(toolChoice).toEqual({ mode: 'tool', names: ['f'] });
    expect(parallelToolCalls).toBe(false);
  });

  it('keep arguments that are no JSON as the model wrote them', () => {
    const broken = { ...call, function: { name: 'f', arguments: '{"a":' } };
    expect(read([user, { role: 'assistant', tool_calls: [broken] }]).turns[1]?.parts[0]).toMatchObject({
      argumentsJson: '{"a":',
    });
  });

  it('carry images, sound and files', () => {
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD', detail: 'high' } },
      { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
      { type: 'input_audio', input_audio: { data: 'QUJD', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QUJD' } },
      { type: 'file', file: { filename: 'a.csv', file_data: 'QUJD' } },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'image_url', image_url: { url: 'data:text/plain,a%20b' } },
    ];
    expect(read([{ role: 'user', content }]).turns[0]?.parts).toEqual([
      { type: 'text', text: 'look' },
      { type: 'media', mimeType: 'image/png', data: 'QUJD' },
      { type: 'media', url: 'https://a.example/b.png' },
      { type: 'media', mimeType: 'audio/mpeg', data: 'QUJD' },
      { type: 'media', mimeType: 'application/pdf', data: 'QUJD', title: 'a.pdf' },
      { type: 'media', mimeType: 'text/csv', data: 'QUJD', title: 'a.csv' },
      { type: 'media', fileId: 'file-1' },
      { type: 'media', mimeType: 'text/plain', data: Buffer.from('a b').toString('base64') },
    ]);
  });

  it.each(['/etc/passwd', 'file:///etc/passwd', 'C:\\secret.png', 'photo.png', 'ftp://a.example/b', ''])(
    'never read the path %j of a machine',
    (url) => {
      const image = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
      expect(refused([image])).toMatch(
        url === '' ? /Missing required parameter/ : /never read by the gateway.*data: URL/,
      );
    },
  );

  it('are refused where something is missing or unknown', () => {
    expect(refused([{ role: 'robot', content: 'x' }])).toContain("'messages[0].role'");
    expect(refused([{ role: 'tool', content: 'x' }])).toContain("'messages[0].tool_call_id'");
    expect(refused([{ role: 'assistant', audio: { id: 'a' } }])).toContain('send what was said as text');
  });

  it('keep a part nobody knows as it stood', () => {
    const wire = { type: 'hologram', data: 1 };
    expect(read([{ role: 'user', content: [wire] }]).turns[0]?.parts).toEqual([
      { type: 'other', dialect: 'openai-chat', name: 'hologram', wire },
    ]);
  });
});

describe('thoughts that come back', () => {
  const thoughtsOf = (message: object) =>
    read([user, { role: 'assistant', content: 'said', ...message }]).turns[1]?.parts;

  it('stand before what was said', () => {
    expect(thoughtsOf({ reasoning_content: 'Hm' })).toEqual([
      { type: 'thinking', text: 'Hm' },
      { type: 'text', text: 'said' },
    ]);
  });

  it('carry their own signatures, once', () => {
    const details = [
      { type: 'reasoning.text', text: 'A', signature: seal('sigA', { family: 'claude', place: 'here' }) },
      { type: 'reasoning.text', text: 'B', signature: 'native' },
      { type: 'reasoning.encrypted', data: seal('red', { family: 'claude-redacted', place: 'here' }) },
    ];
    expect(thoughtsOf({ reasoning_content: 'AB', reasoning_details: details })).toEqual([
      { type: 'thinking', text: 'A', signature: { signature: 'sigA', family: 'claude' } },
      { type: 'thinking', text: 'B', signature: { signature: 'native' } },
      { type: 'redacted-thinking', data: 'red' },
      { type: 'text', text: 'said' },
    ]);
  });

  it('sign the text or the call they belong to, and leave no empty carrier', () => {
    const detail = (place: 'next' | 'before') => ({
      reasoning_details: [{ type: 'reasoning.encrypted', data: seal('s', { family: 'gemini-3', place }) }],
    });
    const signature = { signature: 's', family: 'gemini-3' };
    const toolCall = { type: 'tool-call', id: 'c1', name: 'f', argumentsJson: '{"a":1.0}' };
    expect(thoughtsOf(detail('before'))).toEqual([{ type: 'text', text: 'said', signature }]);
    expect(thoughtsOf({ ...detail('before'), tool_calls: [call] })).toEqual([
      { type: 'text', text: 'said', signature },
      toolCall,
    ]);
    expect(thoughtsOf({ ...detail('next'), tool_calls: [call] })).toEqual([
      { type: 'text', text: 'said' },
      { ...toolCall, signature },
    ]);
  });

  it('come with a call as Google’s own signature', () => {
    const extra = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } });
    const signed = { ...call, ...extra(seal('s', { family: 'gemini-3', place: 'here' })) };
    expect(thoughtsOf({ tool_calls: [signed] })?.at(-1)).toMatchObject({
      signature: { signature: 's', family: 'gemini-3' },
    });
    expect(thoughtsOf({ tool_calls: [{ ...call, ...extra('raw') }] })?.at(-1)).toMatchObject({
      signature: { signature: 'raw' },
    });
    expect(thoughtsOf({ ...extra('raw'), tool_calls: [call] })?.at(-1)).toMatchObject({
      signature: { signature: 'raw' },
    });
    expect(thoughtsOf(extra('raw'))).toEqual([{ type: 'text', text: 'said', signature: { signature: 'raw' } }]);
  });
});

describe('tools and settings', () => {
  it('are read with their schema as it was written', () => {
    const parameters = { type: 'object', properties: { a: { const: 1 } } };
    const { tools } = read([user], {
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters, strict: true } }],
    });
    expect(tools).toEqual([{ type: 'function', name: 'f', description: 'd', schema: parameters, strict: true }]);
  });

  it('turn a custom tool into a function of one text', () => {
    const format = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
    const { tools } = read([user], { tools: [{ type: 'custom', custom: { name: 'p', description: 'd', format } }] });
    expect(tools).toMatchObject([{ type: 'function', name: 'p', description: 'd', schema: { required: ['input'] } }]);
    expect(JSON.stringify(tools)).toContain('start: \\"a\\"');
    const spoken = read([
      user,
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'p', input: 'x"y' } }] },
    ]);
    expect(spoken.turns[1]?.parts[0]).toMatchObject({ name: 'p', argumentsJson: '{"input":"x\\"y"}' });
  });

  it.each([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'any' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'tool', names: ['f'] },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { mode: 'tool', names: ['f'] },
    ],
  ])('read tool_choice %j', (tool_choice, toolChoice) => {
    expect(read([user], { tool_choice }).toolChoice).toEqual(toolChoice);
  });

  it('offer only the tools that may be used', () => {
    const tool = (name: string) => ({ type: 'function', function: { name } });
    const tool_choice = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [tool('f')] } };
    const { tools, toolChoice } = read([user], { tools: [tool('f'), tool('g')], tool_choice });
    expect(tools.map(({ name }) => name)).toEqual(['f']);
    expect(toolChoice).toEqual({ mode: 'auto' });
  });

  it('read a search that the provider runs itself as one', () => {
    expect(read([user], { web_search_options: {} }).tools).toEqual([
      { type: 'server', kind: 'web-search', dialect: 'openai-chat', name: 'web_search_options', wire: {} },
    ]);
  });

  it.each([
    [{ reasoning_effort: 'high' }, { mode: 'on', effort: 'high' }],
    [{ reasoning_effort: 'none' }, { mode: 'off' }],
    [{ reasoning: { max_tokens: 2000, exclude: true } }, { mode: 'on', budgetTokens: 2000, shown: false }],
    [{ thinking: { type: 'disabled' } }, { mode: 'off' }],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { mode: 'on', budgetTokens: 1024 }],
    [{}, undefined],
  ])('read thinking from %j', (members, thinking) => {
    expect(read([user], members).thinking).toEqual(thinking);
  });

  it('read limits, sampling, output and the rest', () => {
    const schema = { type: 'object' };
    const conversation = read([user], {
      max_tokens: 5,
      max_completion_tokens: 6,
      stop: 'END',
      temperature: 0.5,
      top_p: 1,
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: null,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } },
      n: 2,
      user: 'ada',
      parallel_tool_calls: true,
      store: true,
      stream_options: {},
    });
    expect(conversation).toMatchObject({
      maxOutputTokens: 6,
      stopSequences: ['END'],
      sampling: { temperature: 0.5, topP: 1, seed: 7, presencePenalty: 0.1 },
      output: { type: 'json-schema', schema, name: 'n', strict: true },
      candidates: 2,
      user: 'ada',
      parallelToolCalls: true,
    });
    expect(conversation.rest).toEqual({ store: true });
  });

  it.each([
    [{ logprobs: true }, 'logprobs'],
    [{ logit_bias: { 50256: -100 } }, 'logit_bias'],
    [{ modalities: ['text', 'audio'] }, 'sound'],
  ])('refuse %j, which no other dialect has', (members, word) => {
    expect(refused([user], members)).toContain(word);
  });
});
