import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkResponsesStream } from '../protocols/openai-responses/grammar.testing.ts';
import { expectedAnswer } from './answer.ts';
import { dataOf, encode, jsonOf, planOf, textOf } from './plans.testing.ts';
import type { Json } from './step.ts';

const PATH = '/v1/responses';
const parameters = { type: 'object', properties: { path: { type: 'string' } } };
const TOOL = { type: 'function', name: 'read', parameters };

describe('a Responses stream of the lab', () => {
  it('is legal and says exactly what is expected of it, for every wish and seed', () => {
    const wish = fc.constantFrom(
      '',
      '[[lab:words=40]]',
      '[[lab:events=30]]',
      '[[lab:tool]]',
      '[[lab:tools=3]][[lab:say]]',
      '[[lab:think]]',
      '[[lab:words=0]]',
    );
    const reasoning = fc.constantFrom({}, { effort: 'none' }, { summary: 'auto' }, { effort: 'low', summary: 'auto' });
    fc.assert(
      fc.property(wish, reasoning, fc.string(), fc.integer(), (controls, thinks, words, seed) => {
        const body = { ...request(`${words}?${controls}`), reasoning: thinks, tools: [TOOL] };
        const steps = planOf(PATH, body, { seed });
        const expected = expectedAnswer({ path: PATH, body: encode(body) })!;
        expect(checkResponsesStream(textOf(steps))).toEqual([]);
        const response = dataOf(steps).at(-1)!.response as Json;
        expect(textIn(response)).toBe(Buffer.from(expected.text).toString('utf8'));
        expect(callsIn(response)).toEqual(expected.toolCalls);
        expect(response.usage).toMatchObject({ output_tokens: expected.outputTokens });
        const summary = itemsOf(response, 'reasoning').flatMap((item) => item.summary as Json[]);
        expect(summary.map(({ text }) => text)).toEqual(
          'summary' in thinks && expected.thinking ? [expected.thinking] : [],
        );
        expect(itemsOf(response, 'reasoning').length).toBe(expected.thinking === undefined ? 0 : 1);
      }),
    );
  });

  it('says the same in a stream and in a document', () => {
    const body = { ...request('both ways [[lab:tools=2]][[lab:say]]'), tools: [TOOL], metadata: { a: 'b' } };
    const streamed = dataOf(planOf(PATH, body)).at(-1)!.response as Json;
    const document = jsonOf(planOf(PATH, { ...body, stream: false }));
    expect(textIn(document)).toBe(textIn(streamed));
    expect(callsIn(document)).toEqual(callsIn(streamed));
    expect(document).toMatchObject({ status: 'completed', metadata: { a: 'b' }, usage: streamed.usage });
  });

  it('is incomplete at the limit of tokens', () => {
    const steps = planOf(PATH, { ...request('go [[lab:words=300]]', 'gpt-4.1'), max_output_tokens: 10 });
    expect(checkResponsesStream(textOf(steps))).toEqual([]);
    expect(dataOf(steps).at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    });
  });

  it('gives the sealed reasoning where it is asked for, and takes it back only whole and with what followed it', () => {
    const body = { ...request('go [[lab:tool]]'), include: ['reasoning.encrypted_content'], tools: [TOOL] };
    const first = jsonOf(planOf(PATH, { ...body, stream: false }));
    const output = first.output as Json[];
    expect(output[0]).toMatchObject({ type: 'reasoning', encrypted_content: expect.stringMatching(/^gAAAA/) });
    const results = itemsOf(first, 'function_call').map((item) => {
      return { type: 'function_call_output', call_id: item.call_id, output: 'done' };
    });
    const asked = { role: 'user', content: 'go [[lab:tool]]' };
    const again = (items: readonly unknown[]): Json =>
      jsonOf(planOf(PATH, { ...body, stream: false, input: [asked, ...items] }));
    expect(again([...output, ...results])).toMatchObject({ status: 'completed' });
    const changed = { ...output[0], encrypted_content: 'gAAAAother' };
    expect(again([changed, ...output.slice(1), ...results])).toMatchObject({
      error: { code: 'invalid_encrypted_content' },
    });
    expect(again([output[0]])).toMatchObject({
      error: { message: expect.stringContaining('without its required following item') },
    });
  });

  it('counts a message, its calls and their results as the turns of the other dialects', () => {
    const body = { ...request(''), tools: [TOOL] };
    const call = { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{}' };
    const input = [
      { role: 'user', content: 'go [[lab:tool]]' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
      call,
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
      { role: 'user', content: [{ type: 'input_text', text: 'A reminder.' }] },
    ];
    const response = jsonOf(planOf(PATH, { ...body, stream: false, input }));
    expect(callsIn(response)).toEqual([]);
    expect(textIn(response)).toContain('“go”');
  });
});

function request(input: string, model = 'gpt-5.5'): Json {
  return { model, stream: true, input };
}

function itemsOf(response: Json, type: string): Json[] {
  return (response.output as Json[]).filter((item) => item.type === type);
}

function textIn(response: Json): string {
  return itemsOf(response, 'message')
    .flatMap((item) => item.content as { text: string }[])
    .map(({ text }) => text)
    .join('');
}

function callsIn(response: Json): Json[] {
  return itemsOf(response, 'function_call').map(({ name, arguments: json }) => {
    return { name, args: JSON.parse(String(json)) };
  });
}
