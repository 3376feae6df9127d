import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../../src/lab/server.ts';
import { loopbackAccount, startTestGateway, type TestGateway, world } from './gateway.ts';

const clientKeys = ['a-client-key-with-chance-7Q2x', 'another-client-key-9Zr4-kd81'];
let lab: Lab;
let gateway: TestGateway;

beforeAll(async () => {
  lab = await startLab({ world });
  gateway = await startTestGateway({
    accounts: [loopbackAccount('anthropic', 'ada', lab.url), loopbackAccount('gemini', 'grace', lab.url)],
    server: { auth: { mode: 'strict', keys: clientKeys } },
    routes: [
      { match: 'gpt-*', to: ['claude-sonnet-4-5'] },
      { match: 'fast', to: ['no-such-model', 'gemini-2.5-flash'] },
      { match: 'claude-*', to: ['*'] },
    ],
  });
});
afterAll(async () => {
  await gateway.close();
  await lab.close();
});

function client(key = clientKeys[0]): OpenAI {
  return new OpenAI({ apiKey: key as string, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
}
const lastBody = (): string => Buffer.from(lab.calls.at(-1)?.body ?? []).toString();

describe('a later turn that names an earlier answer', () => {
  it.each(['gemini-2.5-flash', 'claude-sonnet-4-5'])('goes on from it (%s)', async (model) => {
    const one = await client().responses.create({ model, input: 'Where was I? [[lab:words=8]]' });
    const two = await client().responses.create({
      model,
      previous_response_id: one.id,
      input: 'And then? [[lab:words=5]]',
    });
    expect(two.output_text.split(' ')).toHaveLength(5);
    expect(lastBody()).toContain('Where was I?');
    expect(lastBody()).toContain(JSON.stringify(one.output_text).slice(1, -1));
    const three = await client().responses.create({
      model,
      previous_response_id: two.id,
      input: 'And at last? [[lab:words=4]]',
    });
    expect(lastBody()).toContain('Where was I?');
    expect(lastBody()).toContain('And then?');
    expect(three.output_text.split(' ')).toHaveLength(4);
  });

  it('goes on from a streamed one too', async () => {
    const stream = client().responses.stream({ model: 'gemini-2.5-flash', input: 'Where was I? [[lab:words=8]]' });
    const one = await stream.finalResponse();
    await client().responses.create({ model: 'gemini-2.5-flash', previous_response_id: one.id, input: 'And then?' });
    expect(lastBody()).toContain('Where was I?');
  });

  it('is refused clearly when the answer was not to be kept, is unknown, or was another caller’s', async () => {
    const model = 'gemini-2.5-flash';
    const unkept = await client().responses.create({ model, input: 'Forget this.', store: false });
    const kept = await client().responses.create({ model, input: 'Keep this to yourself.' });
    const asks = [
      client().responses.create({ model, previous_response_id: unkept.id, input: 'Well?' }),
      client().responses.create({ model, previous_response_id: 'resp_unknown', input: 'Well?' }),
      client(clientKeys[1]).responses.create({ model, previous_response_id: kept.id, input: 'What was it?' }),
    ];
    const callsBefore = lab.calls.length;
    for (const ask of asks) await expect(ask).rejects.toMatchObject({ status: 400, message: /previous_response_id/ });
    expect(lab.calls).toHaveLength(callsBefore);
  });
});

describe('a conversation in the Anthropic dialect', () => {
  const tools = [{ name: 'look_up', input_schema: { type: 'object', properties: { query: { type: 'string' } } } }];
  interface Said {
    readonly content: { readonly type: string; readonly id?: string }[];
  }
  const say = async (model: string, messages: unknown[]): Promise<{ attempts: string | null; said: Said }> => {
    const headers = { 'x-api-key': clientKeys[0] as string, 'content-type': 'application/json' };
    const body = JSON.stringify({ model, max_tokens: 500, messages, tools });
    const response = await fetch(`${gateway.url}/v1/messages`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    return { attempts: response.headers.get('x-attempts'), said: (await response.json()) as Said };
  };

  it('keeps Gemini’s signatures through the client, and may move to Claude and back without a refusal', async () => {
    const messages: unknown[] = [{ role: 'user', content: 'Look it up. [[lab:tool]]' }];
    for (const model of ['gemini-3-pro-preview', 'gemini-3-pro-preview', 'claude-sonnet-4-5', 'gemini-3-pro-preview']) {
      const { attempts, said } = await say(model, messages);
      expect(attempts, `${model} after ${messages.length} messages`).toBe('1');
      messages.push({ role: 'assistant', content: said.content });
      const calls = said.content.filter((block) => block.type === 'tool_use');
      const results = calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: 'Found.' }));
      messages.push({ role: 'user', content: results.length > 0 ? results : 'Again, please. [[lab:tool]]' });
    }
  });
});

describe('routes', () => {
  it('lead a name to another model, and the answer names the model really used', async () => {
    const { data, response } = await client()
      .chat.completions.create({ model: 'gpt-9', messages: [{ role: 'user', content: 'Hello [[lab:words=3]]' }] })
      .withResponse();
    expect(response.headers.get('x-mapped-model')).toBe('claude-sonnet-4-5');
    expect(data.model).toBe('claude-sonnet-4-5');
  });

  it('fall back to the next model when none can serve the first', async () => {
    const { data, response } = await client()
      .chat.completions.create({ model: 'fast', messages: [{ role: 'user', content: 'Hello [[lab:words=3]]' }] })
      .withResponse();
    expect(response.headers.get('x-mapped-model')).toBe('gemini-2.5-flash');
    expect(data.model).toBe('gemini-2.5-flash');
    const row = await gateway.row(response.headers.get('x-request-id') as string);
    expect(row.flags).toContain('fallback');
  });

  it('may name the model that was asked for', async () => {
    const { response } = await client().responses.create({ model: 'claude-opus-4-8', input: 'Hello' }).withResponse();
    expect(response.headers.get('x-mapped-model')).toBe('claude-opus-4-8');
  });
});

describe('habits of clients', () => {
  it('telemetry and reachability probes are answered quietly and reach nobody', async () => {
    const callsBefore = lab.calls.length;
    for (const path of ['/api/event_logging/batch', '/api/hello', '/api/claude_code/metrics']) {
      const headers = { 'x-api-key': clientKeys[0] as string, 'content-type': 'application/json' };
      const response = await fetch(gateway.url + path, { method: 'POST', headers, body: '{}' });
      expect(response.status).toBe(200);
    }
    expect(lab.calls).toHaveLength(callsBefore);
  });

  it('a setting written as "[undefined]" is left out, what was said is not', async () => {
    const headers = { authorization: `Bearer ${clientKeys[0]}`, 'content-type': 'application/json' };
    const contents = [{ role: 'user', parts: [{ text: '[undefined]' }] }];
    const body = JSON.stringify({ contents, generationConfig: { responseMimeType: '[undefined]', topK: 3 } });
    const path = '/v1beta/models/gemini-2.5-flash:generateContent';
    const response = await fetch(gateway.url + path, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    expect(JSON.parse(lastBody())).toEqual({ contents, generationConfig: { topK: 3 } });
  });
});

interface ModelList {
  readonly data?: readonly { readonly id?: string; readonly name?: string }[];
  readonly models?: readonly { readonly id?: string; readonly name?: string }[];
}

describe('model lists', () => {
  it('name in every dialect what can be asked for, routes included', async () => {
    const key = { 'x-api-key': clientKeys[0] as string };
    const idsOf = async (headers: Record<string, string>) => {
      const list = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as ModelList;
      return (list.data ?? list.models ?? []).map((model) => model.id ?? model.name ?? '');
    };
    const lists = [
      await idsOf({ ...key, 'anthropic-version': '2023-06-01' }),
      await idsOf({ ...key, 'x-goog-api-key': 'any' }),
      await idsOf({ authorization: `Bearer ${clientKeys[0]}` }),
    ];
    for (const ids of lists) {
      const names = ids.map((id: string) => id.replace(/^models\//, ''));
      expect(names).toEqual(expect.arrayContaining(['claude-sonnet-4-5', 'gemini-2.5-flash', 'fast']));
      expect(names).not.toContain('no-such-model');
    }
  });
});
