/** Counting tokens and listing models through the real SDKs, with all accounts well, with one sick, and with both sick. */

import Anthropic from '@anthropic-ai/sdk';
import { ApiError } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedAnswer } from '../../../src/lab/answer.ts';
import { CLAUDE_MODELS, GEMINI_MODELS } from '../../../src/lab/catalogue.ts';
import { type Lab, startLab } from '../../../src/lab/server.ts';
import { loopbackAccount, startTestGateway, type TestGateway, world } from '../gateway.ts';
import { anthropicClient } from './anthropic-client.ts';
import { geminiClient } from './gemini-client.ts';
import { keepingFetch } from './heard.ts';
import { type Cell, type House, startHouse } from './house.ts';
import { anthropicQuestion, anthropicTool, geminiQuestion } from './prompts.ts';

const healable = [
  'clear',
  'refuse',
  'reset',
  'silence',
  'headers-then-silence',
  'empty-body',
  '401',
  '403',
  '429',
  '500',
  '503',
  'cut-at:byte=5',
];
const hopeless: Readonly<Record<string, number>> = {
  refuse: 502,
  '401': 503,
  '429': 429,
  '500': 500,
  'empty-body': 502,
};
const providers = ['anthropic', 'gemini'] as const;
const jobs = providers.flatMap((provider) => [
  ...healable.map((weather) => ({ provider, weather, sick: 'first' as const, status: 200 })),
  ...Object.entries(hopeless).map(([weather, status]) => ({ provider, weather, sick: 'all' as const, status })),
]);

async function count(url: string, cell: Cell): Promise<{ tokens: number | undefined; headers: Headers }> {
  const keeping = keepingFetch();
  if (cell.provider === 'anthropic') {
    const { model, messages } = anthropicQuestion(cell.asks, 'text');
    const client = anthropicClient(url, keeping.fetch);
    const counted = await client.messages.countTokens({ model, messages, tools: [anthropicTool] });
    return { tokens: counted.input_tokens, headers: keeping.last().headers };
  }
  const { model, contents } = geminiQuestion(cell.asks, 'text');
  const counted = await geminiClient(url, keeping.fetch).models.countTokens({ model, contents });
  return { tokens: counted.totalTokens, headers: keeping.last().headers };
}

describe('counting tokens', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse(jobs);
  });
  afterAll(() => house.close());

  it.concurrent.each(jobs.map((job, index) => ({ ...job, index })))(
    '$provider, $weather, $sick sick: status $status',
    async ({ index, weather, status }) => {
      const cell = house.cells[index]!;
      const counted = await count(house.url, cell).catch((error: unknown) => error);
      if (status !== 200) {
        expect(counted).toBeInstanceOf(cell.provider === 'anthropic' ? Anthropic.APIError : ApiError);
        return expect(counted).toMatchObject({ status });
      }
      const call = cell.calls().at(-1)!;
      expect(counted).toMatchObject({ tokens: expectedAnswer({ path: call.path, body: call.body })?.inputTokens });
      const { headers } = counted as { headers: Headers };
      expect(cell.emails).toContain(headers.get('x-account-email'));
      expect(Number(headers.get('x-attempts'))).toBe(cell.calls().length);
      if (weather !== 'clear') expect(cell.calls().length).toBeGreaterThan(1);
      expect(headers.get('x-token-count')).toBeNull();
    },
  );
});

describe('the list of models', () => {
  let lab: Lab;
  let gateway: TestGateway;
  beforeAll(async () => {
    lab = await startLab({ world });
    const accounts = [
      loopbackAccount('anthropic', 'ada', lab.url),
      loopbackAccount('anthropic', 'bob', lab.url),
      loopbackAccount('gemini', 'eve', lab.url),
    ];
    gateway = await startTestGateway({ accounts });
  });
  afterAll(async () => {
    await gateway.close();
    await lab.close();
  });

  it('has every Claude model once, as the Anthropic SDK reads it', async () => {
    const ids: string[] = [];
    for await (const { id, type } of anthropicClient(gateway.url).models.list()) {
      expect(type).toBe('model');
      ids.push(id);
    }
    expect(ids.filter((id) => id.startsWith('claude-')).sort()).toEqual([...CLAUDE_MODELS].sort());
  });

  it('tells of one Claude model, and that it has no other', async () => {
    const { models } = anthropicClient(gateway.url);
    const found = await models.retrieve('claude-sonnet-4-6');
    expect(found).toMatchObject({ id: 'claude-sonnet-4-6', type: 'model', display_name: 'Claude sonnet 4 6' });
    const missing = await models.retrieve('no-such-model').catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(Anthropic.NotFoundError);
  });

  it('has every Gemini model once, as the GenAI SDK reads it', async () => {
    const names: string[] = [];
    for await (const { name } of await geminiClient(gateway.url).models.list()) names.push(name ?? '');
    const wanted = GEMINI_MODELS.map((model) => `models/${model}`);
    expect(names.filter((name) => name.startsWith('models/gemini-')).sort()).toEqual(wanted.sort());
  });

  it('tells of one Gemini model, and that it has no other', async () => {
    const { models } = geminiClient(gateway.url);
    const found = await models.get({ model: 'gemini-2.5-pro' });
    expect(found).toMatchObject({ name: 'models/gemini-2.5-pro', inputTokenLimit: 1_048_576 });
    const missing = await models.get({ model: 'no-such-model' }).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ApiError);
    expect(missing).toMatchObject({ status: 404 });
  });
});
