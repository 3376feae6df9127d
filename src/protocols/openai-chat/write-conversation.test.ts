import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { placeholderSignature } from '../../model/signature-words.ts';
import { chatLoss } from './losses.ts';
import { readChatConversation } from './read-conversation.ts';
import { recordedJson, requestOf } from './streams.testing.ts';
import { writeChatConversation } from './write-conversation.ts';

const able: Capabilities = {
  thinking: 'effort',
  levels: ['minimal', 'low', 'medium', 'high'],
  canTurnOff: false,
  prefill: false,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
};

type Members = Partial<Omit<Conversation, 'turns'>> & { readonly turns?: readonly Turn[] };
type Message = { role: string; content?: unknown } & Record<string, unknown>;
type Body = { messages: Message[] } & Record<string, unknown>;

const hi: Turn = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };

function conversationOf(members: Members): Conversation {
  return { system: [], turns: [hi], tools: [], stopSequences: [], sampling: {}, rest: {}, ...members };
}

function write(members: Members, capabilities: Partial<Capabilities> = {}, model = 'gpt-5') {
  const target = { model, stream: true, capabilities: { ...able, ...capabilities }, operation: 'generate' as const };
  return writeChatConversation(conversationOf(members), target);
}

function written(
  members: Members,
  capabilities: Partial<Capabilities> = {},
  model = 'gpt-5',
): { body: Body; lost: string[] } {
  const result = write(members, capabilities, model);
  if ('problem' in result) throw new Error(result.problem.message);
  return {
    body: JSON.parse(Buffer.from(result.body).toString()) as Body,
    lost: result.losses.map(({ feature }) => feature),
  };
}

function refused(members: Members, capabilities: Partial<Capabilities> = {}): string {
  const result = write(members, capabilities);
  if (!('problem' in result)) throw new Error('it was accepted');
  expect(result.problem.kind).toBe('bad-request');
  return result.problem.message;
}

const text = (value: string): Part => ({ type: 'text', text: value });
const call = (id: string, more: object = {}): Part =>
  ({ type: 'tool-call', id, name: 'f', argumentsJson: '{"a":1.0}', ...more }) as Part;
const result = (id: string, parts: readonly Part[], more: object = {}): Part =>
  ({ type: 'tool-result', id, parts, isError: false, ...more }) as Part;
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const model = (...parts: Part[]): Turn => ({ role: 'model', parts });

describe('turns', () => {
  it('become messages, streamed and with their counts', () => {
    const { body, lost } = written({
      system: [text('S')],
      turns: [hi, model(text('yes')), { role: 'system', parts: [text('now')] }, hi],
    });
    expect(body).toEqual({
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'yes' },
        { role: 'system', content: 'now' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(lost).toEqual([]);
  });

  it('put results right after all calls, then what the user says', () => {
    const image: Part = { type: 'media', mimeType: 'image/png', data: 'QUJD' };
    const { body, lost } = written({
      turns: [
        hi,
        model(text('a'), call('c1')),
        model(call('c2')),
        user(text('and'), result('c1', [text('one'), image], { isError: true })),
        user(result('c2', [], { json: '{"b":2}' }), text('go')),
      ],
    });
    const calls = ['c1', 'c2'].map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1.0}' } }));
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: 'a', tool_calls: calls },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: '{"b":2}' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] },
      { role: 'user', content: 'and' },
      { role: 'user', content: 'go' },
    ]);
    expect(lost).toEqual(['images and files in the result of a tool', 'the mark that a tool failed']);
  });

  it('carry media in the dialect’s own parts', () => {
    const media: Part[] = [
      { type: 'media', url: 'https://a.example/b.png' },
      { type: 'media', mimeType: 'audio/wav', data: 'QQ==' },
      { type: 'media', mimeType: 'audio/mp3', data: 'QQ==' },
      { type: 'media', mimeType: 'application/pdf', data: 'QQ==', title: 'a.pdf' },
      { type: 'media', mimeType: 'text/plain', data: Buffer.from('é').toString('base64'), title: 'T' },
      { type: 'media', fileId: 'file-1' },
    ];
    expect(written({ turns: [user(...media)] }).body.messages[0]?.content).toEqual([
      { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
      { type: 'input_audio', input_audio: { data: 'QQ==', format: 'wav' } },
      { type: 'input_audio', input_audio: { data: 'QQ==', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QQ==' } },
      { type: 'text', text: 'T\n\né' },
      { type: 'file', file: { file_id: 'file-1' } },
    ]);
  });

  it.each<[string, Part, RegExp]>([
    ['video', { type: 'media', mimeType: 'video/mp4', data: 'QQ==' }, /video\/mp4/],
    [
      'the address of a document',
      { type: 'media', mimeType: 'application/pdf', url: 'https://a.example/' },
      /sent inline/,
    ],
    ['a file that Google keeps', { type: 'media', url: 'gs://bucket/a', mimeType: 'image/png' }, /sent inline/],
    ['a file id of another provider', { type: 'media', fileId: 'file_011' }, /sent inline/],
  ])('refuse %s, and say what can be done', (_what, part, words) => {
    expect(refused({ turns: [user(part)] })).toMatch(words);
  });

  it('write code as fenced text and leave out what only its provider can read', () => {
    const { body, lost } = written({
      turns: [
        hi,
        model(
          { type: 'code', language: 'PYTHON', code: 'print("```")' },
          { type: 'code-result', outcome: 'OK', output: 'x' },
          { type: 'other', dialect: 'anthropic', name: 'server_tool_use', wire: {} },
          { type: 'redacted-thinking', data: 'secret' },
          { type: 'thinking', text: 'Hm', signature: { signature: 's', family: 'claude' } },
        ),
        user({
          type: 'other',
          dialect: 'anthropic',
          name: 'search_result',
          wire: { title: 'T', source: 'https://a/', content: [{ text: 'found' }] },
        }),
      ],
    });
    expect(body.messages[1]?.content).toBe('````python\nprint("```")\n`````' + '```\nx\n```'.slice(1));
    expect(body.messages[2]?.content).toBe('T\nhttps://a/\nfound');
    expect(JSON.stringify(body)).not.toMatch(/secret|Hm/);
    expect(lost).toContain('earlier thoughts of a model');
    expect(lost).toContain('signatures of another family of models');
  });

  it('shorten a long id alike on the call and on its result', () => {
    const long = 'x'.repeat(64);
    const { messages } = written({ turns: [hi, model(call(long)), user(result(long, [text('r')]))] }).body;
    const [id] = ((messages[1]?.tool_calls ?? []) as { id: string }[]).map((each) => each.id);
    expect(id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(messages[2]?.tool_call_id).toBe(id);
  });

  it('refuse a turn to be continued where the model does not', () => {
    const turns = [hi, model(text('{'))];
    expect(refused({ turns })).toContain('must end with a user turn');
    expect(written({ turns }, { prefill: true }).body.messages.at(-1)).toEqual({ role: 'assistant', content: '{' });
  });

  it('give the thoughts of a running tool loop back to models that demand them', () => {
    const turns = [
      hi,
      model({ type: 'thinking', text: 'old' }, call('c0')),
      user(result('c0', [text('r')])),
      model(text('done')),
      hi,
      model({ type: 'thinking', text: 'Hm' }, call('c1')),
      user(result('c1', [text('r')])),
    ];
    const thoughts = (name: string) =>
      written({ turns }, {}, name).body.messages.map((message) => message.reasoning_content);
    expect(thoughts('deepseek-chat').filter((each) => each !== undefined)).toEqual(['Hm']);
    expect(thoughts('gpt-5').filter((each) => each !== undefined)).toEqual([]);
  });

  it('sign a call for Gemini alone, and stand in for what it demands', () => {
    const signed = call('c1', { signature: { signature: 's', family: 'gemini-3' } });
    const turns = [
      hi,
      model(signed, call('c2')),
      user(result('c1', []), result('c2', [])),
      model(call('c3'), call('c4')),
      user(result('c3', []), result('c4', [])),
    ];
    const signatures = (name: string, demandsSignature: boolean) =>
      written({ turns }, { demandsSignature }, name)
        .body.messages.flatMap(
          (message) => (message.tool_calls ?? []) as { extra_content?: { google: { thought_signature: string } } }[],
        )
        .map((each) => each.extra_content?.google.thought_signature);
    expect(signatures('gemini-3-pro', true)).toEqual(['s', undefined, placeholderSignature, undefined]);
    expect(signatures('gpt-5', false)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

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
    [{ mode: 'off' }, { canTurnOff: true }, 'none'],
    [{ mode: 'on', effort: 'high' }, { thinking: 'none' }, undefined],
  ])('ask for thinking %j of %j as %j', (thinking, capabilities, effort) => {
    expect(written({ thinking }, capabilities).body.reasoning_effort).toBe(effort);
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

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.string({ minLength: 1, maxLength: 20 });
const said = words.map(text);
const picture = fc
  .base64String({ minLength: 4, maxLength: 12 })
  .map((data): Part => ({ type: 'media', mimeType: 'image/png', data }));
const userTurn = fc.array(fc.oneof(said, picture), { minLength: 1, maxLength: 3 }).map((parts) => user(...parts));
/** A call, its result, and what the model says then. */
const loop = fc
  .tuple(name, name, words, fc.dictionary(name, fc.integer()), said)
  .map(([id, tool, output, args, answer]): Turn[] => [
    model(answer, { type: 'tool-call', id, name: tool, argumentsJson: JSON.stringify(args) }),
    user({ type: 'tool-result', id, name: tool, parts: [text(output)], isError: false }),
    model(answer),
  ]);
const anyConversation = fc
  .record({
    system: fc.array(said, { maxLength: 1 }),
    rounds: fc.array(fc.tuple(userTurn, loop), { maxLength: 3 }),
    last: userTurn,
    tools: fc.uniqueArray(name, { maxLength: 2 }),
    stopSequences: fc.array(words, { maxLength: 4 }),
    sampling: fc.record({ temperature: fc.constantFrom(0, 0.7, 2), seed: fc.nat() }, { requiredKeys: [] }),
  })
  .map(({ system, rounds, last, tools, stopSequences, sampling }) =>
    conversationOf({
      system,
      turns: [...rounds.flatMap(([asked, answered]) => [asked, ...answered]), last],
      tools: tools.map((each) => ({ type: 'function', name: each, schema: { type: 'object' } })),
      stopSequences,
      sampling,
    }),
  );

describe('a conversation', () => {
  it('comes back as it was when it is written and read again', () => {
    fc.assert(
      fc.property(anyConversation, (conversation) => {
        const { body, lost } = written(conversation);
        expect(lost).toEqual([]);
        expect(readChatConversation(requestOf(body))).toEqual({ conversation });
      }),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(recordedJson('openai-chat', 'request.json').length === 0)('recorded requests', () => {
  it.for(recordedJson('openai-chat', 'request.json'))(
    '$name is written again without loss, or with a loss of the table',
    ({ json }) => {
      const read = readChatConversation(requestOf(json));
      if ('problem' in read) return expect(json).toHaveProperty('logprobs');
      const result = write(read.conversation, { canTurnOff: true }, String(json.model));
      if ('problem' in result)
        return expect((json.n as number) > 1 || (json.messages as unknown[]).length === 0).toBe(true);
      const body = JSON.parse(Buffer.from(result.body).toString()) as Body;
      const again = readChatConversation(requestOf(body));
      const lost = result.losses.map(({ feature }) => feature);
      const { rest, user: _user, ...known } = read.conversation;
      if (!lost.some((feature) => feature === chatLoss('joined-text').feature))
        expect(again).toMatchObject({ conversation: known });
      if (Object.keys(rest).some((name) => !(name in body))) expect(lost).toContain(chatLoss('rest').feature);
    },
  );
});
