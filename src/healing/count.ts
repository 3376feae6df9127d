/** One try at counting tokens: a small document, asked for and passed on whole. The upstream's number is never replaced by one of ours here. */

import { type Failure, Refusal } from '../model/failure.ts';
import type { ClientSink, UpstreamAdapter, UpstreamAnswer, UpstreamAttempt, World } from '../model/ports.ts';
import type { AttemptEnd } from './attempt.ts';
import { type ClockLimits, type Ring, startClocks } from './clocks.ts';

/** Bytes of one count's answer. */
export const countBytesMax = 1024 * 1024;

export interface CountOrder {
  readonly adapter: UpstreamAdapter;
  readonly attempt: UpstreamAttempt;
  readonly limits: ClockLimits;
  readonly sink: ClientSink;
  readonly headers: (answer: UpstreamAnswer) => Readonly<Record<string, string>>;
  readonly answered: (answer: UpstreamAnswer) => void;
  readonly sent: (bytes: Uint8Array) => void;
  /** For an upstream of another dialect: the client's document for a number. */
  readonly retell?: (tokens: number) => string;
  /** Our own number, for a request that cannot be said in the upstream's dialect. */
  readonly estimate?: () => number;
}

export async function countTokens(order: CountOrder, world: World): Promise<AttemptEnd> {
  const { sink } = order;
  const abort = new AbortController();
  let rung: Ring | undefined;
  const clocks = startClocks(world, order.limits, (which) => {
    rung ??= which;
    abort.abort();
  });
  const left = (): void => abort.abort();
  if (sink.gone.aborted) abort.abort();
  else sink.gone.addEventListener('abort', left);
  try {
    const answer = await order.adapter.open(order.attempt, abort.signal);
    clocks.headersCame();
    order.answered(answer);
    const body = await readAll(answer.body);
    const document = readObject(body);
    const told = document && order.retell ? retold(document, order.retell) : document && body;
    if (!told) return failed({ kind: 'garbage', reach: 'streaming', detail: 'the answer states no count of tokens' });
    order.sent(told);
    sink.answer({ status: 200, headers: order.headers(answer), body: told });
    return { result: 'complete', usage: {} };
  } catch (error) {
    if (rung === undefined && sink.gone.aborted) return { result: 'cancelled', usage: {} };
    const failure = failureOf(error, rung);
    const unsaid = failure.kind === 'request-refused' && failure.reach === 'unsent';
    return unsaid && order.retell && order.estimate
      ? estimated(order, order.retell(order.estimate()))
      : failed(failure);
  } finally {
    clocks.cancel();
    sink.gone.removeEventListener('abort', left);
    abort.abort();
  }
}

/** A count is no answer of a model: where the upstream cannot be asked, an estimate that says so serves the caller better than an error. */
function estimated(order: CountOrder, document: string): AttemptEnd {
  const body = Buffer.from(document);
  order.sent(body);
  const nothing = { status: 200, headers: {}, body: { [Symbol.asyncIterator]: () => ({ next: async () => ended }) } };
  order.sink.answer({ status: 200, headers: { ...order.headers(nothing), 'x-token-count': 'estimated' }, body });
  return { result: 'complete', usage: {} };
}

const ended = { done: true, value: undefined } as const;

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    if (total > countBytesMax) {
      throw new Refusal({
        kind: 'limit',
        reach: 'streaming',
        detail: `the answer is larger than ${countBytesMax} bytes`,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function readObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isAnswer = typeof value === 'object' && value !== null && !Array.isArray(value) && !('error' in value);
    return isAnswer ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The upstream's own number, in the client's dialect. */
function retold(document: Record<string, unknown>, retell: (tokens: number) => string): Buffer | undefined {
  const tokens = document.input_tokens ?? document.totalTokens;
  return typeof tokens === 'number' ? Buffer.from(retell(tokens)) : undefined;
}

function failureOf(error: unknown, rung: Ring | undefined): Failure {
  if (rung !== undefined) {
    const waitedFor = rung === 'headers' ? 'headers' : 'content';
    return { kind: 'silent', reach: 'unanswered', waitedFor, detail: 'no count in time' };
  }
  if (error instanceof Refusal) return error.failure;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return { kind: 'ended', reach: 'streaming', detail: `the connection broke (${code})` };
  throw error;
}

function failed(failure: Failure): AttemptEnd {
  return { result: 'failed', failure, usage: {} };
}
