/** Remembers of each exchange the little that its later sentences need: dialect, latest account, when the attempt began. Says nothing itself. */

import type { Fact } from '../model/journal.ts';
import type { Protocol } from '../model/request.ts';
import { type Phrase, phrases } from './phrases.ts';

/** Exchanges under way at once; above it the oldest is told without its particulars. */
const OPEN_EXCHANGES_MAX = 20_000;

/** Every reader of facts makes one of its own. */
export function createNarrator(): (fact: Fact) => readonly Phrase[] {
  const open = new Map<string, { readonly protocol: Protocol; account: string; startedMs: number }>();
  return (fact) => {
    if (fact.fact === 'exchange-started') {
      open.set(fact.id, { protocol: fact.protocol, account: '', startedMs: 0 });
      if (open.size > OPEN_EXCHANGES_MAX) open.delete(open.keys().next().value as string);
      return phrases(fact, fact.protocol);
    }
    const known = open.get(fact.id);
    if (known === undefined) return phrases(fact, 'anthropic');
    if (fact.fact === 'attempt-started') {
      known.account = fact.account;
      known.startedMs = fact.ms;
    }
    if (fact.fact === 'exchange-ended') open.delete(fact.id);
    return phrases(fact, known.protocol, { account: known.account, forMs: Math.max(0, fact.ms - known.startedMs) });
  };
}
