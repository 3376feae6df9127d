/** An exchange while it is under way, as its facts have told it so far. The record and the live feed both read it; it keeps references and no copies. */

import type { Fact } from '../model/journal.ts';

/** Exchanges under way at once; above it the oldest is forgotten. */
export const OPEN_EXCHANGES_MAX = 20_000;

export type Started = Extract<Fact, { fact: 'exchange-started' }>;
export type Ended = Extract<Fact, { fact: 'exchange-ended' }>;
export type AttemptStarted = Extract<Fact, { fact: 'attempt-started' }>;
export type AttemptEnded = Extract<Fact, { fact: 'attempt-ended' }>;

export interface OpenAttempt {
  readonly started: AttemptStarted;
  answeredMs?: number;
  status?: number;
  requestId?: string;
  contentMs?: number;
  ended?: AttemptEnded;
}
export interface OpenExchange {
  readonly started: Started;
  readonly attempts: Map<number, OpenAttempt>;
}

/** Exchanges by their id, the oldest first. */
export class OpenExchanges<Exchange extends OpenExchange> {
  readonly #open = new Map<string, Exchange>();

  begin(exchange: Exchange): Exchange {
    this.#open.set(exchange.started.id, exchange);
    if (this.#open.size > OPEN_EXCHANGES_MAX) this.#open.delete(this.#open.keys().next().value as string);
    return exchange;
  }

  get(id: string): Exchange | undefined {
    return this.#open.get(id);
  }

  end(id: string): void {
    this.#open.delete(id);
  }

  all(): readonly Exchange[] {
    return [...this.#open.values()];
  }
}

export function noteAttempt(exchange: OpenExchange, fact: Fact): void {
  if (fact.fact === 'attempt-started') {
    exchange.attempts.set(fact.n, { started: fact });
    return;
  }
  if (!('n' in fact)) return;
  const attempt = exchange.attempts.get(fact.n);
  if (attempt === undefined) return;
  if (fact.fact === 'attempt-answered') {
    attempt.answeredMs = fact.ms;
    attempt.status = fact.status;
    if (fact.upstreamRequestId !== undefined) attempt.requestId = fact.upstreamRequestId;
  } else if (fact.fact === 'first-content') {
    attempt.contentMs ??= fact.ms;
  } else if (fact.fact === 'attempt-ended') {
    attempt.ended = fact;
  }
}
