/**
 * A part of the weather matrix, chosen by a seed, in every run of the tests: each cell keeps every promise, and comes to what `docs/HEALING.md` says.
 * `npm run test:matrix` lives through all of it.
 */

import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createChance } from '../../../src/lab/seed.ts';
import { missingFrom } from '../sdk/weather-table.ts';
import { type Cell, type CellFraming, cellsOf, clients, faults, houseNames, nameOf } from './cells.ts';
import { judge } from './judge.ts';
import { type Lived, live } from './live.ts';
import { sectionOf, writtenPlaces, writtenSection } from './page.ts';
import { answerTo } from './questions.ts';

const share = 0.08;

it('speaks of every weather of the lab and of each of its choices', () => {
  expect(missingFrom(faults.map((weather) => ({ weather })))).toEqual([]);
});

it('asks for something that can be lost: words, a call, thoughts', () => {
  expect(answerTo('text').text.length).toBeGreaterThan(200);
  expect(answerTo('tool').toolCalls).toHaveLength(1);
  expect(answerTo('thinking').thinking?.length).toBeGreaterThan(50);
});

describe('the weather matrix', () => {
  it.each(faults)('%s', async (fault) => {
    const chance = createChance(`matrix ${fault}`);
    const chosen = cellsOf(fault).filter(() => chance() < share);
    expect(chosen.length).toBeGreaterThan(10);
    for (const cell of chosen) {
      const { outcome, broken } = judge(cell, await live(cell));
      expect(broken, nameOf(cell)).toEqual([]);
      const place = writtenPlaces(fault)[houseNames.indexOf(cell.house)] ?? '';
      const said = place.split('; ').map((each) => each.split(': ').at(-1));
      expect(said, `${nameOf(cell)}, as docs/HEALING.md says it`).toContain(outcome);
    }
  });

  it('is told as it was made', () => {
    const cells = faults.reduce((sum, fault) => sum + cellsOf(fault).length, 0);
    const introduction = sectionOf('', cells).split('\n\n')[1];
    expect(writtenSection().split('\n\n')[1]).toBe(introduction);
  });
});

type Tampering = (lived: Lived) => Lived;

const bytesOf = ({ sight }: Lived): string => Buffer.concat(sight.pieces).toString('utf8');
const withBytes = (lived: Lived, text: string): Lived => ({
  ...lived,
  sight: { ...lived.sight, pieces: [Buffer.from(text)] },
});

/** What a broken gateway would have done. */
const tamperings: Readonly<Record<string, Tampering>> = {
  'a word that came twice': (lived) =>
    withBytes(lived, bytesOf(lived).replace('harbour light', 'harbour harbour light')),
  'a word that was lost': (lived) => withBytes(lived, bytesOf(lived).replace('whatever', '')),
  'an end that is missing': (lived) =>
    withBytes(
      lived,
      bytesOf(lived)
        .trimEnd()
        .replace(/[^\n]*$/, ''),
    ),
  'an end that came twice': (lived) => {
    const text = bytesOf(lived);
    return withBytes(
      lived,
      `${text}${text
        .trimEnd()
        .split(/\r?\n\r?\n/)
        .at(-1)}${text.endsWith('\r\n') ? '\r\n\r\n' : '\n\n'}`,
    );
  },
  'an exchange that never ends': (lived) => ({ ...lived, endedMs: undefined }),
  'a client that is never let go': (lived) => ({ ...lived, sight: { ...lived.sight, ends: 0 } }),
  'an upstream that stays open': (lived) => ({ ...lived, openUpstreams: 1 }),
  'an account that stays lent': (lived) => ({ ...lived, lent: 1 }),
  'an alarm that stays set': (lived) => ({ ...lived, alarms: 1 }),
  'a status that is not true': (lived) => ({ ...lived, sight: { ...lived.sight, status: 502 } }),
  'a header that is missing': (lived) => ({ ...lived, sight: { ...lived.sight, headers: {} } }),
  'an hour of waiting': (lived) => ({ ...lived, endedMs: 3_600_000 }),
  'a row of another outcome': (lived) => withRow(lived, { outcome: 'ok' }),
  'a row without a flag': (lived) => withRow(lived, { flags: [] }),
  'a row that counts otherwise': (lived) => withRow(lived, { attempts: 1 }),
};

function withRow(lived: Lived, change: object): Lived {
  return { ...lived, records: lived.records.map((record) => ({ ...record, row: { ...record.row, ...change } })) };
}

describe('the judge of the matrix catches', () => {
  const healed = (client: Cell['client'], framing: CellFraming = 'streamed'): Cell => {
    return { fault: 'cut-after', client, framing, upstream: 'anthropic', house: 'two', question: 'text' };
  };

  it.each(Object.entries(tamperings))('%s', async (_name, tamper) => {
    for (const { client } of clients) {
      const cell = healed(client);
      const lived = await live(cell);
      expect(judge(cell, lived)).toEqual({ outcome: 'whole, resumed', broken: [] });
      expect(judge(cell, tamper(lived)).broken, client).not.toEqual([]);
    }
  });

  it('an error that says too much or too little', async () => {
    const cell: Cell = { ...healed('gemini', 'collected'), fault: '429:time=retry-after-seconds', house: 'one' };
    const lived = await live(cell);
    expect(judge(cell, lived)).toEqual({ outcome: 'error 429', broken: [] });
    const { 'retry-after': _told, ...headers } = lived.sight.headers;
    expect(judge(cell, { ...lived, sight: { ...lived.sight, headers } }).broken).not.toEqual([]);
    expect(
      judge(cell, withBytes(lived, '{"error":{"code":500,"status":"INTERNAL","message":"No."}}')).broken,
    ).not.toEqual([]);
    const { house: _house, ...elsewhere } = cell;
    expect(judge({ ...elsewhere, house: 'one', fault: '500' }, lived).broken).not.toEqual([]);
  });
});
