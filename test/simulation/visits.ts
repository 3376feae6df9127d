/** The people of a simulated town: requests of both dialects, and clients that read quickly, slowly, or leave. All from one chance. */

import { Buffer } from 'node:buffer';
import { between, pick } from '../../src/lab/seed.ts';
import { mintSignature } from '../../src/lab/signature.ts';
import type { Chance } from '../../src/lab/step.ts';
import type { Provider } from '../../src/model/config.ts';
import type { ClientSink, World } from '../../src/model/ports.ts';
import type { PlainAnswer, Protocol, RequestInput } from '../../src/model/request.ts';

export interface Visit {
  readonly name: string;
  readonly protocol: Protocol;
  /** Whose accounts serve it; another dialect's, now and then. */
  readonly provider: Provider;
  readonly input: RequestInput;
  readonly path: string;
  readonly stream: boolean;
  readonly arrivesMs: number;
  /** After this time from its arrival the client leaves, if it is still waiting. */
  readonly leavesAfterMs: number | undefined;
  /** How long it takes the client to read one write. */
  readonly readsMs: number;
}

export function inventVisit(name: string, provider: 'anthropic' | 'gemini', chance: Chance): Visit {
  const other = provider === 'anthropic' ? 'gemini' : 'anthropic';
  const protocol = chance() < 0.25 ? other : provider;
  const model =
    provider === 'anthropic' ? 'claude-sonnet-4-5' : pick(['gemini-2.5-flash', 'gemini-3-pro-preview'], chance);
  const stream = chance() < 0.6;
  const leaves = chance() < 0.1;
  const common = {
    name,
    protocol,
    provider,
    stream,
    arrivesMs: Math.floor(chance() * 400_000),
    leavesAfterMs: leaves ? Math.floor(chance() ** 3 * 20_000) : undefined,
    readsMs: chance() < 0.1 ? Math.floor(chance() * 400) : 0,
  };
  return protocol === 'anthropic' ? anthropicVisit(common, model, chance) : geminiVisit(common, model, chance);
}

type Common = Omit<Visit, 'input' | 'path'>;

function anthropicVisit(common: Common, model: string, chance: Chance): Visit {
  const messages: unknown[] = [];
  if (chance() < 0.3) {
    const thought = `A thought about ${common.name}.`;
    const signature = chance() < 0.5 ? mintSignature('claude', thought) : mintSignature('claude', 'something else');
    const thinking = { type: 'thinking', thinking: thought, signature };
    messages.push({ role: 'user', content: `An opening of ${common.name}` });
    messages.push({ role: 'assistant', content: [thinking, { type: 'text', text: 'As I said.' }] });
  }
  messages.push({ role: 'user', content: `Tell me about ${common.name} ${wishes(chance)}` });
  const thinking = chance() < 0.3 ? { thinking: { type: 'enabled', budget_tokens: 1024 } } : {};
  const tools = [{ name: 'look_up', description: 'looks things up', input_schema: schema }];
  const body = { model, max_tokens: 4096, stream: common.stream, messages, tools, ...thinking };
  const input = { operation: 'generate' as const, body: json(body), headers: {}, query: new URLSearchParams() };
  return { ...common, input, path: '/v1/messages' };
}

function geminiVisit(common: Common, model: string, chance: Chance): Visit {
  const contents: unknown[] = [];
  if (chance() < 0.3) {
    const signed = {
      text: `A reply to ${common.name}.`,
      thoughtSignature: 'bm90IGEgc2lnbmF0dXJlIG9mIHRoaXMgdXBzdHJlYW0=',
    };
    contents.push(
      { role: 'user', parts: [{ text: `An opening of ${common.name}` }] },
      { role: 'model', parts: [signed] },
    );
  }
  contents.push({ role: 'user', parts: [{ text: `Tell me about ${common.name} ${wishes(chance)}` }] });
  const tools = [{ functionDeclarations: [{ name: 'look_up', description: 'looks things up', parameters: schema }] }];
  const pathMethod = common.stream ? ('streamGenerateContent' as const) : ('generateContent' as const);
  const query = new URLSearchParams(common.stream ? { alt: 'sse' } : {});
  const path = `/v1beta/models/${model}:${pathMethod}`;
  const body = json({ contents, tools });
  return { ...common, path, input: { operation: 'generate', body, headers: {}, query, pathModel: model, pathMethod } };
}

const schema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };

function wishes(chance: Chance): string {
  const words = `[[lab:words=${between(1, 30, chance)}]]`;
  return chance() < 0.25 ? `${words} [[lab:tool]]` : words;
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** What one client saw, as it saw it. */
export interface Sight {
  status: number | undefined;
  headers: Readonly<Record<string, string>>;
  readonly pieces: Uint8Array[];
  opens: number;
  ends: number;
  firstByteMs: number | undefined;
  leftMs: number | undefined;
  writesAfterEnd: number;
}

export interface VirtualClient {
  readonly sink: ClientSink;
  readonly sight: Sight;
  leave(): void;
}

export function virtualClient(world: World, readsMs: number): VirtualClient {
  const gone = new AbortController();
  const sight: Sight = {
    status: undefined,
    headers: {},
    pieces: [],
    opens: 0,
    ends: 0,
    firstByteMs: undefined,
    leftMs: undefined,
    writesAfterEnd: 0,
  };
  const take = (bytes: Uint8Array): void => {
    if (sight.ends > 0) sight.writesAfterEnd += 1;
    sight.firstByteMs ??= world.elapsed();
    sight.pieces.push(bytes);
  };
  const sink: ClientSink = {
    gone: gone.signal,
    get opened() {
      return sight.opens > 0;
    },
    open(status, headers) {
      sight.opens += 1;
      sight.status = status;
      sight.headers = headers;
    },
    write(bytes) {
      if (gone.signal.aborted) return undefined;
      take(bytes);
      return readsMs === 0 ? undefined : world.sleep(readsMs, gone.signal);
    },
    end() {
      if (!gone.signal.aborted) sight.ends += 1;
    },
    answer(answer: PlainAnswer) {
      if (gone.signal.aborted) return;
      this.open(answer.status, answer.headers);
      take(answer.body);
      sight.ends += 1;
    },
    abandon: () => gone.abort(),
  };
  const leave = (): void => {
    if (sight.ends > 0) return;
    sight.leftMs = world.elapsed();
    gone.abort();
  };
  return { sink, sight, leave };
}
