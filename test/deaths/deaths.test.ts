/**
 * Death at every point: recorded answers whose upstream dies after a frame or inside one, and another account that goes on, begins anew, repeats up to
 * 200 characters, or contradicts. The client has the whole answer exactly once, or an error and no success.
 *
 * A contradiction is seen from eight characters on in which the new answer agrees with the shown one before it differs. The lab's agrees for half of
 * what was said, and for twelve characters at least where more than twelve were: from there on an error is demanded. Below, the new words may be taken
 * for the rest; then the client has what was shown and the new words, and nothing of either lost or doubled.
 *
 * Left out of the comparison of texts, and counted as unclear, are the few places where the recorded text repeats itself around the seam: rows of one
 * sign, lines that come again, a rest that begins as the whole did. There nobody can tell a repetition from the text (`ambiguity.ts`).
 *
 * `npm run test:deaths` tries every place of every recording; without it a sample is drawn from `DEATHS_SEED`.
 */

import { afterAll, describe, expect, it } from 'vitest';
import { createChance, pick } from '../../src/lab/seed.ts';
import { protocols } from '../contracts/pipeline.ts';
import { recordingsAbsent } from '../contracts/recordings.ts';
import { type Death, type Witness, witness } from './house.ts';
import { judge } from './judge.ts';
import { everyDeath, heirsOf, holds, otherClients, someDeath, ways } from './points.ts';
import { mortals } from './recordings.ts';
import { Tally } from './tally.ts';

const isLong = process.env.DEATHS === 'all';
const seed = process.env.DEATHS_SEED ?? 'deaths';
const all = mortals();
const tally = new Tally();

/** The broken promises of each death, with what it takes to see it again. */
async function brokenBy(deaths: readonly Death[]): Promise<string[]> {
  const broken: string[] = [];
  for (const death of deaths) {
    const judgement = judge(death, await witness(death));
    tally.add(death, judgement);
    const { recorded, client, weather, way, hold, heir } = death;
    const where = JSON.stringify([recorded.name, weather, way, client, hold, heir]);
    broken.push(...judgement.broken.map((sentence) => `${where}: ${sentence}`));
  }
  return broken;
}

function report(broken: readonly string[]): string {
  return broken.slice(0, 20).join('\n');
}

describe.skipIf(recordingsAbsent || !isLong)('whenever its upstream dies', () => {
  it.for(all)('the client has it whole or is told: $name', async (recorded) => {
    expect(report(await brokenBy(everyDeath(recorded, seed)))).toBe('');
  });
});

describe.skipIf(recordingsAbsent)('an answer whose upstream dies', () => {
  const samples = isLong ? 2_000 : 120;

  for (const dialect of protocols) {
    const own = all.filter((recorded) => recorded.dialect === dialect);

    it.for(ways)(`reaches its client whole or is told (${dialect}, %s)`, async (way) => {
      const chance = createChance(`${seed} ${dialect} ${way}`);
      const deaths = Array.from({ length: samples }, () => someDeath(pick(own, chance), way, chance));
      expect(report(await brokenBy(deaths))).toBe('');
      expect(tally.of(dialect, way, 'resumed') + tally.of(dialect, way, 'told: contradiction')).toBeGreaterThan(0);
    });

    it(`and under every hold (${dialect})`, async () => {
      const chance = createChance(`${seed} ${dialect} holds`);
      const deaths = Array.from({ length: samples }, () => ({
        ...someDeath(pick(own, chance), pick(ways, chance), chance),
        hold: pick(holds, chance),
      }));
      expect(report(await brokenBy(deaths))).toBe('');
    });
  }

  it('and for a client of another dialect', async () => {
    const chance = createChance(`${seed} clients`);
    const shared = all.filter((recorded) => otherClients(recorded).length > 0);
    const deaths = Array.from({ length: samples * 3 }, () => {
      const recorded = pick(shared, chance);
      return { ...someDeath(recorded, pick(ways, chance), chance), client: pick(otherClients(recorded), chance) };
    });
    expect(report(await brokenBy(deaths))).toBe('');
  });

  it('and when an account of another provider goes on, for any client', async () => {
    const chance = createChance(`${seed} heirs`);
    const shared = all.filter((recorded) => heirsOf(recorded).length > 0);
    const deaths = Array.from({ length: samples * 3 }, () => {
      const recorded = pick(shared, chance);
      const client = pick([recorded.dialect, ...otherClients(recorded)], chance);
      return { ...someDeath(recorded, pick(ways, chance), chance), client, heir: pick(heirsOf(recorded), chance) };
    });
    expect(report(await brokenBy(deaths))).toBe('');
  });

  it('is asked for anew where the client’s dialect has no word for what was said so far', async () => {
    const recorded = all.find(({ name }) => /^anthropic\/stream-redacted_thinking/.test(name));
    if (recorded === undefined) throw new Error('no recording begins with hidden thoughts');
    const weather = 'cut-after:frames=2';
    const death: Death = { recorded, client: 'gemini', weather, way: { way: 'continue' }, hold: 'balanced' };
    expect(judge(death, await witness(death))).toMatchObject({ fate: 'again', broken: [] });
  });

  it('is left out of the comparison in few places', () => {
    expect(tally.total('deaths')).toBeGreaterThan(500);
    expect(tally.total('unclear')).toBeLessThan(tally.total('deaths') / 50);
  });
});

describe.skipIf(recordingsAbsent)('the judge of deaths', () => {
  const recorded = all.find(({ name }) => /^anthropic\/stream-text-end-turn/.test(name));
  const death = (way: 'continue' | 'contradict'): Death => {
    if (recorded === undefined) throw new Error('no recording of a plain text');
    const weather = `cut-after:frames=${Math.floor(recorded.frames / 2)}`;
    return { recorded, client: 'anthropic', weather, way: { way }, hold: 'balanced' };
  };
  const changed = (seen: Witness, change: (events: string[]) => string[]): Witness => {
    const events = Buffer.from(seen.shown).toString().split('\n\n').slice(0, -1);
    return {
      ...seen,
      shown: Buffer.from(
        change(events)
          .map((event) => `${event}\n\n`)
          .join(''),
      ),
    };
  };
  const isWord = (event: string): boolean => event.includes('"text_delta"');

  it('sees a word that is lost, doubled or said after the end, and a cut that is called an end', async () => {
    const seen = await witness(death('continue'));
    const brokenIn = (change: (events: string[]) => string[]): number =>
      judge(death('continue'), changed(seen, change)).broken.length;
    expect(brokenIn((events) => events)).toBe(0);
    expect(brokenIn((events) => events.toSpliced(events.findLastIndex(isWord), 1))).toBeGreaterThan(0);
    expect(
      brokenIn((events) =>
        events.flatMap((event, at) => (at === events.findLastIndex(isWord) ? [event, event] : [event])),
      ),
    ).toBeGreaterThan(0);
    expect(brokenIn((events) => [...events, ...events.filter(isWord)])).toBeGreaterThan(0);
    expect(brokenIn((events) => events.filter((event) => !event.includes('message_stop')))).toBeGreaterThan(0);
    expect(brokenIn((events) => [...events.slice(0, 1), ...events])).toBeGreaterThan(0);
  });

  it('sees a success where an error was due', async () => {
    const seen = await witness(death('contradict'));
    const good = await witness(death('continue'));
    expect(judge(death('contradict'), seen)).toMatchObject({ fate: 'told', broken: [] });
    expect(judge(death('contradict'), { ...seen, shown: good.shown }).broken.length).toBeGreaterThan(0);
  });
});

afterAll(() => {
  if (isLong) console.log(tally.table());
});
