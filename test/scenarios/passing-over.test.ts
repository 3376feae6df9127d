/** A model with an open circuit is passed over for the next of its route, but only before it was asked: what an exchange has begun with one model it goes on with. */

import { describe, expect, it } from 'vitest';
import { heal } from '../../src/healing/heal.ts';
import { labScript } from '../../src/lab/script.ts';
import { createVirtualTransport } from '../../src/lab/virtual-transport.ts';
import { createVirtualWorld } from '../../src/lab/virtual-world.ts';
import type { AccountConfig } from '../../src/model/config.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { AccountPool } from '../../src/model/ports.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { createMemoryJournal } from '../../src/storage/memory/journal.ts';
import { virtualClient } from '../simulation/client.ts';
import { furnish } from '../simulation/doors.ts';

const [first, second] = ['claude-sonnet-4-5', 'claude-haiku-4-5'] as const;

const accounts = ['a', 'b'].map(
  (name): AccountConfig => ({
    email: `${name}@example.com`,
    provider: 'anthropic',
    credential: `key-${name}`,
    baseUrl: 'http://anthropic.lab',
    allowPrivate: true,
    models: ['claude-*'],
    weight: 1,
    enabled: true,
  }),
);

/** One request for a route of two models. The circuit of the first is open from its `opensAfter`-th attempt on. */
async function ask(weather: readonly string[], opensAfter: number): Promise<readonly Fact[]> {
  const world = createVirtualWorld(3);
  const script = labScript({ accounts: { 'key-a': [...weather], 'key-b': [...weather] } });
  const journal = createMemoryJournal();
  const transport = createVirtualTransport(world, script);
  const { doors: open, pool } = furnish({ world, transport, accounts, journal, captureBytesMax: 0 });
  const attempts = (): number => journal.facts.filter(({ fact }) => fact === 'attempt-started').length;
  const watched: AccountPool = {
    lease: (wish) => pool.lease(wish),
    another: (wish, otherProvider) => pool.another(wish, otherProvider),
    isModelOpen: (_protocol, _operation, model) => model === first && attempts() >= opensAfter,
  };
  const doors = { ...open, pool: watched };
  const messages = [{ role: 'user', content: 'Hello' }];
  const body = Buffer.from(JSON.stringify({ model: first, max_tokens: 100, stream: true, messages }));
  const input = { operation: 'generate', body, headers: {}, query: new URLSearchParams() } as const;
  const read = DIALECTS.anthropic.readRequest(input);
  if ('problem' in read) throw new Error(read.problem.message);
  const exchange = { id: 'one', request: read.request, models: [first, second], caller: '', method: 'POST', path: '/' };
  const { sink } = virtualClient(world, 0);
  void heal({ ...exchange, headers: {}, dialect: DIALECTS.anthropic, sink }, doors);
  await world.run({ forMs: 120_000 });
  return journal.facts;
}

const modelsOf = (facts: readonly Fact[]): string[] =>
  facts.flatMap((fact) => (fact.fact === 'attempt-started' ? [fact.mappedModel] : []));
const outcomeOf = (facts: readonly Fact[]): Fact | undefined => facts.find(({ fact }) => fact === 'exchange-ended');

describe('a model whose circuit is open', () => {
  it('is passed over before it is asked', async () => {
    const facts = await ask(['clear'], 0);
    expect(modelsOf(facts)).toEqual([second]);
    expect(facts.some(({ fact }) => fact === 'passed-over')).toBe(true);
    expect(outcomeOf(facts)).toMatchObject({ outcome: 'ok', flags: ['fallback'] });
  });

  it('is not left in the middle of an exchange while another of its accounts can serve', async () => {
    const facts = await ask(['500', 'clear'], 1);
    expect(new Set(modelsOf(facts))).toEqual(new Set([first]));
    expect(facts.some(({ fact }) => fact === 'passed-over')).toBe(false);
    expect(outcomeOf(facts)).toMatchObject({ outcome: 'healed', mappedModel: first });
  });
});
