import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../model/conversation.ts';
import { readResponsesConversation } from './read-conversation.ts';
import { flatName } from './read-tools.ts';
import { requestOf } from './recordings.testing.ts';

type Json = Record<string, unknown>;

function read(json: Json): Conversation {
  const result = readResponsesConversation(requestOf({ model: 'm', ...json }));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

const text = (value: string) => ({ type: 'text', text: value });

describe('the tools of a Responses request', () => {
  it('are functions, whatever their kind, and server tools as they stood', () => {
    const { tools } = read({
      input: 'x',
      tools: [
        { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
        { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: x' } },
        { type: 'namespace', name: 'mcp__mail', tools: [{ type: 'function', name: 'send', parameters: {} }] },
        { type: 'local_shell' },
        { type: 'tool_search' },
        { type: 'web_search', external_web_access: true },
        { type: 'file_search', vector_store_ids: ['v'] },
      ],
    });
    expect(tools.map((tool) => [tool.type, tool.name])).toEqual([
      ['function', 'f'],
      ['function', 'patch'],
      ['function', 'mcp__mail__send'],
      ['function', 'local_shell'],
      ['server', 'web_search'],
      ['server', 'file_search'],
    ]);
    expect(JSON.stringify(tools[1])).toContain('start: x');
    expect(tools.slice(4)).toMatchObject([{ kind: 'web-search' }, { kind: 'other' }]);
  });

  it('also come in the middle of the input, each once', () => {
    const tool = { type: 'function', name: 'late', parameters: {} };
    const { tools, turns } = read({
      input: [
        { role: 'user', content: 'x' },
        { type: 'additional_tools', role: 'developer', tools: [tool] },
        { type: 'tool_search_output', call_id: 'c', execution: 'client', tools: [tool, { ...tool, name: 'found' }] },
      ],
    });
    expect(tools.map(({ name }) => name)).toEqual(['late', 'found']);
    expect(turns[1]?.parts).toMatchObject([{ type: 'tool-result', parts: [text('{"tools":["late","found"]}')] }]);
  });

  it.each([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'any' }],
    [
      { type: 'function', name: 'f' },
      { mode: 'tool', names: ['f'] },
    ],
    [
      { type: 'custom', name: 'p' },
      { mode: 'tool', names: ['p'] },
    ],
    [{ type: 'web_search' }, { mode: 'tool', names: ['web_search'] }],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
      { mode: 'tool', names: ['f'] },
    ],
  ])('are chosen by %j', (tool_choice, expected) => {
    expect(read({ input: 'x', tool_choice }).toolChoice).toEqual(expected);
  });

  it('are only those allowed when the model may choose among some', () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', name, parameters: {} }));
    const tool_choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'b' }] };
    const conversation = read({ input: 'x', tools, tool_choice });
    expect(conversation.toolChoice).toEqual({ mode: 'auto' });
    expect(conversation.tools.map(({ name }) => name)).toEqual(['b']);
  });
});

it('gives a tool of a namespace a name that every API accepts, and another one for each', () => {
  expect(flatName('send', 'mcp__mail')).toBe('mcp__mail__send');
  expect(flatName('send', 'mcp__mail__')).toBe('mcp__mail__send');
  const names = ['a', 'b'].map((name) => flatName(`${name}${'x'.repeat(30)}`, 'n'.repeat(60)));
  for (const name of names) expect(name.length).toBeLessThanOrEqual(64);
  expect(names[0]).not.toBe(names[1]);
});
