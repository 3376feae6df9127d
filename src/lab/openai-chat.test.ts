import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChatStream } from '../protocols/openai-chat/grammar.testing.ts';
import { expectedAnswer } from './answer.ts';
import { CHARS_PER_TOKEN } from './ask.ts';
import { dataOf, encode, headOf, jsonOf, planOf, textOf } from './plans.testing.ts';
import type { Json } from './step.ts';

const PATH = '/v1/chat/completions';
const parameters = { type: 'object', properties: { path: { type: 'string' }, n: { type: 'integer' } } };
const TOOL = { type: 'function', function: { name: 'read', parameters } };

describe('a Chat Completions stream of the lab', () => {
  it('is legal and says exactly what is expected of it, for every wish and seed', () => {
    const wish = fc.constantFrom(
      '',
      '[[lab:words=40]]',
      '[[lab:events=30]]',
      '[[lab:tool]]',
      '[[lab:tools=3]][[lab:say]]',
      '[[lab:think]]',
      '[[lab:words=0]]',
      '[[lab:tool]][[lab:bare]]',
    );
    const model = fc.constantFrom('gpt-4.1', 'gpt-5.5', 'deepseek-reasoner');
    fc.assert(
      fc.property(wish, model, fc.string(), fc.integer(), fc.boolean(), (controls, name, words, seed, counted) => {
        const more = { tools: [TOOL], ...(counted ? { stream_options: { include_usage: true } } : {}) };
        const body = { ...request(`${words}?${controls}`, name), ...more };
        const steps = planOf(PATH, body, { seed });
        const expected = expectedAnswer({ path: PATH, body: encode(body) })!;
        expect(checkChatStream(textOf(steps))).toEqual([]);
        const said = readStream(dataOf(steps));
        expect(said.content).toBe(Buffer.from(expected.text).toString('utf8'));
        expect(said.calls).toEqual(expected.toolCalls);
        expect(said.thinking).toBe(name === 'deepseek-reasoner' ? (expected.thinking ?? '') : '');
        expect(said.usage?.completion_tokens).toBe(counted ? expected.outputTokens : undefined);
        expect(said.finish).toBe(expected.stop === 'tool' ? 'tool_calls' : 'stop');
      }),
    );
  });

  it('says the same in a stream and in a document', () => {
    const body = { ...request('both ways [[lab:tools=2]][[lab:say]][[lab:think]]', 'qwen3-coder'), tools: [TOOL] };
    const document = jsonOf(planOf(PATH, { ...body, stream: false })) as { choices: Json[]; usage: Json };
    const streamed = readStream(dataOf(planOf(PATH, { ...body, stream_options: { include_usage: true } })));
    const message = document.choices[0]!.message as Json;
    expect(message).toMatchObject({
      role: 'assistant',
      content: streamed.content,
      reasoning_content: streamed.thinking,
    });
    const calls = message.tool_calls as { function: { name: string; arguments: string } }[];
    expect(calls.map((call) => ({ name: call.function.name, args: JSON.parse(call.function.arguments) }))).toEqual(
      streamed.calls,
    );
    expect(document.choices[0]!.finish_reason).toBe(streamed.finish);
    expect(document.usage).toEqual(streamed.usage);
  });

  it('never shows the thoughts of OpenAI’s own models, and counts them', () => {
    const { completion_tokens_details } = jsonOf(planOf(PATH, { ...request('why?', 'gpt-5.5'), stream: false }))
      .usage as { completion_tokens_details: { reasoning_tokens: number } };
    expect(completion_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    expect(textOf(planOf(PATH, request('why?', 'gpt-5.5')))).not.toContain('reasoning_content');
  });

  it('takes a turn of results and what is said with it as the dialects that have both in one message', () => {
    const asked = request('go [[lab:tool]]');
    const first = readStream(dataOf(planOf(PATH, { ...asked, tools: [TOOL] })));
    const calls = first.ids.map((id) => ({ id, type: 'function', function: { name: 'read', arguments: '{}' } }));
    const results = first.ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'done' }));
    const note = { role: 'user', content: 'A reminder.' };
    const messages = [...asked.messages, { role: 'assistant', content: null, tool_calls: calls }, ...results, note];
    const last = readStream(dataOf(planOf(PATH, { ...asked, messages, tools: [TOOL] })));
    expect(last.calls).toEqual([]);
    expect(last.content).toContain('“go”');
  });

  it('stops at the limit of tokens, by its old name and by its new one', () => {
    for (const limit of ['max_tokens', 'max_completion_tokens']) {
      const said = readStream(dataOf(planOf(PATH, { ...request('go [[lab:words=300]]'), [limit]: 10 })));
      expect([said.finish, said.content.length]).toEqual(['length', 10 * CHARS_PER_TOKEN]);
    }
  });

  it('finishes with a plain stop after the call that the request named', () => {
    const choice = { tool_choice: { type: 'function', function: { name: 'read' } }, tools: [TOOL] };
    expect(readStream(dataOf(planOf(PATH, { ...request('x'), ...choice }))).finish).toBe('stop');
    const any = { tool_choice: 'required', tools: [TOOL] };
    expect(readStream(dataOf(planOf(PATH, { ...request('x'), ...any }))).finish).toBe('tool_calls');
  });

  it('answers with the headers of the API', () => {
    expect(headOf(planOf(PATH, request('x')))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': expect.stringMatching(/^req_/) },
    });
  });
});

describe('the models of the lab', () => {
  it('are listed for a bearer as OpenAI lists them, and for others as before', () => {
    const asOpenai = planOf('/v1/models', {}, { method: 'GET', headers: { authorization: 'Bearer k' } });
    expect(jsonOf(asOpenai)).toMatchObject({
      object: 'list',
      data: [{ id: 'gpt-5.5', object: 'model' }, {}, {}, {}, {}, {}, {}, {}],
    });
    const asAnthropic = { 'anthropic-version': '2023-06-01', authorization: 'Bearer k' };
    expect(jsonOf(planOf('/v1/models', {}, { method: 'GET', headers: asAnthropic }))).toHaveProperty('has_more');
    expect(jsonOf(planOf('/v1/models', {}, { method: 'GET' }))).toHaveProperty('has_more');
  });

  it('are told one by one, and an unknown one or path in OpenAI’s error', () => {
    const ask = (path: string): Json =>
      jsonOf(planOf(path, {}, { method: 'GET', headers: { authorization: 'Bearer k' } }));
    expect(ask('/v1/models/gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' });
    expect(ask('/v1/models/gpt-0')).toMatchObject({ error: { code: 'model_not_found' } });
    expect(ask('/v1/embeddings')).toMatchObject({ error: { code: 'unknown_url' } });
  });
});

function request(content: string, model = 'gpt-4.1'): Json & { messages: Json[] } {
  return { model, stream: true, messages: [{ role: 'user', content }] };
}

/** An independent reading of the chunks, as the official SDK joins them. */
function readStream(chunks: readonly Json[]) {
  let content = '';
  let thinking = '';
  let finish: unknown;
  let usage: Json | undefined;
  const calls: { id: string; name: string; json: string }[] = [];
  for (const chunk of chunks) {
    if (chunk.usage) usage = chunk.usage as Json;
    const [choice] = chunk.choices as Json[];
    const delta = (choice?.delta ?? {}) as Json;
    content += String(delta.content ?? '');
    thinking += String(delta.reasoning_content ?? '');
    finish = choice?.finish_reason ?? finish;
    for (const piece of (delta.tool_calls ?? []) as { index: number; id?: string; function: Json }[]) {
      calls[piece.index] ??= { id: piece.id ?? '', name: String(piece.function.name), json: '' };
      const call = calls[piece.index]!;
      call.json += String(piece.function.arguments ?? '');
    }
  }
  return {
    content,
    thinking,
    finish,
    usage,
    ids: calls.map(({ id }) => id),
    calls: calls.map(({ name, json }) => ({ name, args: JSON.parse(json) as Json })),
  };
}
