import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedAnswer } from './answer.ts';
import { planAnswer } from './plan.ts';
import { createChance } from './seed.ts';
import type { Json, LabStep } from './step.ts';
import { CLEAR } from './weather.ts';

const TOOLS = [
  {
    functionDeclarations: [{ name: 'look', parameters: { type: 'OBJECT', properties: { place: { type: 'STRING' } } } }],
  },
];
const BEARS = '/v1beta/models/gemini-3-flash-preview';
const OLD = '/v1beta/models/gemini-2.5-flash';

describe('a Gemini stream of the lab', () => {
  it('says exactly what is expected of it, for every wish, model and seed', () => {
    const wish = fc.constantFrom('', '[[lab:words=40]]', '[[lab:tool]]', '[[lab:tools=3]][[lab:say]]');
    fc.assert(
      fc.property(
        wish,
        fc.constantFrom(BEARS, OLD),
        fc.boolean(),
        fc.integer(),
        (controls, model, includeThoughts, seed) => {
          const body = {
            ...request(`why? ${controls}`),
            tools: TOOLS,
            generationConfig: { thinkingConfig: { includeThoughts } },
          };
          const answer = readSse(body, model, seed);
          const expected = expectedAnswer({ path: `${model}:streamGenerateContent`, body: encode(body) })!;
          expect(answer.text).toBe(expected.text);
          expect(answer.calls).toEqual(expected.toolCalls);
          expect(answer.thought !== '').toBe(includeThoughts);
          expect(answer.finishes).toEqual(['STOP']);
          expect(answer.usage.totalTokenCount).toBe(expected.inputTokens + expected.outputTokens);
        },
      ),
    );
  });

  it('signs the first of several calls only, and on 3.x the empty last text', () => {
    const calls = readSse({ ...request('go [[lab:tools=2]]'), tools: TOOLS }, BEARS, 1).parts.filter(
      (part) => part.functionCall,
    );
    expect(calls.map((part) => typeof part.thoughtSignature)).toEqual(['string', 'undefined']);
    const last = readSse(request('go'), BEARS, 1).parts.at(-1);
    expect(last).toMatchObject({ text: '' });
    expect(typeof last?.thoughtSignature).toBe('string');
  });

  it('is a JSON array without alt=sse, and one document for generateContent', () => {
    const array = JSON.parse(bodyText(plan(request('go'), `${BEARS}:streamGenerateContent`, 5, ''))) as Json[];
    const document = JSON.parse(bodyText(plan(request('go'), `${BEARS}:generateContent`, 5, ''))) as Json;
    const expected = expectedAnswer({ path: `${BEARS}:generateContent`, body: encode(request('go')) })!.text;
    expect(joined(array.flatMap(partsOf))).toBe(expected);
    expect(joined(partsOf(document))).toBe(expected);
  });

  it('counts the same tokens beforehand and afterwards', () => {
    const count = JSON.parse(bodyText(plan(request('go'), `${BEARS}:countTokens`, 1, ''))) as Json;
    expect(readSse(request('go'), BEARS, 1).usage.promptTokenCount).toBe(count.totalTokens);
  });

  it('answers on the paths of Vertex with the traffic type of Vertex', () => {
    const path = '/v1/projects/p/locations/global/publishers/google/models/gemini-3-flash-preview';
    const answer = readSse(request('go'), path, 1);
    expect(answer.usage.trafficType).toBe('ON_DEMAND');
    expect(answer.finishes).toEqual(['STOP']);
  });

  it('goes on where a shown beginning stops', () => {
    const whole = expectedAnswer({ path: `${BEARS}:generateContent`, body: encode(request('tell')) })!.text;
    const model = { role: 'model', parts: [{ text: whole.slice(0, 30) }] };
    const contents = [...request('tell').contents, model, { role: 'user', parts: [{ text: 'Go on.' }] }];
    expect(whole.slice(0, 30) + readSse({ contents }, BEARS, 1).text).toBe(whole);
  });
});

describe('lists and tokens', () => {
  it('lists the models in the dialect of the caller', () => {
    const claude = JSON.parse(bodyText(plan({}, '/v1/models', 1, '', 'GET'))) as { data: Json[] };
    const gemini = JSON.parse(bodyText(plan({}, '/v1beta/models', 1, '', 'GET'))) as { models: Json[] };
    expect(claude.data[0]).toMatchObject({ type: 'model' });
    expect(gemini.models[0]?.name).toMatch(/^models\/gemini-/);
    expect(plan({}, '/v1beta/models/gemini-2.5-pro', 1, '', 'GET')[0]).toMatchObject({ status: 200 });
    expect(plan({}, '/v1/models/claude-nobody', 1, '', 'GET')[0]).toMatchObject({ status: 404 });
  });

  it('issues access tokens that name the account', () => {
    const claims = Buffer.from(JSON.stringify({ iss: 'ada@lab.example' })).toString('base64url');
    const form = Buffer.from(`grant_type=x&assertion=h.${claims}.s`);
    const call = {
      account: '',
      path: '/token',
      method: 'POST',
      query: new URLSearchParams(),
      headers: {},
      body: form,
      n: 0,
    };
    const token = JSON.parse(bodyText(planAnswer(call, CLEAR, createChance(1)))) as Json;
    expect(token).toMatchObject({ access_token: 'lab-token.ada@lab.example', token_type: 'Bearer' });
  });
});

interface Read {
  readonly parts: readonly Json[];
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly Json[];
  readonly finishes: readonly unknown[];
  readonly usage: Json;
}

function readSse(body: Json, model: string, seed: number): Read {
  const text = bodyText(plan(body, `${model}:streamGenerateContent`, seed, 'alt=sse'));
  expect(text.endsWith('\r\n\r\n')).toBe(true);
  const documents = text
    .slice(0, -4)
    .split('\r\n\r\n')
    .map((frame) => {
      expect(frame.startsWith('data: ')).toBe(true);
      return JSON.parse(frame.slice('data: '.length)) as Json;
    });
  const candidates = documents.flatMap((document) => document.candidates as Json[]);
  const parts = documents.flatMap(partsOf);
  const finishes = candidates.flatMap((candidate) =>
    candidate.finishReason === undefined ? [] : [candidate.finishReason],
  );
  expect(candidates.at(-1)?.finishReason).toBeDefined();
  const calls = parts.flatMap((part) => (part.functionCall ? [part.functionCall as Json] : []));
  return {
    parts,
    text: joined(parts),
    thought: parts.map((part) => (part.thought === true ? String(part.text) : '')).join(''),
    calls: calls.map((call) => ({ name: call.name, args: call.args })),
    finishes,
    usage: documents.at(-1)?.usageMetadata as Json,
  };
}

function partsOf(document: Json): Json[] {
  return (document.candidates as Json[]).flatMap((candidate) => ((candidate.content as Json)?.parts ?? []) as Json[]);
}

function joined(parts: readonly Json[]): string {
  return parts.map((part) => (part.thought === true ? '' : String(part.text ?? ''))).join('');
}

function request(text: string): Json & { contents: Json[] } {
  return { contents: [{ role: 'user', parts: [{ text }] }] };
}

function encode(body: Json): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

function plan(body: Json, path: string, seed: number, query: string, method = 'POST'): LabStep[] {
  const call = { account: 'a', path, method, query: new URLSearchParams(query), headers: {}, body: encode(body), n: 0 };
  return planAnswer(call, CLEAR, createChance(seed));
}

function bodyText(steps: readonly LabStep[]): string {
  return Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []))).toString('utf8');
}
