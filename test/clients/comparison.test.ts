/**
 * What a person sees while an account is sick: each real client meets each fault behind a gateway with two accounts, one of them sick. With
 * `WRITE_TABLE=1` each meets it without the gateway as well, and both go into the table of the page.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientNamed } from './all-clients.ts';
import { type Comparison, comparisons, type Fault, faults } from './comparison.ts';
import { comparisonFaultsOf, failedRequests, outcomeOf } from './comparison-judge.ts';
import { type Column, type Measured, type Measurements, writeTable } from './comparison-table.ts';
import { type Installed, installed } from './install.ts';
import { type HealedTurn, type PlainTurn, throughGateway, withoutGateway } from './plain-turn.ts';

const installMsMax = 360_000;
const turnMsMax = 120_000;
const aloneMsMax = 900_000;

const writes = process.env.WRITE_TABLE === '1';
const measured = new Map<string, Measurements>();
const nothingWrong = { name: 'nothing wrong', weather: 'clear' } as const;

describe.each(comparisons)('$label', (row: Comparison) => {
  const client = clientNamed(row.client);
  const through = new Map<Column, Measured>();
  const without = new Map<Column, Measured>();
  let place: Installed;

  beforeAll(async () => {
    place = await installed(client);
    measured.set(row.client, { version: place.version, through, without });
    // Loading a library is no part of its turns.
    if (row.light === true) await throughGateway(client, place.folder, row, nothingWrong);
  }, installMsMax);

  it.each(faults)('has the whole answer although one account meets “$name”', check, turnMsMax);

  async function check(fault: Fault & { readonly name: Column }): Promise<void> {
    const healed = await throughGateway(client, place.folder, row, fault);
    through.set(fault.name, healedMeasure(healed));
    expect(comparisonFaultsOf(healed, fault)).toEqual([]);
  }

  afterAll(async () => {
    if (!writes) return;
    through.set(nothingWrong.name, healedMeasure(await throughGateway(client, place.folder, row, nothingWrong)));
    const turns = [...faults, nothingWrong].map((fault) => async () => {
      without.set(fault.name, measureOf(await withoutGateway(client, place.folder, fault)));
    });
    if (row.light === true) await Promise.all(turns.map((turn) => turn()));
    else for (const turn of turns) await turn();
  }, aloneMsMax);
});

afterAll(() => {
  if (writes) writeTable(measured);
});

function measureOf(plain: PlainTurn): Measured {
  return { outcome: outcomeOf(plain), ms: plain.ms };
}

function healedMeasure(healed: HealedTurn): Measured {
  return { ...measureOf(healed), helpedItself: failedRequests(healed).length > 0 };
}
