import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Thinking, Tool } from '../../model/conversation.ts';
import { writeGeminiConversation } from './write-conversation.ts';
import type { GeminiTarget } from './write-conversation-draft.ts';

const budget: Capabilities = {
  thinking: 'budget',
  budgetTokensMin: 128,
  budgetTokensMax: 32_768,
  canTurnOff: false,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: false,
  maxOutputTokens: 65_536,
};
const levels: Capabilities = { ...budget, thinking: 'level', levels: ['low', 'high'], callIds: true };
const old: GeminiTarget = { model: 'gemini-2.5-pro', stream: true, capabilities: budget, operation: 'generate' };
const strict: GeminiTarget = { ...old, model: 'gemini-3-pro-preview', capabilities: levels };

function conversation(more: Partial<Conversation>): Conversation {
  const turns = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'hello' }] }];
  return { system: [], turns, tools: [], stopSequences: [], sampling: {}, rest: {}, ...more };
}

function write(more: Partial<Conversation>, target: GeminiTarget = old) {
  const written = writeGeminiConversation(conversation(more), target);
  if ('problem' in written) throw new Error(written.problem.message);
  return {
    body: JSON.parse(new TextDecoder().decode(written.body)),
    losses: written.losses.map((loss) => loss.feature),
  };
}

function problemOf(more: Partial<Conversation>, target: GeminiTarget = old): string {
  const written = writeGeminiConversation(conversation(more), target);
  return 'problem' in written ? written.problem.message : 'no problem';
}

describe('limits and sampling', () => {
  it('go by their names, and nothing is written that was not asked', () => {
    const sampling = { temperature: 0.7, topP: 0.9, topK: 40, seed: 1, presencePenalty: 0.1, frequencyPenalty: 0.2 };
    const { body } = write({ sampling, maxOutputTokens: 100, stopSequences: ['END'] });
    expect(body.generationConfig).toEqual({ ...sampling, maxOutputTokens: 100, stopSequences: ['END'] });
    expect(Object.keys(write({}).body)).toEqual(['contents']);
  });

  it('are lowered to what the model has', () => {
    const { body, losses } = write({ maxOutputTokens: 128_000 });
    expect(body.generationConfig).toEqual({ maxOutputTokens: 65_536 });
    expect(losses).toEqual(['more output tokens than the model has']);
  });

  it('refuse more stop sequences or answers than Gemini gives', () => {
    expect(problemOf({ stopSequences: ['a', 'b', 'c', 'd', 'e'] })).toBe('no problem');
    expect(problemOf({ stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] })).toContain('at most five');
    expect(problemOf({ candidates: 2 })).toContain('several answers');
    expect(write({ candidates: 1 }).body.generationConfig).toEqual({ candidateCount: 1 });
  });
});

describe('thinking', () => {
  it.each<[string, Thinking, GeminiTarget, unknown]>([
    ['a budget', { mode: 'on', budgetTokens: 5000 }, old, { thinkingBudget: 5000, includeThoughts: true }],
    [
      'too large a budget',
      { mode: 'on', budgetTokens: 99_999 },
      old,
      { thinkingBudget: 32_768, includeThoughts: true },
    ],
    ['too small a budget', { mode: 'on', budgetTokens: 1 }, old, { thinkingBudget: 128, includeThoughts: true }],
    ['any budget', { mode: 'on', budgetTokens: -1, shown: true }, old, { thinkingBudget: -1, includeThoughts: true }],
    ['nothing in particular', { mode: 'on', shown: false }, old, { includeThoughts: false }],
    ['an effort', { mode: 'on', effort: 'medium' }, old, { thinkingBudget: 8192, includeThoughts: true }],
    ['the highest effort', { mode: 'on', effort: 'max' }, old, { thinkingBudget: 32_768, includeThoughts: true }],
    ['none where it cannot be', { mode: 'off' }, old, { thinkingBudget: 128 }],
    [
      'none where it can be',
      { mode: 'off' },
      { ...old, capabilities: { ...budget, canTurnOff: true } },
      { thinkingBudget: 0 },
    ],
    ['a level', { mode: 'on', effort: 'low' }, strict, { thinkingLevel: 'LOW', includeThoughts: true }],
    [
      'a level it does not have',
      { mode: 'on', effort: 'medium' },
      strict,
      { thinkingLevel: 'HIGH', includeThoughts: true },
    ],
    ['a level beyond', { mode: 'on', effort: 'xhigh' }, strict, { thinkingLevel: 'HIGH', includeThoughts: true }],
    [
      'a budget as a level',
      { mode: 'on', budgetTokens: 1024 },
      strict,
      { thinkingLevel: 'LOW', includeThoughts: true },
    ],
    ['any budget as no level', { mode: 'on', budgetTokens: -1 }, strict, { includeThoughts: true }],
    ['the least', { mode: 'off' }, strict, { thinkingLevel: 'LOW' }],
  ])('is asked for by %s', (_what, thinking, target, expected) => {
    expect(write({ thinking }, target).body.generationConfig.thinkingConfig).toEqual(expected);
  });

  it('is not asked of a model without it', () => {
    const { body, losses } = write(
      { thinking: { mode: 'on', budgetTokens: 10 } },
      { ...old, capabilities: { ...budget, thinking: 'none' } },
    );
    expect(body.generationConfig).toBeUndefined();
    expect(losses).toEqual(['thinking from a model without it']);
  });
});

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { a: { const: 1 } },
};
const tool = (name: string, more: object = {}): Tool => ({ type: 'function', name, schema, ...more });
const server = (kind: Extract<Tool, { type: 'server' }>['kind'], name: string, wire: unknown = {}): Tool => ({
  type: 'server',
  kind,
  dialect: 'anthropic',
  name,
  wire,
});

describe('tools', () => {
  it('keep their schema as it is, or cleaned where it was refused', () => {
    const tools = [tool('f', { description: 'does' })];
    expect(write({ tools }).body.tools).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'does', parametersJsonSchema: schema }] },
    ]);
    expect(write({ tools }, { ...old, usesJsonSchema: false }).body.tools).toEqual([
      {
        functionDeclarations: [
          { name: 'f', description: 'does', parameters: { type: 'object', properties: { a: {} } } },
        ],
      },
    ]);
  });

  it('without parameters have none', () => {
    const tools: Tool[] = [{ type: 'function', name: 'f', schema: { type: 'object', properties: {} } }];
    expect(write({ tools }, { ...old, usesJsonSchema: false }).body.tools).toEqual([
      { functionDeclarations: [{ name: 'f' }] },
    ]);
  });

  it.each(['1abc', '-a', 'a b', 'a/b', 'a'.repeat(129)])('named %s are refused by name', (name) => {
    expect(problemOf({ tools: [tool(name)] })).toContain(name.slice(0, 20));
  });

  it.each<[NonNullable<Conversation['toolChoice']>, unknown]>([
    [{ mode: 'auto' }, { mode: 'AUTO' }],
    [{ mode: 'any' }, { mode: 'ANY' }],
    [{ mode: 'none' }, { mode: 'NONE' }],
    [
      { mode: 'tool', names: ['f'] },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ])('are chosen as %j', (toolChoice, expected) => {
    expect(write({ tools: [tool('f')], toolChoice }).body.toolConfig).toEqual({ functionCallingConfig: expected });
  });

  it('that are not there cannot be forced, and no mode is written without functions', () => {
    expect(problemOf({ tools: [tool('f')], toolChoice: { mode: 'tool', names: ['g'] } })).toContain('`g`');
    expect(problemOf({ toolChoice: { mode: 'any' } })).toContain('forced tool call');
    expect(write({ toolChoice: { mode: 'auto' } }).body.toolConfig).toBeUndefined();
  });

  it('of a provider become Gemini’s own', () => {
    const tools = [
      server('web-search', 'web_search', { type: 'web_search_20250305', name: 'web_search', max_uses: 8 }),
      server('web-fetch', 'web_fetch'),
      server('code-execution', 'code_execution'),
    ];
    const { body, losses } = write({ tools, toolChoice: { mode: 'tool', names: ['web_search'] } });
    expect(body.tools).toEqual([{ googleSearch: {} }, { urlContext: {} }, { codeExecution: {} }]);
    expect(body.toolConfig).toBeUndefined();
    expect(losses).toEqual([
      "options of the provider's own tools",
      "being forced to use one of the provider's own tools",
    ]);
  });

  it('of a provider stand beside functions from Gemini 3 on only', () => {
    const tools = [tool('f'), server('web-search', 'web_search')];
    const older = write({ tools });
    expect(JSON.stringify(older.body.tools)).not.toContain('googleSearch');
    expect(older.losses).toEqual(["the provider's own tools together with functions"]);
    expect(JSON.stringify(write({ tools }, { ...strict, provider: 'vertex' }).body.tools)).not.toContain(
      'googleSearch',
    );
    const { body } = write({ tools, toolChoice: { mode: 'auto' } }, strict);
    expect(body.toolConfig).toEqual({ includeServerSideToolInvocations: true });
  });

  it('that Gemini does not have are refused by name, unless they only wait to be found', () => {
    expect(problemOf({ tools: [server('other', 'computer')] })).toContain('`computer`');
    const search = server('web-search', 'web_search', { allowed_domains: ['a.example'] });
    expect(problemOf({ tools: [search] })).toContain('domains');
    const deferred = [
      tool('f'),
      server('other', 'later', { defer_loading: true }),
      server('other', 'tool_search_tool_bm25'),
    ];
    expect(write({ tools: deferred }).body.tools[0].functionDeclarations).toHaveLength(1);
    expect(write({ tools: deferred }).losses).toEqual(['searching for deferred tools']);
  });
});

describe('the form of the output', () => {
  const answer = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };

  it('is JSON, with its schema', () => {
    expect(write({ output: { type: 'json' } }).body.generationConfig).toEqual({ responseMimeType: 'application/json' });
    const output = { type: 'json-schema' as const, schema: answer };
    expect(write({ output }).body.generationConfig.responseJsonSchema).toEqual(answer);
    expect(write({ output }, { ...old, usesJsonSchema: false }).body.generationConfig.responseSchema).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
    });
  });

  it('stands beside functions from Gemini 3 on only', () => {
    const asked = { tools: [tool('f')], output: { type: 'json' as const } };
    expect(problemOf(asked)).toContain('JSON output');
    expect(problemOf(asked, strict)).toBe('no problem');
  });
});

describe('the rest', () => {
  it('is written back where it is Gemini’s own', () => {
    const rest = {
      safetySettings: [{ category: 'A', threshold: 'B' }],
      generationConfig: { responseModalities: ['TEXT'] },
      toolConfig: { retrievalConfig: {} },
    };
    expect(write({ rest }).body).toMatchObject(rest);
  });

  it('of others is left out or refused, but never dropped in silence', () => {
    expect(write({ rest: { context_management: {}, store: true } }).losses).toEqual([
      'options that only steer caching, storing, billing or statistics of another provider',
    ]);
    expect(write({ rest: { never_heard_of: 1 } }).losses).toEqual(['an option that the gateway does not know']);
    expect(problemOf({ rest: { inference_geo: 'eu' } })).toContain('inference_geo');
    expect(problemOf({ rest: { logprobs: false } })).toBe('no problem');
  });
});
