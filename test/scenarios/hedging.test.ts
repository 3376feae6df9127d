/** A slow account of two, with and without hedging, on the virtual clock through the real loop, pool and adapters. */

import { describe, expect, it } from 'vitest';
import { heal } from '../../src/healing/heal.ts';
import { labScript } from '../../src/lab/script.ts';
import { createVirtualTransport } from '../../src/lab/virtual-transport.ts';
import { createVirtualWorld } from '../../src/lab/virtual-world.ts';
import type { AccountConfig } from '../../src/model/config.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { ClientRequest } from '../../src/model/request.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { createMemoryJournal } from '../../src/storage/memory/journal.ts';
import { type Sight, virtualClient } from '../simulation/client.ts';
import { furnish } from '../simulation/doors.ts';

const model = 'claude-sonnet-4-5';
const everyMs = 2_000;
const warmUp = 60;
const slowMs = 20_000;
/** Rarer than one in twenty: what is slow more often is how the model is. */
const slowEvery = 25;

interface Lived {
  readonly waitsMs: readonly number[];
  readonly sights: readonly Sight[];
  readonly facts: readonly Fact[];
  readonly endings: readonly string[];
  readonly leases: number;
  readonly open: number;
}

const accounts = ['a', 'b'].map(
  (name): AccountConfig => ({
    email: `${name}@example.com`,
    provider: 'anthropic',
    credential: `key-${name}`,
    baseUrl: 'http://anthropic.lab',
    allowPrivate: true,
    models: ['claude-*'],
    weight: name === 'a' ? 1_000_000 : 1,
    enabled: true,
  }),
);

/** Two accounts, the first of which is some times slow to begin. */
function settle(hedge: boolean, visits: number) {
  const world = createVirtualWorld(7);
  const quick = 'slow-first-byte:ms=300';
  const first = Array.from({ length: warmUp + visits }, (_, n) =>
    n > warmUp && n % slowEvery === 0 ? `slow-first-byte:ms=${slowMs}` : quick,
  );
  const transport = createVirtualTransport(world, labScript({ accounts: { 'key-a': first, 'key-b': quick } }));
  const journal = createMemoryJournal();
  const { doors, pool } = furnish({ world, transport, accounts, journal, healing: { hedge }, captureBytesMax: 4096 });
  return { world, transport, journal, pool, doors };
}

function requestOf(n: number): ClientRequest {
  const messages = [{ role: 'user', content: `Question ${n}` }];
  const body = Buffer.from(JSON.stringify({ model, max_tokens: 100, stream: true, messages }));
  const headers = { 'x-claude-code-session-id': 'one-session' };
  const query = new URLSearchParams();
  const read = DIALECTS.anthropic.readRequest({ operation: 'generate', body, headers, query });
  if ('problem' in read) throw new Error(read.problem.message);
  return read.request;
}

/** Sixty quick answers, then `visits` of one conversation, some of whose calls are now slow to begin. */
async function live(hedge: boolean, visits: number): Promise<Lived> {
  const { world, transport, journal, pool, doors } = settle(hedge, visits);
  const seen: { readonly sight: Sight; readonly startedMs: number }[] = [];
  for (let n = 0; n < warmUp + visits; n += 1) {
    world.alarm(n * everyMs, () => {
      const client = virtualClient(world, 0);
      seen.push({ sight: client.sight, startedMs: world.elapsed() });
      const exchange = { id: `exchange-${n}`, request: requestOf(n), models: [model], caller: '', method: 'POST' };
      void heal({ ...exchange, path: '/', headers: {}, dialect: DIALECTS.anthropic, sink: client.sink }, doors);
    });
  }
  await world.run({ forMs: (warmUp + visits) * everyMs + 120_000 });
  const waits = seen.map(({ sight, startedMs }) => (sight.firstByteMs ?? Number.POSITIVE_INFINITY) - startedMs);
  return {
    waitsMs: waits.slice(warmUp),
    sights: seen.map(({ sight }) => sight),
    facts: journal.facts,
    endings: transport.calls.map(({ ending }) => ending),
    leases: pool.snapshot().reduce((sum, { inFlight }) => sum + inFlight, 0),
    open: transport.open,
  };
}

describe('a second attempt beside a slow one', () => {
  it('is never made unless it is asked for', async () => {
    const { facts, waitsMs } = await live(false, 100);
    expect(facts.some((fact) => fact.fact === 'attempt-started' && fact.hedge === true)).toBe(false);
    expect(Math.max(...waitsMs)).toBeGreaterThanOrEqual(slowMs);
  });

  it('answers in place of the slow one, which is stopped at once, for at most one request in twenty', async () => {
    const visits = 400;
    const { facts, waitsMs, sights, endings, leases, open } = await live(true, visits);
    const hedges = facts.filter((fact) => fact.fact === 'attempt-started' && fact.hedge === true);
    expect(hedges.length).toBeGreaterThan(10);
    expect(hedges.length).toBeLessThanOrEqual((warmUp + visits) * 0.05);
    // So many slow ones less were waited for.
    const slow = waitsMs.filter((ms) => ms >= slowMs).length;
    expect(slow).toBeLessThanOrEqual(visits / slowEvery - hedges.length + 1);
    for (const sight of sights) {
      const text = Buffer.concat(sight.pieces).toString();
      expect(text.match(/event: message_start/g)).toHaveLength(1);
      expect(text.match(/event: message_stop/g)).toHaveLength(1);
      expect([sight.opens, sight.ends, sight.writesAfterEnd]).toEqual([1, 1, 0]);
    }
    expect([leases, open]).toEqual([0, 0]);
    const claims = facts.filter((fact) => fact.fact === 'first-content').map(({ ms, id }) => `${id} ${ms}`);
    for (const fact of facts) {
      if (fact.fact !== 'attempt-ended' || fact.result !== 'cancelled') continue;
      // In the journal's time of the exchange: the loser ends when the winner has said something.
      expect(claims).toContain(`${fact.id} ${fact.ms}`);
    }
    expect(endings.filter((ending) => ending === 'left').length).toBe(
      facts.filter((fact) => fact.fact === 'attempt-ended' && fact.result === 'cancelled').length,
    );
  });

  it('does not count as healed, and does not move the conversation to the quicker account', async () => {
    const { facts } = await live(true, 100);
    const ends = facts.filter((fact) => fact.fact === 'exchange-ended');
    expect(ends.every(({ outcome, flags }) => outcome === 'ok' && flags.length === 0)).toBe(true);
    const hedged = new Set(
      facts.flatMap((fact) => (fact.fact === 'attempt-started' && fact.hedge === true ? [fact.id] : [])),
    );
    expect(hedged.size).toBeGreaterThan(2);
    const firstChoices = facts.flatMap((fact) =>
      fact.fact === 'attempt-started' && fact.n === 1 ? [fact.account] : [],
    );
    expect(new Set(firstChoices)).toEqual(new Set(['a@example.com']));
  });
});
