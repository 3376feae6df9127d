import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { type Json, model, thinker, user, write as writeTo } from './conversation.testing.ts';
import { nothingSaid, RESPONSES_LOSSES, responsesWrittenLosses } from './losses.ts';

const plain: Capabilities = { ...thinker, thinking: 'none', sampling: true };
const said: Turn = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
/** To a conversation in which somebody says something. */
const write: typeof writeTo = (conversation, ...more) => writeTo({ turns: [said], ...conversation }, ...more);

const resultOf = (...parts: Part[]): Part => ({ type: 'tool-result', id: 'c', parts, isError: false });

describe('a conversation written for the Responses API', () => {
  it('is stateless, streamed, and asks for the reasoning it can hand back', () => {
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }];
    expect(write({}).json).toEqual({
      model: 'gpt-5',
      input,
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    });
    expect(write({}, plain).json).not.toHaveProperty('include');
    expect(write({ maxOutputTokens: 99 }, thinker, 'count-tokens').json).toEqual({ model: 'gpt-5', input });
  });

  it.each([
    ['has no turn', {}],
    ['has only empty turns', { turns: [user(), user({ type: 'text', text: '' })] }],
    ['has nothing but thoughts of another model', { turns: [model({ type: 'thinking', text: 'Hm.' })] }],
    ['has empty instructions', { system: [{ type: 'text', text: '' }] }],
  ] as const)('is refused by name when it %s', (_what, conversation) => {
    const { problem } = write({ turns: [], ...conversation });
    expect(problem).toMatch(/^a conversation in which nobody says anything cannot be sent to gpt-5: /);
  });

  it('says instructions that nothing follows as a message, for there must be one', () => {
    const { json } = write({ system: [{ type: 'text', text: 'Greet.' }], turns: [] });
    expect(json.input).toEqual([
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Greet.' }] },
    ]);
    expect(json).not.toHaveProperty('instructions');
  });

  it.each([
    ['the result of a tool', (block: Part) => ({ turns: [said, user(resultOf(block))] })],
    ['a result in a turn of the model', (block: Part) => ({ turns: [said, model(resultOf(block))] })],
    ['instructions', (block: Part) => ({ system: [block] })],
  ])('tells that a block of another dialect in %s became text', (_where, holding) => {
    const block: Part = { type: 'other', dialect: 'anthropic', name: 'search_result', wire: { a: 1 } };
    const { json, losses } = write(holding(block));
    expect(JSON.stringify(json.input)).toContain('{\\"a\\":1}');
    expect(losses).toMatchObject([{ how: 'as-text', feature: expect.stringContaining('a block of another dialect') }]);
  });

  it('hands back only the thoughts that OpenAI has made', () => {
    const { json, losses } = write({
      turns: [
        model(
          { type: 'thinking', text: 'own', signature: { signature: 'gAAAAx', family: 'openai' } },
          { type: 'thinking', text: 'foreign', signature: { signature: 's', family: 'claude' } },
          { type: 'thinking', text: 'unsigned' },
          { type: 'redacted-thinking', data: 'd' },
        ),
      ],
    });
    expect(json.input).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'own' }], encrypted_content: 'gAAAAx' },
    ]);
    expect(losses.map(({ how }) => how)).toEqual(['left-out']);
  });

  it('says that a tool is not strict unless it is, and mends the type names of Gemini alone', () => {
    const schema = {
      type: 'OBJECT',
      properties: { type: { type: 'STRING', enum: ['STRING'], default: { type: 'OBJECT' } } },
    };
    const { json } = write({ tools: [{ type: 'function', name: 'f', schema }] });
    expect(json.tools).toEqual([
      {
        type: 'function',
        name: 'f',
        strict: false,
        parameters: {
          type: 'object',
          properties: { type: { type: 'string', enum: ['STRING'], default: { type: 'OBJECT' } } },
        },
      },
    ]);
  });

  it('carries images and files in results and messages', () => {
    const png: Part = { type: 'media', mimeType: 'image/png', data: 'aGk=' };
    const { json } = write({
      turns: [
        user({ type: 'tool-result', id: 'c', parts: [{ type: 'text', text: 'x' }, png], isError: false }),
        user({ type: 'media', mimeType: 'application/pdf', data: 'aGk=' }, { type: 'media', url: 'https://a.b/c.pdf' }),
      ],
    });
    const image = { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' };
    expect(json.input).toEqual([
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'x' }, image] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_file', filename: 'file.pdf', file_data: 'data:application/pdf;base64,aGk=' },
          { type: 'input_file', file_url: 'https://a.b/c.pdf' },
        ],
      },
    ]);
  });

  it.each([
    [{ mode: 'on', effort: 'max' }, 'high'],
    [{ mode: 'on', budgetTokens: 1024 }, 'minimal'],
    [{ mode: 'on', budgetTokens: 8000 }, 'medium'],
    [{ mode: 'on', budgetTokens: -1 }, undefined],
    [{ mode: 'off' }, 'minimal'],
  ] as const)('thinks as much as %j says', (thinking, effort) => {
    expect((write({ thinking }).json.reasoning as Json | undefined)?.effort).toBe(effort);
  });

  it('asks to see the thoughts when the caller wants to', () => {
    expect(write({ thinking: { mode: 'on', shown: true } }).json.reasoning).toEqual({ summary: 'auto' });
  });

  it.each([
    [{ mode: 'any' }, 'required'],
    [
      { mode: 'tool', names: ['f'] },
      { type: 'function', name: 'f' },
    ],
    [
      { mode: 'tool', names: ['f', 'g'] },
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [
          { type: 'function', name: 'f' },
          { type: 'function', name: 'g' },
        ],
      },
    ],
  ] as const)('chooses tools by %j', (toolChoice, expected) => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function' as const, name }));
    expect(write({ toolChoice, tools }).json.tool_choice).toEqual(expected);
  });

  it('sends at least the least output limit, at most what the model can', () => {
    expect(write({ maxOutputTokens: 1 }).json.max_output_tokens).toBe(16);
    expect(write({ maxOutputTokens: 9999 }, { ...thinker, maxOutputTokens: 500 }).json.max_output_tokens).toBe(500);
  });
});

describe('the table of losses', () => {
  const media = (mimeType: string): Part => ({ type: 'media', mimeType, data: 'aGk=' });
  const search = { type: 'server', dialect: 'anthropic', name: 's', wire: {} } as const;
  const samples: Readonly<Record<string, Partial<Conversation>>> = {
    'stop sequences': { stopSequences: ['x'] },
    'more than one answer': { candidates: 2 },
    'a server tool of another provider': { tools: [{ ...search, kind: 'other' }] },
    'audio or video': { turns: [user(media('audio/wav'))] },
    'media in a turn of the model': { turns: [model(media('image/png'))] },
    'a file by the id of another provider': { turns: [user({ type: 'media', fileId: 'file_011' })] },
    'program code that a provider ran, and its result': {
      turns: [
        model({ type: 'code', language: 'python', code: '1' }, { type: 'code-result', outcome: 'ok', output: '1' }),
      ],
    },
    'a block of another dialect in instructions, in a turn of the user or in the result of a tool': {
      turns: [user({ type: 'other', dialect: 'anthropic', name: 'search_result', wire: { a: 1 } })],
    },
    'a block of another dialect in a turn of the model': {
      turns: [said, model({ type: 'other', dialect: 'anthropic', name: 'server_tool_use', wire: {} })],
    },
    'thinking of other models': { turns: [said, model({ type: 'thinking', text: 'x' })] },
    'signatures on text, code and tool calls': {
      turns: [model({ type: 'text', text: 'x', signature: { signature: 's' } })],
    },
    'sources of what the model said before': { turns: [model({ type: 'text', text: 'x', citations: [{ url: 'u' }] })] },
    'the mark that a tool has failed': { turns: [user({ type: 'tool-result', id: 'c', parts: [], isError: true })] },
    'topK, seed, presence and frequency penalty': { sampling: { topK: 1 } },
    'temperature and topP of a model that refuses them': { sampling: { temperature: 1 } },
    'an output limit below 16 tokens': { maxOutputTokens: 1 },
    'a long name of the user': { user: 'x'.repeat(65) },
    'a conversation in which nobody says anything': { turns: [] },
    "members of the client's own dialect (cache marks, metadata, service tier, …)": { rest: { a: 1 } },
  };

  it.each(Object.entries(samples))('has a row that is used for: %s', (feature, conversation) => {
    const row = RESPONSES_LOSSES.find((each) => each.feature === feature);
    expect(row).toBeDefined();
    const { problem, losses } = write(conversation);
    if (row?.how === 'refused') expect(problem).toContain(row.instead);
    else expect(losses).toEqual([{ feature, how: row?.how, why: row?.why }]);
  });

  it('has one for thinking settings of a model that does not think', () => {
    expect(write({ thinking: { mode: 'on' } }, plain).losses).toHaveLength(1);
  });

  it('is used whole', () => {
    const written = [...responsesWrittenLosses, nothingSaid].map(({ feature }) => feature);
    expect(written.filter((feature) => samples[feature] === undefined)).toEqual([
      'thinking settings of a model that does not think',
    ]);
  });
});
