import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part } from '../../model/conversation.ts';
import { type AnthropicWrittenLoss, anthropicWrittenLosses } from './losses.ts';
import {
  budgeted,
  call,
  media,
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

type Refusals = Partial<Record<AnthropicWrittenLoss, readonly [Partial<Conversation>, Partial<Capabilities>?]>>;

const refusals: Refusals = {
  'system-media': [{ system: [media({ mimeType: 'image/png', data: 'aGk=' })] }],
  'no-content': [{ turns: [user(say(' '))] }],
  'prefill-refused': [{ turns: [user(say('a')), model(say('b'))] }],
  'media-type': [{ turns: [user(media({ mimeType: 'audio/wav', data: 'aGk=' }))] }],
  'media-source': [{ turns: [user(media({ url: 'gs://bucket/x.png' }))] }],
  'tool-name': [{ tools: [tool('a.b')] }],
  'server-tool-refused': [{ tools: [{ ...search, kind: 'code-execution', name: 'codeExecution' }] }],
  'forced-tool': [{ tools: [tool('a')], toolChoice: { mode: 'any' } }, { forcedTools: false }],
  candidates: [{ candidates: 2 }],
};

describe('what Claude cannot be asked for', () => {
  it.for(Object.entries(refusals))('%s is refused before anything is sent', ([name, [fields, capabilities]]) => {
    const row = anthropicWrittenLosses[name as AnthropicWrittenLoss];
    expect(row.how).toBe('refused');
    expect(write(fields, capabilities)).toEqual({
      problem: { kind: 'bad-request', message: expect.stringContaining(row.why) },
    });
  });
});

const loops = [user(say('a')), model(call('1')), user(result('1'))];
const withModel = (part: Part) => ({ turns: [user(say('a')), model(part, say('b')), user(say('c'))] });

type Losses = Partial<
  Record<AnthropicWrittenLoss, readonly [Partial<Conversation>, Partial<Capabilities>, Record<string, unknown>]>
>;

const losses: Losses = {
  'foreign-thoughts': [withModel({ type: 'thinking', text: 'Hm' }), {}, {}],
  'foreign-signature': [
    withModel({ type: 'text', text: 'b', signature: { signature: 'S', family: 'gemini-3' } }),
    {},
    {},
  ],
  'system-turn': [{ turns: [user(say('a')), system('s')] }, { systemTurns: false }, {}],
  'blank-text': [{ turns: [user(say('\n'), say('a'))] }, {}, { messages: [{ role: 'user', content: [text('a')] }] }],
  'prefill-blanks': [
    { turns: [user(say('a')), model(say('b '))] },
    budgeted,
    {
      messages: [
        { role: 'user', content: [text('a')] },
        { role: 'assistant', content: [text('b')] },
      ],
    },
  ],
  'model-media': [withModel(media({ mimeType: 'image/png', data: 'aGk=' })), {}, {}],
  code: [
    {
      turns: [
        user({ type: 'code', language: 'PYTHON', code: '1' }, { type: 'code-result', outcome: 'OK', output: '2' }),
      ],
    },
    {},
    { messages: [{ role: 'user', content: [text('\n```python\n1\n```\n'), text('\n```\n2\n```\n')] }] },
  ],
  'other-part': [withModel({ type: 'other', dialect: 'gemini', name: 'toolCall', wire: {} }), {}, {}],
  'broken-arguments': [
    { turns: [user(say('a')), model(call('1', '{"a')), user(result('1'))] },
    {},
    {
      messages: [{}, { content: [{ type: 'tool_use', id: '1', name: 'look', input: { INVALID_JSON: '{"a' } }] }, {}],
    },
  ],
  'foreign-citations': [withModel({ type: 'text', text: 'b', citations: [{ url: 'u' }] }), {}, {}],
  'tool-strict': [{ tools: [tool('a', { strict: true })] }, {}, { tools: [{ name: 'a' }] }],
  'server-tool': [{ tools: [{ ...search, kind: 'other' }, tool('a')] }, {}, { tools: [{ name: 'a' }] }],
  'web-search-options': [{ tools: [{ ...search, kind: 'web-search' }] }, {}, {}],
  'unoffered-tools': [
    { tools: [tool('a'), tool('b'), tool('c')], toolChoice: { mode: 'tool', names: ['a', 'b'] } },
    {},
    { tools: [{ name: 'a' }, { name: 'b' }], tool_choice: { type: 'any' } },
  ],
  'choice-without-tools': [{ toolChoice: { mode: 'auto' } }, {}, {}],
  'max-tokens-missing': [{ maxOutputTokens: undefined as never }, {}, { max_tokens: 64_000 }],
  'max-tokens': [{ maxOutputTokens: 100_000 }, {}, { max_tokens: 64_000 }],
  sampling: [{ sampling: { temperature: 0.5, topP: 1, topK: 3 } }, { sampling: false }, {}],
  'sampling-extras': [{ sampling: { seed: 1 } }, {}, {}],
  temperature: [{ sampling: { temperature: 1.5, topK: 3 } }, {}, { temperature: 1, top_k: 3 }],
  'top-p': [{ sampling: { temperature: 0.5, topP: 0.9 } }, {}, { temperature: 0.5 }],
  'sampling-thinking': [{ sampling: { temperature: 0.5, topP: 0.97 }, thinking: { mode: 'on' } }, {}, { top_p: 0.97 }],
  'blank-stop': [{ stopSequences: ['\n', 'X'] }, {}, { stop_sequences: ['X'] }],
  'thinking-none': [{ thinking: { mode: 'on' } }, { thinking: 'none' }, {}],
  'thinking-always': [{ thinking: { mode: 'off' } }, { canTurnOff: false }, { output_config: { effort: 'low' } }],
  'thinking-budget': [{ thinking: { mode: 'on', budgetTokens: 1 } }, {}, { output_config: { effort: 'low' } }],
  'thinking-room': [{ maxOutputTokens: 1024, thinking: { mode: 'on' } }, budgeted, { max_tokens: 1024 }],
  'thinking-forced': [
    { tools: [tool('a')], toolChoice: { mode: 'any' }, thinking: { mode: 'on' } },
    budgeted,
    { tool_choice: { type: 'any' } },
  ],
  'thinking-lost': [{ turns: loops, thinking: { mode: 'on' } }, budgeted, {}],
  'json-mode': [{ output: { type: 'json' } }, {}, {}],
  'schema-limits': [{ output: { type: 'json-schema', schema: { type: 'string', pattern: 'x' } } }, {}, {}],
  user: [{ user: 'x'.repeat(257) }, {}, {}],
  rest: [{ rest: { safetySettings: [] } }, {}, {}],
};

describe('what is left out or said as text', () => {
  it.for(Object.entries(losses))('%s is told as lost, and nothing else is', ([name, [fields, capabilities, body]]) => {
    const result = written(fields, capabilities);
    expect(result.losses).toEqual([name]);
    expect(result.body).toMatchObject(body);
    if (body.thinking === undefined && name.startsWith('thinking-') && name !== 'thinking-budget') {
      expect(result.body.thinking).toBeUndefined();
    }
  });

  it('has a test for each row of the table', () => {
    const tested = [...Object.keys(refusals), ...Object.keys(losses)];
    expect(tested.sort()).toEqual(Object.keys(anthropicWrittenLosses).sort());
  });

  it('asks for 8192 tokens when neither the client nor the table knows a limit', () => {
    const unlimited = { maxOutputTokens: undefined as never };
    expect(written(unlimited, unlimited).body.max_tokens).toBe(8192);
  });
});
