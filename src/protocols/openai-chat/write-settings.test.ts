import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part } from '../../model/conversation.ts';
import { able, conversationOf, type Members, refused, written } from './conversation.testing.ts';
import { writeChatConversation } from './write-conversation.ts';

describe('tools', () => {
  const f = { type: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: true } as const;
  const search = { type: 'server', kind: 'web-search', dialect: 'anthropic', name: 'web_search', wire: {} } as const;

  it('are functions, with their choice', () => {
    const { body } = written({ tools: [f], toolChoice: { mode: 'any' }, parallelToolCalls: false });
    expect(body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    expect(written({ tools: [f], toolChoice: { mode: 'tool', names: ['f'] } }).body.tool_choice).toEqual({
      type: 'function',
      function: { name: 'f' },
    });
    expect(written({ tools: [f], toolChoice: { mode: 'tool', names: ['f', 'g'] } }).body.tool_choice).toMatchObject({
      type: 'allowed_tools',
    });
    expect(refused({ tools: [f], toolChoice: { mode: 'any' } }, { forcedTools: false })).toContain('decides by itself');
  });

  it('of another provider are left out beside others, and refused alone or when demanded', () => {
    const { body, lost } = written({ tools: [f, search] });
    expect(body.tools).toHaveLength(1);
    expect(lost).toEqual(['tools that another provider runs itself, beside others']);
    expect(refused({ tools: [search] })).toContain('web_search');
    expect(refused({ tools: [f, search], toolChoice: { mode: 'tool', names: ['web_search'] } })).toContain(
      'offer a function',
    );
    expect(written({ tools: [search] }, {}, 'gpt-4o-search-preview').body.web_search_options).toEqual({});
  });
});

describe('settings', () => {
  it.each([
    [{ candidates: 2 }, /several times/],
    [{ stopSequences: ['a', 'b', 'c', 'd', 'e'] }, /send fewer/],
    [{ rest: { cachedContent: 'x' } }, /cachedContent/],
    [{ rest: { mcp_servers: [{}] } }, /mcp_servers/],
    [{ rest: { generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } } }, /other than text/],
    [{ system: [{ type: 'media', data: 'QQ==' } as Part] }, /user turn/],
    [{ turns: [] }, /no turn/],
  ])('refuse %j', (members, words) => {
    expect(refused(members as Members)).toMatch(words);
  });

  it('cannot count tokens', () => {
    const target = { model: 'm', stream: false, capabilities: able, operation: 'count-tokens' as const };
    expect(writeChatConversation(conversationOf({}), target)).toMatchObject({ problem: { kind: 'bad-request' } });
  });

  it('name the limit as the server knows it, and keep to the model’s maximum', () => {
    expect(written({ maxOutputTokens: 9 }).body).toMatchObject({ max_completion_tokens: 9 });
    expect(written({ maxOutputTokens: 9 }, {}, 'qwen3').body).toMatchObject({ max_tokens: 9 });
    expect(written({ maxOutputTokens: 9 }, { maxOutputTokens: 5 }, 'qwen3').body).toMatchObject({ max_tokens: 5 });
  });

  it.each<[NonNullable<Conversation['thinking']>, Partial<Capabilities>, unknown]>([
    [{ mode: 'on', effort: 'high' }, {}, 'high'],
    [{ mode: 'on', effort: 'max' }, {}, 'high'],
    [{ mode: 'on', effort: 'minimal' }, { levels: ['low', 'high'] }, 'low'],
    [{ mode: 'on', budgetTokens: 800 }, {}, 'minimal'],
    [{ mode: 'on', budgetTokens: 10_000 }, {}, 'medium'],
    [{ mode: 'on', budgetTokens: 100_000 }, {}, 'high'],
    [{ mode: 'on', budgetTokens: -1 }, {}, undefined],
    [{ mode: 'on' }, {}, undefined],
    [{ mode: 'off' }, {}, 'minimal'],
    [{ mode: 'off' }, { canTurnOff: true, levels: ['none', 'low'] }, 'none'],
    [{ mode: 'off' }, { canTurnOff: true }, undefined],
    [{ mode: 'on', effort: 'high' }, { thinking: 'none' }, undefined],
  ])('ask for thinking %j of %j as %j', (thinking, capabilities, effort) => {
    expect(written({ thinking }, capabilities).body.reasoning_effort).toBe(effort);
  });

  it('ask Gemini for an effort, and a server of which nothing is known only for one that was named', () => {
    const budget = { thinking: { mode: 'on', budgetTokens: 8_000 } } as const;
    expect(written(budget, { thinking: 'budget' }, 'gemini-2.5-flash').body.reasoning_effort).toBe('medium');
    expect(
      written({ thinking: { mode: 'off' } }, { thinking: 'budget', canTurnOff: true }, 'gemini-2.5-flash').body
        .reasoning_effort,
    ).toBe('none');
    expect(written(budget, {}, 'qwen3').body).not.toHaveProperty('reasoning_effort');
    expect(written({ thinking: { mode: 'on', effort: 'low' } }, {}, 'qwen3').body.reasoning_effort).toBe('low');
  });

  it('leave out what the model refuses', () => {
    const sampling = { temperature: 0.5, topK: 3, seed: 1 };
    const { body, lost } = written({ sampling }, { sampling: false });
    expect(body).not.toHaveProperty('temperature');
    expect(body.seed).toBe(1);
    expect(lost).toEqual(['top_k', 'temperature, top_p and penalties, of a model that refuses them']);
    expect(written({ sampling }).body).toMatchObject({ temperature: 0.5, seed: 1 });
  });

  it('ask for JSON with or without a schema', () => {
    expect(written({ output: { type: 'json' } }).body.response_format).toEqual({ type: 'json_object' });
    expect(written({ output: { type: 'json-schema', schema: {}, strict: true } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: {}, strict: true },
    });
  });

  it('pass on what OpenAI’s dialects share, to OpenAI alone', () => {
    const rest = { prompt_cache_key: 'k', text: { verbosity: 'low' }, safetySettings: [{}], store: false };
    const openai = written({ rest, user: 'ada' });
    expect(openai.body).toMatchObject({ prompt_cache_key: 'k', verbosity: 'low', user: 'ada' });
    expect(openai.body).not.toHaveProperty('safetySettings');
    expect(openai.lost).toHaveLength(1);
    expect(Object.keys(written({ rest, user: 'ada' }, {}, 'qwen3').body)).toEqual([
      'model',
      'messages',
      'stream',
      'stream_options',
    ]);
  });
});
