import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../model/conversation.ts';
import { seal } from '../signature-envelope.ts';
import { RESPONSES_LOSSES } from './losses.ts';
import { readResponsesConversation } from './read-conversation.ts';
import { requestOf, requests } from './recordings.testing.ts';

type Json = Record<string, unknown>;
interface Offer {
  readonly tools?: Json[];
  readonly found?: Json[];
}

function read(json: Json): Conversation {
  const result = readResponsesConversation(requestOf({ model: 'm', ...json }));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

function problemOf(json: Json): string {
  const result = readResponsesConversation(requestOf({ model: 'm', ...json }));
  return 'problem' in result ? `${result.problem.kind}: ${result.problem.message}` : 'none';
}

const text = (value: string) => ({ type: 'text', text: value });

describe('the turns of a Responses request', () => {
  it('are one of the user for plain text, with the instructions before it', () => {
    expect(read({ instructions: 'Be brief.', input: 'Hi' })).toMatchObject({
      system: [text('Be brief.')],
      turns: [{ role: 'user', parts: [text('Hi')] }],
    });
  });

  it('take instructions at the beginning for the system, and later ones where they stand', () => {
    const { system, turns } = read({
      input: [
        { role: 'developer', content: 'A' },
        { role: 'system', content: [{ type: 'input_text', text: 'B' }] },
        { role: 'user', content: 'Hi' },
        { type: 'message', role: 'developer', content: 'C' },
      ],
    });
    expect(system).toEqual([text('A'), text('B')]);
    expect(turns.map(({ role }) => role)).toEqual(['user', 'system']);
  });

  it('hold thoughts, words and calls of the model together, and the results of all its calls', () => {
    const { turns } = read({
      input: [
        { role: 'user', content: 'Weather?' },
        { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAAAx' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"n":1.0}' },
        { type: 'function_call', call_id: 'c2', name: 'look', arguments: '' },
        { type: 'function_call_output', call_id: 'c1', output: 'sun' },
        {
          type: 'function_call_output',
          call_id: 'c2',
          output: [
            { type: 'input_text', text: 'rain' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGk=' },
          ],
        },
      ],
    });
    expect(turns).toEqual([
      { role: 'user', parts: [text('Weather?')] },
      {
        role: 'model',
        parts: [
          { type: 'thinking', text: 'Hm.', signature: { signature: 'gAAAAx', family: 'openai' } },
          text('I look.'),
          { type: 'tool-call', id: 'c1', name: 'look', argumentsJson: '{"n":1.0}' },
          { type: 'tool-call', id: 'c2', name: 'look', argumentsJson: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { type: 'tool-result', id: 'c1', name: 'look', parts: [text('sun')], isError: false },
          {
            type: 'tool-result',
            id: 'c2',
            name: 'look',
            parts: [text('rain'), { type: 'media', mimeType: 'image/png', data: 'aGk=' }],
            isError: false,
          },
        ],
      },
    ]);
  });

  it('give sealed signatures back to the parts they belong to, without the items that only carried them', () => {
    const sealed = (signature: string, place: 'here' | 'next' | 'before') =>
      seal(signature, { family: 'gemini-3', place });
    const reasoning = (...seals: string[]) => ({ type: 'reasoning', summary: [], encrypted_content: seals.join(' ') });
    const { turns } = read({
      input: [
        { ...reasoning(sealed('T', 'here'), sealed('C1', 'next')), summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] },
        reasoning(sealed('E', 'before')),
      ],
    });
    const mark = (signature: string) => ({ signature, family: 'gemini-3' });
    expect(turns).toMatchObject([
      {
        role: 'model',
        parts: [
          { type: 'thinking', text: 'Hm.', signature: mark('T') },
          { type: 'tool-call', id: 'c1', signature: mark('C1') },
          { type: 'text', text: 'Done.', signature: mark('E') },
        ],
      },
    ]);
    expect(turns[0]?.parts).toHaveLength(3);
  });

  it('read the calls of every kind of tool as plain calls', () => {
    const { turns } = read({
      tools: [{ type: 'namespace', name: 'mcp__mail', tools: [{ type: 'function', name: 'search' }] }],
      input: [
        { type: 'custom_tool_call', call_id: 'a', name: 'apply_patch', input: '*** Begin' },
        { type: 'local_shell_call', call_id: 'b', action: { type: 'exec', command: ['ls'], user: null } },
        { type: 'shell_call', call_id: 'c', action: { commands: ['ls'], timeout_ms: null } },
        { type: 'apply_patch_call', call_id: 'd', operation: { type: 'delete_file', path: 'x' } },
        { type: 'tool_search_call', call_id: 'e', execution: 'client', arguments: { query: 'mail' } },
        { type: 'function_call', call_id: 'f', name: 'search', namespace: 'mcp__mail', arguments: '{}' },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'ok' },
        { type: 'shell_call_output', call_id: 'c', output: [{ stdout: 'x', stderr: '' }] },
      ],
    });
    const calls = turns[0]?.parts.map((part) => part.type === 'tool-call' && [part.name, part.argumentsJson]);
    expect(calls).toEqual([
      ['apply_patch', '{"input":"*** Begin"}'],
      ['local_shell', '{"command":["ls"]}'],
      ['shell', '{"commands":["ls"]}'],
      ['apply_patch', '{"operation":{"type":"delete_file","path":"x"}}'],
      ['tool_search', '{"query":"mail"}'],
      ['mcp__mail__search', '{}'],
    ]);
    expect(turns[1]?.parts).toMatchObject([
      { id: 'a', name: 'apply_patch', parts: [text('ok')] },
      { id: 'c', name: 'shell', parts: [text('[{"stdout":"x","stderr":""}]')] },
    ]);
  });

  const rate = { type: 'function', name: 'rate', parameters: {} };
  it.each([
    ['the request declares in no namespace', { tools: [{ type: 'tool_search' }, rate] }, 'rate'],
    ['a search has found', { found: [{ type: 'tool_search_output', execution: 'server', tools: [rate] }] }, 'rate'],
    ['comes later', { found: [{ type: 'additional_tools', role: 'developer', tools: [rate] }] }, 'rate'],
    ['is not offered any more', {}, 'rate'],
    ['is declared in the namespace', { tools: [{ type: 'namespace', name: 'rate', tools: [rate] }] }, 'rate__rate'],
  ])('name a tool called in a namespace as the model is told when it %s', (_how, { tools, found }: Offer, name) => {
    const call = { type: 'function_call', call_id: 'c', name: 'rate', namespace: 'rate', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c', output: '0.92' };
    const parts = read({ tools, input: [...(found ?? []), call, output] }).turns.flatMap((turn) => turn.parts);
    const named = parts.filter(({ type }) => type === 'tool-call' || type === 'tool-result');
    expect(named.slice(-2)).toMatchObject([{ name }, { name }]);
  });

  it('keep what a provider ran itself as it stood', () => {
    const item = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'q' } };
    expect(read({ input: [item] }).turns[0]?.parts).toEqual([
      { type: 'other', dialect: 'openai-responses', name: 'web_search_call', wire: item },
    ]);
  });

  it.each([
    [{ type: 'input_image', image_url: 'https://a.b/c.png' }, { url: 'https://a.b/c.png' }],
    [{ type: 'input_image', file_id: 'file-1' }, { fileId: 'file-1' }],
    [
      { type: 'input_file', file_data: 'data:application/pdf;base64,aGk=', filename: 'a.pdf' },
      { mimeType: 'application/pdf', data: 'aGk=', title: 'a.pdf' },
    ],
    [
      { type: 'input_file', file_data: 'data:text/plain,hi%20you', filename: 'a.txt' },
      { mimeType: 'text/plain', data: 'aGkgeW91', title: 'a.txt' },
    ],
    [{ type: 'input_file', file_url: 'https://a.b/c.pdf' }, { url: 'https://a.b/c.pdf' }],
    [
      { type: 'input_audio', input_audio: { data: 'aGk=', format: 'mp3' } },
      { mimeType: 'audio/mpeg', data: 'aGk=' },
    ],
  ])('read the media %j', (part, media) => {
    const { turns } = read({ input: [{ role: 'user', content: [part] }] });
    expect(turns[0]?.parts).toEqual([{ type: 'media', ...media }]);
  });
});

describe('a Responses request is refused', () => {
  const image = (image_url: string) => ({ input: [{ role: 'user', content: [{ type: 'input_image', image_url }] }] });
  it.each([
    ['for a path of the machine, which is not opened', image('/etc/passwd'), 'is not read'],
    ['for a file URL', image('file:///etc/passwd'), 'is not read'],
    ['for an image without an address', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'image_url'],
    ['for a response that nobody knows', { input: 'x', previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['for a conversation that OpenAI keeps', { input: 'x', conversation: 'conv_1' }, 'conversation'],
    ['for a template that OpenAI keeps', { prompt: { id: 'p' } }, 'prompt'],
    ['for an item that stands elsewhere', { input: [{ type: 'item_reference', id: 'm' }] }, 'item_reference'],
    [
      'for a history that only OpenAI can read',
      { input: [{ type: 'compaction', encrypted_content: 'x' }] },
      'compaction',
    ],
    ['for a call without an id', { input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'call_id'],
  ])('%s', (_why, json, named) => {
    expect(problemOf(json)).toMatch(/^bad-request/);
    expect(problemOf(json)).toContain(named);
  });

  it.each([
    { previous_response_id: 'resp_1' },
    { conversation: 'conv_1' },
    { prompt: { id: 'p' } },
    { input: [{ type: 'item_reference', id: 'm' }] },
    { input: [{ type: 'compaction', encrypted_content: 'x' }] },
    { input: [{ type: 'context_compaction', encrypted_content: 'x' }] },
    image('/etc/passwd'),
  ])('in the words of a row of the table: %j', (json) => {
    const said = problemOf({ input: 'x', ...json });
    const rows = RESPONSES_LOSSES.filter(({ feature, why }) => said.includes(feature) && said.includes(why));
    expect(rows).toMatchObject([{ how: 'refused', side: 'a request of a Responses client' }]);
  });
});

it('reads the settings, and keeps by its own name what has no place', () => {
  const conversation = read({
    input: 'x',
    max_output_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    parallel_tool_calls: false,
    reasoning: { effort: 'high', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
    store: false,
    include: ['reasoning.encrypted_content'],
    truncation: 'auto',
    metadata: { a: 'b' },
    user: 'u',
    service_tier: null,
  });
  expect(conversation).toMatchObject({
    maxOutputTokens: 100,
    sampling: { temperature: 0.5, topP: 0.9 },
    parallelToolCalls: false,
    thinking: { mode: 'on', effort: 'high', shown: true },
    output: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    user: 'u',
  });
  expect(conversation.rest).toEqual({
    text: { verbosity: 'low' },
    store: false,
    include: ['reasoning.encrypted_content'],
    truncation: 'auto',
    metadata: { a: 'b' },
  });
  expect(read({ input: 'x', reasoning: { effort: 'none' } }).thinking).toEqual({ mode: 'off' });
});

const recorded = requests('openai-responses').filter(({ json }) => json.model !== undefined);

describe.skipIf(recorded.length === 0)('every recorded request', () => {
  it.each(recorded)('$name loses no text', ({ json }) => {
    const result = readResponsesConversation(requestOf(json));
    if ('problem' in result) {
      expect(json.previous_response_id ?? json.conversation).toBeDefined();
      return;
    }
    const kept = JSON.stringify(result.conversation);
    const items = Array.isArray(json.input) ? (json.input as Json[]) : [];
    const contents = items.flatMap(({ content, output }) => [content, output]).flat();
    const texts = contents.map((part) => (typeof part === 'string' ? part : (part as Json | undefined)?.text));
    for (const each of [json.instructions, ...texts]) {
      if (typeof each === 'string') expect(kept).toContain(JSON.stringify(each).slice(1, -1));
    }
  });
});
