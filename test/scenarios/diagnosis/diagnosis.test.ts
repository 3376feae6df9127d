/** Failures made by the lab's weather against a real gateway: for each the diagnosis says the verdict, the stage, the cause and what a person does. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fewAtATime } from '../sdk/heard.ts';
import { type Diagnosed, type DiagnosisHouse, startDiagnosisHouse } from './house.ts';
import { DIAGNOSIS_TABLE } from './table.ts';

const atOnceMax = 6;

let house: DiagnosisHouse;
let asked: readonly Promise<Diagnosed>[] = [];

beforeAll(async () => {
  house = await startDiagnosisHouse(DIAGNOSIS_TABLE);
  asked = fewAtATime(DIAGNOSIS_TABLE, atOnceMax, (row) => house.diagnosed(DIAGNOSIS_TABLE.indexOf(row)));
});
afterAll(async () => {
  await Promise.allSettled(asked);
  await house.close();
});

it('has thirty failures and more', () => {
  expect(DIAGNOSIS_TABLE.filter(({ verdict }) => verdict !== 'fine').length).toBeGreaterThanOrEqual(30);
});

describe('the diagnosis', () => {
  it.each(DIAGNOSIS_TABLE.map((row, index) => ({ ...row, index })))('$name', async (row) => {
    const { diagnosis, text, log, id } = await asked[row.index]!;
    const { verdict, stage, cause } = diagnosis;
    const shown = `${JSON.stringify(diagnosis, null, 1)}\n${log.join('\n')}`;
    expect({ cause, verdict, stage }, shown).toEqual({ cause: row.cause, verdict: row.verdict, stage: row.stage });
    expect(
      diagnosis.advice.some((sentence) => row.advice.test(sentence)),
      shown,
    ).toBe(true);
    if (row.told !== undefined) {
      expect(text).toMatch(row.told);
      expect(text.includes(` - explain it: antigravity-tools explain ${id}`)).toBe(row.passedOn !== true);
    }
    expect(JSON.stringify(diagnosis)).not.toMatch(/test-key-|undefined|\{\w+\}/);
  });
});
