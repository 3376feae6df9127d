/** Every weather of the lab strikes one account of two; the real SDKs are the clients. The table says what they must get. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, askCell, missingHeaders, speaksAnthropic } from './ask-cell.ts';
import { type Ending, fewAtATime } from './heard.ts';
import { type CellProvider, type House, startHouse } from './house.ts';
import { type PromptKind, promptKinds } from './prompts.ts';
import { missingFrom, type OneSickRow, oneSickTable } from './weather-table.ts';

const atOnceMax = 12;
const ways = [
  { provider: 'anthropic', streamed: true },
  { provider: 'anthropic', streamed: false },
  { provider: 'gemini', streamed: true },
  { provider: 'gemini', streamed: false },
] as const satisfies readonly { provider: CellProvider; streamed: boolean }[];

/** How a limit's end is said makes no difference to a tool call; text stands for all. */
function rowsFor(kind: PromptKind): readonly OneSickRow[] {
  if (kind === 'text') return oneSickTable;
  const rows = oneSickTable.filter(({ weather, textOnly }) => textOnly !== true && !weather.startsWith('429:time=r'));
  return rows.map((row) => (kind === 'tool' && row.toolEnds ? { ...row, ends: row.toolEnds } : row));
}

it('speaks of every weather of the lab and of each of its choices', () => {
  expect(missingFrom(oneSickTable)).toEqual([]);
});

describe.each(promptKinds)('a question for %s, with one sick account of two', (kind) => {
  const jobs = rowsFor(kind).flatMap((row) => ways.map((way, at) => ({ ...way, row, ends: row.ends[at] as Ending })));
  let house: House;
  let asked: readonly Promise<Asked>[] = [];

  beforeAll(async () => {
    house = await startHouse(jobs.map(({ provider, row }) => ({ provider, weather: row.weather, sick: 'first' })));
    asked = fewAtATime(house.cells, atOnceMax, (cell) =>
      askCell(house.url, cell, kind, jobs[house.cells.indexOf(cell)]!.streamed),
    );
  });
  afterAll(async () => {
    await Promise.allSettled(asked);
    await house.close();
  });

  const named = jobs.map((job, index) => ({ ...job, index, weather: job.row.weather, way: wayOf(job) }));
  it.each(named)('$weather, $way: $ends', async ({ index, ends, row, provider, streamed }) => {
    const { ending, why, heard, accounts } = await asked[index]!;
    expect({ ending, why: ending === ends ? '' : why }).toEqual({ ending: ends, why: '' });
    expect(missingHeaders(heard, house.cells[index]!)).toEqual([]);
    const attempts = Number(heard.headers.get('x-attempts'));
    // The headers were written when the answer began; who went on with it is told in the journal.
    expect(attempts).toBeLessThanOrEqual(accounts.length);
    if (!streamed) expect(attempts).toBe(accounts.length);
    // A call is short: what breaks late may break after its reason to stop.
    if (ends === 'whole' && row.harmless === undefined && kind !== 'tool') expect(accounts.length).toBeGreaterThan(1);
    if (ends !== 'whole' || row.harmless === true) expect(accounts).toHaveLength(1);
    if (ends === 'odd') expect(heard.said.stop).toBe(row.stop?.[speaksAnthropic(provider) ? 0 : 1]);
  });
});

function wayOf({ provider, streamed }: { provider: string; streamed: boolean }): string {
  return `${provider} ${streamed ? 'streamed' : 'collected'}`;
}
