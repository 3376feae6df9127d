import { describe, expect, it } from 'vitest';
import { towns } from './seeds.testing.ts';
import { visitsPerTown } from './simulate.ts';
import { liveThrough } from './town.ts';

/** A model whose circuits are all open before it is asked is the rarest sight. */
const townsUntilSeen = 64;

describe('simulated towns', () => {
  towns(0);

  it('replay identically from their seed', async () => {
    for (const seed of [3, 17, 101]) {
      const prints = new Set<string>();
      for (let time = 0; time < 3; time += 1) prints.add((await liveThrough(seed, visitsPerTown)).print());
      expect([...prints], `seed ${seed}`).toHaveLength(1);
    }
  });

  it('show everything that is judged: outcomes, flags, probes, denied retries and every way of going on', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < townsUntilSeen; seed += 1) {
      const { journal, lendings, plan } = await liveThrough(seed, visitsPerTown);
      seen.add(plan.healing.hold);
      for (const { resume } of plan.households) seen.add(resume.replace(/:\d+$/, ''));
      for (const { before } of lendings)
        for (const { circuits } of before) for (const { state } of circuits) seen.add(state);
      for (const fact of journal.facts) {
        if (fact.fact === 'exchange-ended') for (const word of [fact.outcome, ...fact.flags]) seen.add(word);
        if (fact.fact === 'attempt-started' && fact.resume) seen.add(fact.resume.way);
        if (fact.fact === 'attempt-ended' && fact.failure?.kind === 'contradiction') seen.add('contradicted');
        if (fact.fact === 'passed-over') seen.add('passed over');
        if (fact.fact === 'attempt-ended' && fact.decision?.why.startsWith('too many requests')) seen.add('denied');
      }
    }
    const wanted = [
      ...['ok', 'healed', 'failed', 'cancelled', 'retried', 'rotated', 'repaired', 'fallback', 'zero_token'],
      ...['resumed', 'interrupted', 'prefill', 'ask', 'contradicted', 'denied', 'passed over', 'open', 'half-open'],
      ...['live', 'balanced', 'safe', 'continue', 'restart', 'overlap', 'contradict'],
    ];
    expect(wanted.filter((each) => !seen.has(each))).toEqual([]);
  });
});
