import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestAccount, type TestGateway } from './gateway.ts';

const model = 'qwen-local';
const words = ['The', ' harbour', ' light', ' turns.'];
const seen: { path: string; body: Record<string, unknown> }[] = [];
let server: Server;
let gateway: TestGateway;

/** A compatible server as people run them at home: Chat Completions only, one of two accounts broken. */
function serve(path: string, body: Record<string, unknown>, key: string, response: ServerResponse): void {
  seen.push({ path, body });
  if (path !== '/v1/chat/completions') {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (key === 'sick-key-0123456789') {
    response.end();
    return;
  }
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model };
  const chunk = (delta: unknown, finish: string | null): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  response.write(chunk({ role: 'assistant', content: '' }, null));
  for (const word of words) response.write(chunk({ content: word }, null));
  response.write(chunk({}, 'stop'));
  const usage = { prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 };
  response.write(`data: ${JSON.stringify({ ...base, choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const key = (request.headers.authorization ?? '').replace('Bearer ', '');
      const text = Buffer.concat(pieces).toString();
      serve(request.url ?? '', text === '' ? {} : JSON.parse(text), key, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const account = (name: string, weight: number): TestAccount =>
    ({
      email: `${name}@home`,
      provider: 'openai',
      credential: `${name}-key-0123456789`,
      base_url: base,
      weight,
    }) as never;
  gateway = await startTestGateway({ accounts: [account('sick', 1000), account('well', 1)] });
});
afterAll(async () => {
  await gateway.close();
  await new Promise((resolve) => server.close(resolve));
});

const whole = words.join('');
const openai = () => new OpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: 'any', baseURL: gateway.url, maxRetries: 0 });
const gemini = () => new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: gateway.url } });

describe('an OpenAI-compatible server with a sick account of two', () => {
  it('answers a Chat client whole, streamed and not', async () => {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const collected = await openai().chat.completions.create({ model, messages });
    expect(collected.choices[0]?.message.content).toBe(whole);
    expect(collected.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 4 });
    const stream = await openai().chat.completions.create({ model, messages, stream: true });
    let text = '';
    let chunksWithoutChoices = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices.length === 0) chunksWithoutChoices += 1;
    }
    expect(text).toBe(whole);
    // It did not ask for usage, so the chunk that the gateway asked for is not shown to it.
    expect(chunksWithoutChoices).toBe(0);
  });

  it('answers an Anthropic client whole, with the usage the server stated', async () => {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const stream = anthropic().messages.stream({ model, max_tokens: 50, messages });
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text: whole }]);
    expect(message.usage).toMatchObject({ input_tokens: 7, output_tokens: 4 });
    expect(message.stop_reason).toBe('end_turn');
  });

  it('answers a Gemini client whole', async () => {
    const answer = await gemini().models.generateContent({ model, contents: 'Hello' });
    expect(answer.text).toBe(whole);
    expect(answer.usageMetadata).toMatchObject({ promptTokenCount: 7, candidatesTokenCount: 4 });
  });

  it('answers a Responses client in Chat Completions once it has found that there is no Responses API', async () => {
    const first = await openai().responses.create({ model, input: 'Hello' });
    expect(first.output_text).toBe(whole);
    const asksBefore = seen.filter(({ path }) => path === '/v1/responses').length;
    const second = await openai().responses.create({ model, input: 'Hello again' });
    expect(second.output_text).toBe(whole);
    expect(seen.filter(({ path }) => path === '/v1/responses')).toHaveLength(asksBefore);
  });

  it('has no counter, so a count is estimated and says so', async () => {
    const messages = [{ role: 'user' as const, content: 'a'.repeat(4_000) }];
    const { data, response } = await anthropic().messages.countTokens({ model, messages }).withResponse();
    expect(response.headers.get('x-token-count')).toBe('estimated');
    expect(data.input_tokens).toBeGreaterThan(900);
    expect(data.input_tokens).toBeLessThan(1_200);
  });
});
