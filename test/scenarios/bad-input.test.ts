/** Requests that no upstream should see, and requests that are merely strange: each gets a clear answer of its dialect, and the process lives. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway } from './gateway.ts';
import { expectExchangeHeaders, expectRefusal } from './refusal-shape.ts';
import { answerSmall, askedOf, type Dialect, geminiModel } from './small-answers.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let upstream: Upstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(answerSmall);
  gateway = await startTestGateway({
    accounts: [loopbackAccount('anthropic', 'ada', upstream.url), loopbackAccount('gemini', 'gus', upstream.url)],
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const megabyte = 1024 * 1024;

interface BadRequest {
  readonly what: string;
  readonly status: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body?: unknown;
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

function deep(dialect: Dialect): string {
  return JSON.stringify({ ...askedOf[dialect].body, extra: 0 }).replace('"extra":0', `"extra":${nested(10_000)}`);
}

const either = (dialect: Dialect): BadRequest[] => [
  { what: 'no body', status: 400, body: '' },
  { what: 'no JSON', status: 400, body: 'hello' },
  { what: 'JSON that ends too early', status: 400, body: JSON.stringify(askedOf[dialect].body).slice(0, -1) },
  { what: 'two documents', status: 400, body: '{}{}' },
  { what: 'an array', status: 400, body: [] },
  { what: 'null', status: 400, body: 'null' },
  { what: 'a text', status: 400, body: '"hello"' },
  { what: 'a depth of 10,000', status: 400, body: deep(dialect) },
  { what: 'a body that is packed', status: 415, headers: { 'content-encoding': 'gzip' }, body: askedOf[dialect].body },
  { what: 'a header of 40 KB', status: 431, headers: { 'x-long': 'x'.repeat(40_000) }, body: askedOf[dialect].body },
  { what: 'the wrong method', status: 405, method: 'PUT', body: askedOf[dialect].body },
  { what: 'a body of 101 MB', status: 413, body: `{"x":"${'x'.repeat(101 * megabyte)}"}` },
];

const hello = [{ role: 'user', content: 'Hello' }];
const anthropic = askedOf.anthropic.body;
const gemini = askedOf.gemini.body;
const geminiPath = (rest: string): string => `/v1beta/models/${rest}`;

const badRequests: Readonly<Record<Dialect, readonly BadRequest[]>> = {
  anthropic: [
    ...either('anthropic'),
    { what: 'no max_tokens', status: 400, body: { model: anthropic.model, messages: hello } },
    { what: 'no model', status: 400, body: { max_tokens: 1, messages: hello } },
    { what: 'no messages', status: 400, body: { model: anthropic.model, max_tokens: 1 } },
    { what: 'empty messages', status: 400, body: { ...anthropic, messages: [] } },
    { what: 'messages that are an object', status: 400, body: { ...anthropic, messages: {} } },
    { what: 'messages of numbers', status: 400, body: { ...anthropic, messages: [1] } },
    {
      what: 'a content that is a number',
      status: 400,
      body: { ...anthropic, messages: [{ role: 'user', content: 7 }] },
    },
    { what: 'max_tokens that is a text', status: 400, body: { ...anthropic, max_tokens: '64' } },
    { what: 'stream that is a text', status: 400, body: { ...anthropic, stream: 'yes' } },
    { what: 'a model that is a number', status: 400, body: { ...anthropic, model: 7 } },
    { what: 'a system that is a number', status: 400, body: { ...anthropic, system: 7 } },
    { what: 'an unknown model', status: 404, body: { ...anthropic, model: 'no-such-model' } },
    { what: 'a model that is a path', status: 404, body: { ...anthropic, model: '../../secret' } },
    { what: 'an unknown path', status: 404, path: '/v1/messages/nothing', body: anthropic },
    { what: 'GET', status: 405, method: 'GET' },
    { what: 'no model to count for', status: 400, path: '/v1/messages/count_tokens', body: { messages: hello } },
  ],
  gemini: [
    ...either('gemini'),
    { what: 'no contents', status: 400, body: {} },
    { what: 'empty contents', status: 400, body: { contents: [] } },
    { what: 'contents that are a text', status: 400, body: { contents: 'Hello' } },
    { what: 'contents of numbers', status: 400, body: { contents: [1] } },
    { what: 'a generationConfig that is a list', status: 400, body: { ...gemini, generationConfig: [] } },
    { what: 'tools that are a text', status: 400, body: { ...gemini, tools: 'all' } },
    { what: 'an unknown model', status: 404, path: geminiPath('no-such-model:generateContent'), body: gemini },
    { what: 'a model that is a path', status: 404, path: geminiPath('..%2f..%2fx:generateContent'), body: gemini },
    { what: 'an unknown method of a model', status: 404, path: geminiPath(`${geminiModel}:sing`), body: gemini },
    { what: 'an unknown path', status: 404, path: '/v1beta/nothing', body: gemini },
    { what: 'GET', status: 405, method: 'GET' },
  ],
};

async function send(dialect: Dialect, bad: BadRequest): Promise<Answer> {
  const { method = 'POST', path = askedOf[dialect].path, headers = {}, body } = bad;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const question = { method, headers: { 'content-type': 'application/json', ...headers } };
  return ask(`${gateway.url}${path}`, text === undefined ? question : { ...question, body: text });
}

const dialects: readonly Dialect[] = ['anthropic', 'gemini'];

describe.each(dialects)('a bad request of the dialect %s', (dialect) => {
  it.each(badRequests[dialect])('gets $status for $what, and no upstream hears of it', async (bad) => {
    const before = upstream.connections + upstream.calls.length;
    const answer = await send(dialect, bad);
    expectRefusal(dialect, answer, bad.status, bad.what);
    expect(upstream.connections + upstream.calls.length).toBe(before);
    if (bad.status === 405) expect(answer.headers.allow).toBe('POST');
    expectRefusal(dialect, await send(dialect, { what: '', status: 400, body: '' }), 400, 'the next request');
  });

  it('gets 413 for 101 MB whose length was not announced', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const body = Buffer.alloc(101 * megabyte, ' ');
    expectRefusal(dialect, await ask(`${gateway.url}${askedOf[dialect].path}`, { headers, body }), 413, 'chunks');
  });

  it('that is refused leaves a row in the journal under the id it was told', async () => {
    const answer = await send(dialect, { what: '', status: 400, body: 'hello' });
    const row = await gateway.row(answer.headers['x-request-id']!);
    expect(row).toMatchObject({ status: 400, outcome: 'failed', attempts: 0, protocol: dialect });
  });
});

/** Legal JSON that has broken other programs, put beside what a request needs. */
const strange: readonly (readonly [string, string])[] = [
  ['a prototype', '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'],
  ['a prototype in a list', '"tools":[{"__proto__":{"polluted":true}}]'],
  ['numbers beyond all bounds', '"temperature":1e308,"top_p":-1e400,"top_k":1e-400,"seed":-0'],
  ['a number of 100,000 digits', `"top_k":${'9'.repeat(100_000)}`],
  ['lone surrogates', '"note":"\\ud800 and \\udc00","\\udfff":1'],
  ['control characters', '"note":"\\u0000\\u0007\\u2028","\\u0000":{}'],
  ['100,000 keys', Array.from({ length: 100_000 }, (_, n) => `"k${n}":${n}`).join(',')],
  ['duplicate keys', '"stream":false,"stream":true,"stream":false,"metadata":{"a":1,"a":2}'],
  ['a key without a name', '"":{"":{"":0}}'],
  ['a depth of 150', `"note":${nested(150)}`],
  ['names of methods', '"hasOwnProperty":1,"toString":2,"valueOf":3,"length":4,"then":5,"toJSON":6'],
];

describe.each(dialects)('strange but legal JSON of the dialect %s', (dialect) => {
  it.each(strange)('with %s is answered, and never with a fault of the gateway', async (_what, members) => {
    const body = `${JSON.stringify(askedOf[dialect].body).slice(0, -1)},${members}}`;
    const answer = await ask(`${gateway.url}${askedOf[dialect].path}`, { body });
    expect([200, 400], answer.text.slice(0, 300)).toContain(answer.status);
    expectExchangeHeaders(dialect, answer, 'a strange request');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('with any value in any place is answered, and never with a fault of the gateway', async () => {
    const { path, body } = askedOf[dialect];
    const seeds = [body, historyOf[dialect]];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), fc.nat(), fc.jsonValue(), async (seed, place, value) => {
        const answer = await askJson(`${gateway.url}${path}`, replaced(seed, place, value));
        expect([200, 400, 404], answer.text.slice(0, 300)).toContain(answer.status);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('is answered as ever after all this', async () => {
    const { path, body } = askedOf[dialect];
    const answer = await askJson(`${gateway.url}${path}`, body);
    expect(answer.status).toBe(200);
    expectExchangeHeaders(dialect, answer, 'a good request');
    expect(gateway.notices.filter((line) => /fault/.test(line))).toEqual([]);
  });
});

/** A conversation with thinking, calls and signatures: the parts of a request that the gateway itself looks into. */
const historyOf = {
  anthropic: {
    ...anthropic,
    metadata: { user_id: 'user_1_account_2_session_00000000-0000-4000-8000-000000000000' },
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    messages: [
      ...hello,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2lnbmF0dXJl' },
          { type: 'redacted_thinking', data: 'ZGF0YQ==' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'it' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' }] },
    ],
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'Be brief' }] },
    generationConfig: { temperature: 1 },
    tools: [{ functionDeclarations: [{ name: 'look' }] }],
    contents: [
      { role: 'user', parts: [{ text: 'Hello' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hm', thought: true, thoughtSignature: 'c2lnbmF0dXJl' },
          { functionCall: { id: '1', name: 'look', args: { at: 'it' } }, thoughtSignature: 'c2lnbmF0dXJl' },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { id: '1', name: 'look', response: { result: 'seen' } } }] },
    ],
  },
};

/** The document with the value at one of its places; places are counted from the root in the order of the text. */
function replaced(document: unknown, place: number, value: unknown): unknown {
  const places = placesOf(document);
  const path = places[place % places.length] ?? [];
  const copy = structuredClone(document) as Record<string | number, unknown>;
  let holder = copy;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  holder[path.at(-1)!] = value;
  return copy;
}

function placesOf(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return steps.flatMap((step) => [
    [step],
    ...placesOf((value as Record<string | number, unknown>)[step]).map((rest) => [step, ...rest]),
  ]);
}
