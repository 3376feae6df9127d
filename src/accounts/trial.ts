/**
 * One small real request with one account, through the adapter that every other request takes: does its credential work, and for which model? It costs
 * next to nothing, changes nothing about how the account is chosen, and never throws for what the upstream does.
 */

import type { AccountConfig } from '../model/config.ts';
import type { StreamEvent } from '../model/events.ts';
import { type Failure, type FailureKind, FrameLimitError, Refusal } from '../model/failure.ts';
import type { UpstreamAdapter, World } from '../model/ports.ts';
import type { ClientRequest, Protocol } from '../model/request.ts';
import type { Frame } from '../model/wire.ts';
import type { AccountTestView } from '../monitor/views.ts';

export interface TrialDependencies {
  readonly adapter: UpstreamAdapter;
  readonly world: Pick<World, 'alarm' | 'elapsed'>;
  /** The models on the provider's own list; empty where there is none. Never rejects. */
  readonly list: (account: AccountConfig) => Promise<readonly string[]>;
  /** Whether the account serves a model of this name. */
  readonly claims: (account: AccountConfig, model: string) => boolean;
  /** Takes secrets out of what the upstream said. */
  readonly redact: (text: string) => string;
}

export const trialMsMax = 30_000;
const MESSAGE_CHARS_MAX = 1_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

export async function tryAccount(account: AccountConfig, dependencies: TrialDependencies): Promise<AccountTestView> {
  const { world, redact } = dependencies;
  const begun = world.elapsed();
  const abort = new AbortController();
  const alarm = world.alarm(trialMsMax, () => abort.abort());
  const told = (found: Found): AccountTestView => ({
    ok: found.ok,
    status: found.status ?? null,
    model: found.model ?? null,
    took_ms: Math.round(world.elapsed() - begun),
    message: redact(found.message).slice(0, MESSAGE_CHARS_MAX),
  });
  try {
    const model = await modelFor(account, dependencies);
    if (model === undefined) return told({ ok: false, message: NO_MODEL });
    const heard = await ask(account, model, dependencies.adapter, abort.signal);
    if ('answered' in heard) return told({ ok: true, status: heard.answered, model, message: `${model} answers` });
    const failure = heard;
    return told({
      ok: false,
      ...(failure.status === undefined ? {} : { status: failure.status }),
      model,
      message: sentence(failure),
    });
  } finally {
    alarm.cancel();
    abort.abort();
  }
}

interface Found {
  readonly ok: boolean;
  readonly status?: number;
  readonly model?: string;
  readonly message: string;
}

const NO_MODEL =
  'no model is known to ask for: the provider has no list of models that this account may use, and the account names none; state one among its models';

// ---------------------------------------------------------------- which model

/** Cheapest first: what a small model is called by the providers. The first word that fits decides; names that fit none come last. */
const CHEAP: readonly RegExp[] = [/flash-lite|nano/, /haiku|mini(?!max)|flash/, /lite|small|tiny|air/];
/** These answer something else than text, or not over this way. */
const NO_CHAT =
  /embed|tts|audio|image|imagen|veo|live|realtime|whisper|transcri|moderation|dall-e|aqa|rerank|robotics|computer-use|instruct|sora|search/;
/** For providers whose list cannot be had. */
const USUAL: Readonly<Record<AccountConfig['provider'], readonly string[]>> = {
  anthropic: ['claude-haiku-4-5'],
  gemini: ['gemini-2.5-flash-lite', 'gemini-2.5-flash'],
  vertex: ['gemini-2.5-flash-lite', 'gemini-2.5-flash', 'claude-haiku-4-5'],
  openai: [],
};

async function modelFor(account: AccountConfig, { list, claims }: TrialDependencies): Promise<string | undefined> {
  const listed = (await list(account)).filter((model) => claims(account, model) && !NO_CHAT.test(model));
  const stated = account.models.filter((pattern) => !pattern.includes('*'));
  const usual = USUAL[account.provider].filter((model) => claims(account, model));
  return [listed, stated, usual].map(cheapest).find((model) => model !== undefined);
}

function cheapest(models: readonly string[]): string | undefined {
  const rank = (model: string): number => {
    const found = CHEAP.findIndex((words) => words.test(model));
    return found < 0 ? CHEAP.length : found;
  };
  return models.toSorted((one, other) => rank(one) - rank(other))[0];
}

// ---------------------------------------------------------------- the request

const PROMPT = 'Say ok.';
/** As few tokens as the dialect can ask for; Chat Completions has no one name for that which every model takes. */
const BODIES: Readonly<Record<Protocol, (model: string) => Record<string, unknown>>> = {
  anthropic: (model) => ({ model, max_tokens: 1, messages: [{ role: 'user', content: PROMPT }] }),
  gemini: () => ({
    contents: [{ role: 'user', parts: [{ text: PROMPT }] }],
    generationConfig: { maxOutputTokens: 16 },
  }),
  'openai-chat': (model) => ({ model, messages: [{ role: 'user', content: PROMPT }] }),
  'openai-responses': (model) => ({ model, input: PROMPT }),
};

function requestFor(protocol: Protocol, model: string): ClientRequest {
  const json = BODIES[protocol](model);
  const body = Buffer.from(JSON.stringify(json));
  return { protocol, operation: 'generate', model, framing: 'sse', body, json, passHeaders: {} };
}

/** The status of a whole answer, or why there was none. */
async function ask(
  account: AccountConfig,
  model: string,
  adapter: UpstreamAdapter,
  signal: AbortSignal,
): Promise<{ readonly answered: number } | Failure> {
  const protocol = adapter.native('anthropic', model);
  const late: Failure = { kind: 'silent', reach: 'unanswered', detail: `no answer within ${trialMsMax / 1_000} s` };
  try {
    const answer = await adapter.open({ account, model, request: requestFor(protocol, model), edits: [] }, signal);
    const failure = await listen(answer.body, adapter, protocol);
    if (failure === undefined) return { answered: answer.status };
    return signal.aborted ? late : failure;
  } catch (error) {
    if (signal.aborted) return late;
    if (error instanceof Refusal) return error.failure;
    if (error instanceof FrameLimitError) return { kind: 'garbage', reach: 'streaming', detail: error.message };
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code === 'string')
      return { kind: 'ended', reach: 'streaming', detail: `the connection broke (${code})` };
    throw error;
  }
}

/** Reads until the first word, or the word that says why there is none; leaving the loop closes the connection. */
async function listen(
  body: AsyncIterable<Uint8Array>,
  adapter: UpstreamAdapter,
  protocol: Protocol,
): Promise<Failure | undefined> {
  const framer = adapter.framer(protocol);
  const reader = adapter.readEvents(protocol);
  const frames: Frame[] = [];
  const events: StreamEvent[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    framer.push(piece, frames);
    for (const frame of frames.splice(0)) reader.push(frame, events);
    const verdict = verdictOf(events.splice(0), adapter, protocol);
    if (verdict !== undefined) return verdict === 'answered' ? undefined : verdict;
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  framer.end(frames);
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  const verdict = verdictOf(events, adapter, protocol);
  if (verdict === 'answered') return undefined;
  return verdict ?? { kind: 'ended', reach: 'streaming', detail: 'the answer ended before it said anything' };
}

function verdictOf(
  events: readonly StreamEvent[],
  adapter: UpstreamAdapter,
  protocol: Protocol,
): Failure | 'answered' | undefined {
  for (const event of events) {
    if (event.type === 'failure') return adapter.classifyInBand(protocol, event.body);
    if (event.type === 'garbage' || event.type === 'cut') {
      return { kind: event.type === 'cut' ? 'ended' : 'garbage', reach: 'streaming', detail: event.detail };
    }
    // One token may be too few for a word: that it stopped for this reason is an answer too.
    if (event.type === 'block-start' || event.type === 'block-delta' || event.type === 'message-end') return 'answered';
  }
  return undefined;
}

// ---------------------------------------------------------------- what to do

const AT_THE_PROVIDER = 'the account is not to blame: try again later';
const NOT_THE_MODELS = 'the address answers, but not as this provider does: check base_url and provider';
/** What a person can do about each kind of failure. */
const ADVICE: Readonly<Record<FailureKind, string>> = {
  'credential-refused': 'the credential is wrong, expired or revoked: make a new one and change the account',
  'permission-refused':
    'the credential is known but may not do this: enable the API and the model for it at the provider',
  'account-exhausted': 'credit or a spend limit is used up: see to the billing at the provider',
  'model-unknown': 'this account has no such model: state among its models those that it has',
  'model-unavailable': 'this account may not use the model at all: another tier or another model is needed',
  'rate-limited': 'the credential works, but its limit is used up for now: wait, or add another account',
  'quota-exhausted':
    'the credential works, but its quota for the day is used up: wait for its reset, or add another account',
  'capacity-limited': AT_THE_PROVIDER,
  'server-error': AT_THE_PROVIDER,
  overloaded: AT_THE_PROVIDER,
  'stream-error': AT_THE_PROVIDER,
  silent: 'the upstream does not answer: check base_url, the network and the proxy',
  unreachable: 'the upstream cannot be reached: check base_url, the network and the proxy',
  ended: NOT_THE_MODELS,
  empty: NOT_THE_MODELS,
  garbage: NOT_THE_MODELS,
  'malformed-answer': NOT_THE_MODELS,
  cut: NOT_THE_MODELS,
  stalled: NOT_THE_MODELS,
  limit: NOT_THE_MODELS,
  contradiction: NOT_THE_MODELS,
  'context-too-long': NOT_THE_MODELS,
  'signature-refused': NOT_THE_MODELS,
  'request-refused': 'the credential was not refused, but the request was: check the model and base_url',
};

function sentence({ kind, detail }: Failure): string {
  return `${detail.replace(/[.\s]+$/, '')}. What to do: ${ADVICE[kind]}`;
}
