import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../model/conversation.ts';
import type { ClientRequest, Operation } from '../../model/request.ts';
import { seal } from '../signature-envelope.ts';
import { readGeminiConversation } from './read-conversation.ts';

function requestOf(text: string, operation: Operation = 'generate'): ClientRequest {
  return {
    protocol: 'gemini',
    operation,
    model: 'gemini-3-pro-preview',
    framing: 'sse',
    body: new TextEncoder().encode(text),
    json: JSON.parse(text),
    passHeaders: {},
  };
}

function read(json: unknown, operation?: Operation): Conversation {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const result = readGeminiConversation(requestOf(text, operation));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

const turnsOf = (...contents: unknown[]): readonly Turn[] => read({ contents }).turns;
const hello = { role: 'user', parts: [{ text: 'hello' }] };

describe('contents', () => {
  it('are read in either spelling, single objects as lists, without a role as the user’s', () => {
    const { turns } = read({ contents: { parts: { inline_data: { mime_type: 'image/png', data: 'AA==' } } } });
    expect(turns).toEqual([{ role: 'user', parts: [{ type: 'media', mimeType: 'image/png', data: 'AA==' }] }]);
  });

  it('of an unknown role are refused in Google’s words', () => {
    const result = readGeminiConversation(requestOf('{"contents":[{"role":"assistant","parts":[{"text":"a"}]}]}'));
    expect(result).toEqual({ problem: { kind: 'bad-request', message: 'Please use a valid role: user, model.' } });
  });

  it('keep every kind of part', () => {
    const wire = { toolCall: { id: 't' } };
    expect(
      turnsOf({
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
          { executableCode: { language: 'PYTHON', code: '1' } },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
          { fileData: { fileUri: 'https://a.example/b.png' } },
          wire,
        ],
      })[0]?.parts,
    ).toEqual([
      { type: 'thinking', text: 'hm', signature: { signature: 'c2ln' } },
      { type: 'code', language: 'PYTHON', code: '1' },
      { type: 'code-result', outcome: 'OUTCOME_OK', output: '1' },
      { type: 'media', url: 'https://a.example/b.png' },
      { type: 'other', dialect: 'gemini', name: 'toolCall', wire },
    ]);
  });

  it('of the model that were kept piece by piece are one text and one thought again', () => {
    const thought = (text: string) => ({ text, thought: true });
    const parts = [
      thought('a'),
      thought('b'),
      { text: 'c' },
      { text: 'd' },
      { text: '' },
      { text: '', thoughtSignature: 's' },
    ];
    expect(turnsOf(hello, { role: 'model', parts })[1]?.parts).toEqual([
      { type: 'thinking', text: 'ab' },
      { type: 'text', text: 'cd' },
      { type: 'text', text: '', signature: { signature: 's' } },
    ]);
  });
});

describe('calls and responses', () => {
  const call = (name: string, args: object = {}, id?: string) => ({ functionCall: { ...(id && { id }), name, args } });
  const response = (name: string, value: object, id?: string) => ({
    functionResponse: { ...(id && { id }), name, response: value },
  });
  const idsOf = (turns: readonly Turn[]) =>
    turns.flatMap(({ parts }) => parts.flatMap((part) => ('id' in part ? [part.id] : [])));

  it('without ids are paired by name in their order, under ids that stay the same', () => {
    const contents = [
      hello,
      { role: 'model', parts: [call('f', { n: 1 }), call('g'), call('f', { n: 2 })] },
      { role: 'user', parts: [response('g', {}), response('f', {}), response('f', {})] },
    ];
    const [a, b, c, ...answers] = idsOf(turnsOf(...contents));
    expect(new Set([a, b, c]).size).toBe(3);
    expect(answers).toEqual([b, a, c]);
    expect(a).toMatch(/^call_[0-9a-f]{24}$/);
    expect(idsOf(turnsOf(...contents, { role: 'model', parts: [{ text: 'more' }] }))).toEqual([a, b, c, ...answers]);
  });

  it('with ids are paired by them, and an unknown id falls back to the name', () => {
    const turns = turnsOf(
      hello,
      { role: 'model', parts: [call('f', {}, 'one'), call('f', {}, 'two'), call('g')] },
      { role: 'user', parts: [response('f', {}, 'two'), response('f', {}, 'one'), response('g', {}, 'made-up')] },
    );
    const ids = idsOf(turns);
    expect(ids.slice(3)).toEqual(['two', 'one', ids[2]]);
  });

  it('keep the spelling of numbers', () => {
    const text =
      '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1.0,"b":12345678901234567890}}}]}]}';
    expect(read(text).turns[0]?.parts[0]).toMatchObject({ argumentsJson: '{"n":1.0,"b":12345678901234567890}' });
  });

  it.each<[object, Partial<Extract<Part, { type: 'tool-result' }>>]>([
    [{ output: 'done' }, { parts: [{ type: 'text', text: 'done' }], isError: false }],
    [{ error: 'no' }, { parts: [{ type: 'text', text: 'no' }], isError: true }],
    [{ result: 'done' }, { parts: [{ type: 'text', text: 'done' }], isError: false, json: '{"result":"done"}' }],
    [{ rows: [1] }, { parts: [{ type: 'text', text: '{"rows":[1]}' }], isError: false, json: '{"rows":[1]}' }],
    [{ output: { a: 1 } }, { parts: [{ type: 'text', text: '{"a":1}' }], isError: false, json: '{"output":{"a":1}}' }],
    [{}, { parts: [], isError: false, json: '{}' }],
  ])('say %j', (value, expected) => {
    const turns = turnsOf(
      { role: 'model', parts: [call('f', {}, 'x')] },
      { role: 'user', parts: [response('f', value, 'x')] },
    );
    expect(turns[1]?.parts[0]).toEqual({ type: 'tool-result', id: 'x', name: 'f', ...expected });
  });

  it('bring their images along', () => {
    const functionResponse = {
      name: 'f',
      response: { output: 'see' },
      parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
    };
    const [part] = turnsOf({ role: 'user', parts: [{ functionResponse }] })[0]!.parts;
    expect(part).toMatchObject({
      parts: [
        { type: 'text', text: 'see' },
        { type: 'media', mimeType: 'image/png', data: 'AA==' },
      ],
    });
  });
});

describe('sealed signatures', () => {
  const sealed = (signature: string, place: 'here' | 'before', family = 'claude') =>
    Buffer.from(seal(signature, { family, place })).toString('base64');
  const mark = { signature: 'EqQB+/=', family: 'claude' };
  const partsOf = (...parts: unknown[]) => turnsOf(hello, { role: 'model', parts })[1]?.parts;

  it('go back to the thought they stood on, in either alphabet of base64', () => {
    const signature = sealed('EqQB+/=', 'here');
    for (const text of [signature, signature.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')]) {
      expect(partsOf({ text: 'a', thought: true }, { text: 'b', thought: true, thoughtSignature: text })).toEqual([
        { type: 'thinking', text: 'ab', signature: mark },
      ]);
    }
  });

  it('of a thought without text give it back before the part that carried them', () => {
    const thoughtSignature = sealed('EqQB+/=', 'before');
    expect(partsOf({ functionCall: { id: 'x', name: 'f', args: {} }, thoughtSignature })).toEqual([
      { type: 'thinking', text: '', signature: mark },
      { type: 'tool-call', id: 'x', name: 'f', argumentsJson: '{}' },
    ]);
    expect(partsOf({ text: '', thoughtSignature })).toEqual([{ type: 'thinking', text: '', signature: mark }]);
  });

  it('of encrypted thinking are that again', () => {
    const thoughtSignature = sealed('data', 'before', 'claude-redacted');
    expect(partsOf({ text: 'a', thoughtSignature }, { text: 'b' })).toEqual([
      { type: 'redacted-thinking', data: 'data' },
      { type: 'text', text: 'ab' },
    ]);
  });
});

describe('settings', () => {
  it('are read in either spelling', () => {
    const conversation = read({
      contents: [hello],
      system_instruction: { parts: [{ text: 's' }] },
      generation_config: {
        temperature: 0.5,
        top_p: 0.9,
        topK: 3,
        seed: 7,
        candidate_count: 1,
        max_output_tokens: 10,
        stop_sequences: ['END'],
        response_mime_type: 'application/json',
        response_schema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
        thinking_config: { thinking_level: 'HIGH', include_thoughts: true },
        responseModalities: ['TEXT'],
      },
      safetySettings: [{ category: 'X' }],
    });
    expect(conversation).toMatchObject({
      system: [{ type: 'text', text: 's' }],
      sampling: { temperature: 0.5, topP: 0.9, topK: 3, seed: 7 },
      candidates: 1,
      maxOutputTokens: 10,
      stopSequences: ['END'],
      output: { type: 'json-schema', schema: { type: 'object', properties: { a: { type: 'string' } } } },
      thinking: { mode: 'on', effort: 'high', shown: true },
      rest: { safetySettings: [{ category: 'X' }], generationConfig: { responseModalities: ['TEXT'] } },
    });
  });

  it.each([
    [{ thinkingBudget: 0 }, { mode: 'off' }],
    [
      { thinkingBudget: -1, includeThoughts: true },
      { mode: 'on', budgetTokens: -1, shown: true },
    ],
    [{ thinkingBudget: 8192 }, { mode: 'on', budgetTokens: 8192, shown: false }],
    [{ includeThoughts: false }, { mode: 'on', shown: false }],
    [{}, undefined],
  ])('about thinking: %j', (thinkingConfig, expected) => {
    expect(read({ contents: [hello], generationConfig: { thinkingConfig } }).thinking).toEqual(expected);
  });

  it('tell functions from the tools that Google runs', () => {
    const { tools, toolChoice } = read({
      contents: [hello],
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parametersJsonSchema: { type: 'object' } },
            { name: 'g', description: 'd' },
          ],
        },
        { googleSearch: {}, codeExecution: {} },
        { googleMaps: { a: 1 } },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
    });
    expect(tools).toEqual([
      { type: 'function', name: 'f', schema: { type: 'object' } },
      { type: 'function', name: 'g', description: 'd' },
      { type: 'server', kind: 'web-search', dialect: 'gemini', name: 'googleSearch', wire: { googleSearch: {} } },
      { type: 'server', kind: 'code-execution', dialect: 'gemini', name: 'codeExecution', wire: { codeExecution: {} } },
      { type: 'server', kind: 'other', dialect: 'gemini', name: 'googleMaps', wire: { googleMaps: { a: 1 } } },
    ]);
    expect(toolChoice).toEqual({ mode: 'tool', names: ['f'] });
  });

  it('of a token count may stand one level deeper', () => {
    const inner = { model: 'models/m', contents: [hello], systemInstruction: { parts: [{ text: 's' }] } };
    const { system, turns, rest } = read({ generateContentRequest: inner }, 'count-tokens');
    expect([system.length, turns.length, rest]).toEqual([1, 1, {}]);
  });
});
