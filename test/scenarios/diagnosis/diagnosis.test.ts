/** Failures made by the lab's weather against a real gateway: for each the diagnosis says the verdict, the stage, the cause and what a person does. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causesIn, codes, quoted, rowsOf } from '../../where/tables.ts';
import { fewAtATime } from '../sdk/heard.ts';
import { type Diagnosed, type DiagnosisHouse, startDiagnosisHouse } from './house.ts';
import { DIAGNOSIS_TABLE, type DiagnosisRow } from './table.ts';

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

/** Both accounts were refused for a reason of their own; where the gateway stands is none. */
function mustMendBoth({ first, other, verdict, stage, cause }: DiagnosisRow): boolean {
  return other === first && verdict === 'act' && stage === 'account' && cause !== 'region-refused';
}

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
    if (mustMendBoth(row)) {
      for (const name of ['a', 'b'])
        expect(diagnosis.advice.join(' '), shown).toContain(`d${row.index}-${name}@example.com`);
    }
    if (row.told !== undefined) {
      expect(text).toMatch(row.told);
      expect(text.includes(` - explain it: antigravity-tools explain ${id}`)).toBe(row.passedOn !== true);
    }
    expect(JSON.stringify(diagnosis)).not.toMatch(/test-key-|undefined|\{\w+\}/);
  });
});

describe('docs/TROUBLESHOOTING.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/TROUBLESHOOTING.md'), 'utf8');
  const rows = rowsOf(document, 'In the client').map((cells) => ({
    messages: codes(cells[0] ?? '').filter((message) => message.includes(' ')),
    causes: causesIn(cells[4] ?? '').map(({ cause }) => cause),
  }));
  const claimed = DIAGNOSIS_TABLE.flatMap(({ name, cause, verdict }, index) => {
    const found = rows.filter(({ causes, messages }) => causes.includes(cause) && messages.length > 0);
    return verdict === 'healed' || found.length === 0
      ? []
      : [{ name, index, messages: found.flatMap((row) => row.messages) }];
  });

  it('speaks of most of these failures', () => {
    expect(claimed.length).toBeGreaterThanOrEqual(30);
  });

  it.each(claimed)('quotes what the client sees: $name', async ({ index, messages }) => {
    const { text, log } = await asked[index]!;
    // Where the provider's own words were passed on, ours stand in the log.
    const seen = `${text}\n${log.at(-1) ?? ''}`;
    expect(
      messages.filter((message) => quoted(message).test(seen)),
      `${messages.join('\n')}\n\n${seen}`,
    ).not.toEqual([]);
  });

  it('quotes the lines that these failures leave in the log', async () => {
    const logs = (await Promise.all(asked)).flatMap(({ log }) => log);
    const lines = rowsOf(document, 'In the log').flatMap(([line = '']) => codes(line));
    const unseen = lines.filter((line) => !logs.some((written) => quoted(line).test(written)));
    expect(unseen).toEqual(NEEDS_MORE_THAN_A_FAILURE);
  });
});

/** What the log says only under another configuration, or after what happened to other requests. */
const NEEDS_MORE_THAN_A_FAILURE: readonly string[] = [
  'Retry with linear backoff: … ms (…)',
  'Retry with exponential backoff: … ms (…)',
  'Every account is resting: waiting … for the first to return (…)',
  'Passing over model …',
  'The stream was opened before its content, to keep the waiting client connected',
  'Attempt …: … signatures restored…',
  'Attempt …: … signatures left out…',
];
