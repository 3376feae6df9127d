import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_NAMES, csvLine, csvPieces } from './csv.ts';
import { each, testRecord, textOf } from './record.testing.ts';

/** A reader of RFC 4180 that shares nothing with the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += character;
  }
  expect(quoted || cell !== '' || row.length > 0).toBe(false);
  return rows;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", 'x') }),
);

describe('the table', () => {
  it('begins with the names, has a row for each request and empty cells for what nobody stated', async () => {
    const records = [testRecord({ flags: ['retried', 'rotated'] }), testRecord({ id: 'R2' }, { error: 'too bad' })];
    const [names, first, second, ...more] = parse(await textOf(csvPieces(each(records))));
    expect(names).toEqual(CSV_NAMES);
    expect(more).toEqual([]);
    const row = Object.fromEntries(names!.map((name, at) => [name, first![at]]));
    expect(row).toMatchObject({ id: 'R1', status: '200', stream: 'true', flags: 'retried rotated', error: '' });
    expect(row.cache_read_tokens).toBe('');
    expect(second!.at(-1)).toBe('too bad');
  });

  it('has its names even where there is no request', async () => {
    expect(parse(await textOf(csvPieces(each([]))))).toEqual([CSV_NAMES]);
  });

  it('gives every text back, save for an apostrophe before what a spreadsheet would calculate', () => {
    fc.assert(
      fc.property(fc.array(fc.array(hostile, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const read = parse(rows.map(csvLine).join(''));
        expect(read).toEqual(rows.map((row) => row.map((cell) => (/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell))));
      }),
    );
  });

  it('never lets a cell begin a formula', () => {
    fc.assert(
      fc.property(hostile, (cell) => {
        const [[read]] = parse(csvLine([cell, ''])) as [[string]];
        expect(read).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});
