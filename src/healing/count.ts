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
    if (!isJsonObject(body))
      return failed({ kind: 'garbage', reach: 'streaming', detail: 'the answer is not a JSON object' });
    order.sent(body);
    sink.answer({ status: 200, headers: order.headers(answer), body });
    return { result: 'complete', usage: {} };
  } catch (error) {
    if (rung === undefined && sink.gone.aborted) return { result: 'cancelled', usage: {} };
    return failed(failureOf(error, rung));
  } finally {
    clocks.cancel();
    sink.gone.removeEventListener('abort', left);
    abort.abort();
  }
}

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

function isJsonObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !('error' in value);
  } catch {
    return false;
  }
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
