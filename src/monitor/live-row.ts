/** A request as the live feed tells it while it is under way, from its facts so far. Pure; nothing is counted here that an upstream did not state. */

import type { Usage } from '../model/events.ts';
import type { Fact, Flag } from '../model/journal.ts';
import { noteAttempt, type OpenExchange } from './record-exchange.ts';
import { askedFields, conversationOf, spokenFields, tokens, whole } from './record-rows.ts';
import type { LiveRow } from './views.ts';

export interface LiveExchange extends OpenExchange {
  state: LiveRow['state'];
  readonly flags: Set<Flag>;
  /** An attempt of it has. */
  hasFailed: boolean;
  /** What the upstream that is answering has stated so far. */
  usage: (() => Usage) | undefined;
}

/** Whether readers are told of this fact. */
export function noteLive(exchange: LiveExchange, fact: Fact): boolean {
  noteAttempt(exchange, fact);
  switch (fact.fact) {
    case 'exchange-started':
    case 'attempt-answered':
      return true;
    case 'attempt-started':
      noteStart(exchange, fact);
      return true;
    case 'first-content':
      exchange.state = 'answering';
      exchange.usage = fact.usage;
      return true;
    case 'attempt-ended':
      noteEnd(exchange, fact);
      return false;
    case 'waiting':
    case 'queued':
      exchange.state = 'waiting';
      return true;
    case 'resumed':
      exchange.flags.add('resumed');
      exchange.state = 'answering';
      return true;
    case 'passed-over':
      exchange.flags.add('fallback');
      return false;
    default:
      return false;
  }
}

function noteStart(exchange: LiveExchange, fact: Extract<Fact, { fact: 'attempt-started' }>): void {
  const { attempts, flags, hasFailed } = exchange;
  const before = attempts.get(fact.n - 1)?.started;
  if (hasFailed) flags.add('retried');
  if (hasFailed && before !== undefined && before.account !== fact.account) flags.add('rotated');
  if (before !== undefined && before.mappedModel !== fact.mappedModel) flags.add('fallback');
  if (fact.repaired) flags.add('repaired');
  // Beside an attempt that is answering nothing has stopped.
  if (fact.hedge !== true) exchange.state = 'asking';
}

const WORDLESS: ReadonlySet<string | undefined> = new Set(['ended', 'empty']);

function noteEnd(exchange: LiveExchange, { failure }: Extract<Fact, { fact: 'attempt-ended' }>): void {
  if (failure === undefined) return;
  exchange.hasFailed = true;
  if (WORDLESS.has(failure.kind)) exchange.flags.add('zero_token');
}

/** `ms` since the start of the request. */
export function liveRow(exchange: LiveExchange, ms: number, redact: (text: string) => string): LiveRow {
  const { started, attempts, state, flags } = exchange;
  const all = [...attempts.values()];
  const latest = all.at(-1)?.started;
  const usage = exchange.usage?.() ?? {};
  return {
    ...askedFields(started, redact),
    ...spokenFields(all),
    mapped_model: redact(latest?.mappedModel ?? ''),
    account_email: latest?.account ?? '',
    status: null,
    outcome: null,
    state,
    attempts: attempts.size,
    duration_ms: whole(ms) ?? 0,
    ...tokens(usage),
    cache_read_tokens: whole(usage.cacheReadTokens),
    stop_reason: null,
    flags: [...flags],
    conversation: conversationOf(started.sessionKey),
  };
}
