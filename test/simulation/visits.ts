/** The people of a simulated town: requests of all four dialects for a model and perhaps its fallback, by clients that read quickly, slowly, or leave. All from one chance. */

import { Buffer } from 'node:buffer';
import { sealReasoning } from '../../src/lab/openai-checks.ts';
import { between, pick } from '../../src/lab/seed.ts';
import { mintSignature } from '../../src/lab/signature.ts';
import type { Chance } from '../../src/lab/step.ts';
import type { Protocol, RequestInput } from '../../src/model/request.ts';
import { MODELS, providerOf, type TownProvider } from './households.ts';

export interface Visit {
  readonly name: string;
  readonly protocol: Protocol;
  /** The upstream models of its route, in order. */
  readonly models: readonly string[];
  readonly input: RequestInput;
  readonly path: string;
  readonly stream: boolean;
  readonly arrivesMs: number;
  /** After this time from its arrival the client leaves, if it is still waiting. */
  readonly leavesAfterMs: number | undefined;
  /** How long it takes the client to read one write. */
  readonly readsMs: number;
}

const DIALECT_OF: Readonly<Record<TownProvider, readonly Protocol[]>> = {
  anthropic: ['anthropic'],
  gemini: ['gemini'],
  openai: ['openai-chat', 'openai-responses'],
};
const PROTOCOLS: readonly Protocol[] = ['anthropic', 'gemini', 'openai-chat', 'openai-responses'];
const foreignShare = 0.35;
const fallbackShare = 0.3;

/** The models that a visitor asks for: one of a provider of this town, and at times one of another as its fallback. */
export function inventRoute(providers: readonly TownProvider[], chance: Chance): readonly string[] {
  const home = pick(providers, chance);
  const others = providers.filter((provider) => provider !== home);
  const first = pick(MODELS[home], chance);
  if (others.length === 0 || chance() >= fallbackShare) return [first];
  return [first, pick(MODELS[pick(others, chance)], chance)];
}

export function inventVisit(name: string, models: readonly string[], arrivesMs: number, chance: Chance): Visit {
  const home = providerOf(models[0] ?? '');
  const protocol = pick(chance() < foreignShare ? PROTOCOLS : DIALECT_OF[home], chance);
  const stream = chance() < 0.7;
  const leaves = chance() < 0.08;
  const wish = wishOf(chance);
  const visitor = {
    ...{ name, protocol, models, stream, arrivesMs },
    leavesAfterMs: leaves ? Math.floor(chance() ** 3 * 20_000) : undefined,
    readsMs: chance() < 0.1 ? Math.floor(chance() * 400) : 0,
  };
  return { ...visitor, ...ASKED[protocol](visitor, wish, chance) };
}

type Visitor = Omit<Visit, 'input' | 'path'>;
type Asked = Pick<Visit, 'input' | 'path'>;

const ASKED: Readonly<Record<Protocol, (visitor: Visitor, wish: string, chance: Chance) => Asked>> = {
  anthropic: askAnthropic,
  gemini: askGemini,
  'openai-chat': askChat,
  'openai-responses': askResponses,
};

const schema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
const tool = { name: 'look_up', description: 'looks things up' };
const historyShare = 0.3;

/** What the prompt wishes of the lab: words, and at times a tool call. */
function wishOf(chance: Chance): string {
  const words = `[[lab:words=${chance() < 0.1 ? between(60, 120, chance) : between(1, 30, chance)}]]`;
  const roll = chance();
  if (roll < 0.12) return `${words} [[lab:tool]]`;
  if (roll < 0.25) return `${words} [[lab:tool]] [[lab:say]]`;
  return words;
}

function askAnthropic({ name, models, stream }: Visitor, wish: string, chance: Chance): Asked {
  const model = models[0] ?? '';
  const messages: unknown[] = [];
  if (chance() < historyShare) {
    const thought = `A thought about ${name}.`;
    const signature = mintSignature('claude', chance() < 0.5 ? thought : 'something else');
    const thinking = { type: 'thinking', thinking: thought, signature };
    messages.push({ role: 'user', content: `An opening of ${name}` });
    messages.push({ role: 'assistant', content: [thinking, { type: 'text', text: 'As I said.' }] });
  }
  messages.push({ role: 'user', content: `Tell me about ${name} ${wish}` });
  // Models that decide themselves how much they think refuse a number.
  const isAdaptive = models.includes('claude-opus-4-8');
  const type = isAdaptive ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: 1024 };
  const thinking = chance() < 0.3 ? { thinking: type } : {};
  const tools = [{ ...tool, input_schema: schema }];
  return post('/v1/messages', { model, max_tokens: 4096, stream, messages, tools, ...thinking });
}

function askGemini({ name, models, stream }: Visitor, wish: string, chance: Chance): Asked {
  const model = models[0] ?? '';
  const contents: unknown[] = [];
  if (chance() < historyShare) {
    const signed = { text: `A reply to ${name}.`, thoughtSignature: 'bm90IGEgc2lnbmF0dXJlIG9mIHRoaXMgdXBzdHJlYW0=' };
    contents.push({ role: 'user', parts: [{ text: `An opening of ${name}` }] }, { role: 'model', parts: [signed] });
  }
  contents.push({ role: 'user', parts: [{ text: `Tell me about ${name} ${wish}` }] });
  const tools = [{ functionDeclarations: [{ ...tool, parameters: schema }] }];
  const thinking = chance() < 0.3 ? { generationConfig: { thinkingConfig: { includeThoughts: true } } } : {};
  const pathMethod = stream ? ('streamGenerateContent' as const) : ('generateContent' as const);
  const query = new URLSearchParams(stream && chance() < 0.8 ? { alt: 'sse' } : {});
  const path = `/v1beta/models/${model}:${pathMethod}`;
  const { input } = post(path, { contents, tools, ...thinking });
  return { path, input: { ...input, query, pathModel: model, pathMethod } };
}

function askChat({ name, models, stream }: Visitor, wish: string, chance: Chance): Asked {
  const messages: unknown[] = [];
  if (chance() < historyShare) {
    messages.push({ role: 'user', content: `An opening of ${name}` }, { role: 'assistant', content: 'As I said.' });
  }
  messages.push({ role: 'user', content: `Tell me about ${name} ${wish}` });
  const tools = [{ type: 'function', function: { ...tool, parameters: schema } }];
  const effort = chance() < 0.2 ? { reasoning_effort: 'low' } : {};
  const counted = stream && chance() < 0.5 ? { stream_options: { include_usage: true } } : {};
  return post('/v1/chat/completions', { model: models[0], stream, messages, tools, ...effort, ...counted });
}

function askResponses({ name, models, stream }: Visitor, wish: string, chance: Chance): Asked {
  const asked = `Tell me about ${name} ${wish}`;
  const input: unknown[] = [];
  if (chance() < historyShare) {
    const sealed = chance() < 0.5 ? sealReasoning(`A thought about ${name}.`) : 'gAAAAnobody';
    input.push({ type: 'message', role: 'user', content: `An opening of ${name}` });
    input.push({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed });
    input.push({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'As I said.' }] });
  }
  input.push({ type: 'message', role: 'user', content: asked });
  const tools = [{ type: 'function', ...tool, parameters: schema }];
  const reasoning = chance() < 0.3 ? { reasoning: { effort: 'low', summary: 'auto' } } : {};
  const include = chance() < 0.3 ? { include: ['reasoning.encrypted_content'] } : {};
  const whole = input.length === 1 && chance() < 0.5 ? asked : input;
  return post('/v1/responses', { model: models[0], stream, input: whole, tools, ...reasoning, ...include });
}

function post(path: string, body: unknown): Asked {
  const bytes = Buffer.from(JSON.stringify(body));
  return { path, input: { operation: 'generate', body: bytes, headers: {}, query: new URLSearchParams() } };
}
