import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, headingLine, layOut, rowLine } from './table.ts';
import { plainText, shorten, widthOf, wrapped } from './terminal-text.ts';

type Row = readonly string[];
const column = (at: number, more: Partial<Column<Row>> = {}): Column<Row> => ({
  heading: `c${at}`,
  align: 'left',
  priority: at,
  widthMin: 2,
  widthMax: 40,
  text: (row) => row[at] ?? '',
  ...more,
});
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\u001b',
      '[',
      '3',
      '1',
      'm',
      ']',
      '0',
      ';',
      '\u0007',
      '\n',
      '\u009b',
      '漢',
      '👩‍🚀',
      'é',
      '\u202e',
    ),
  }),
);
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('a table', () => {
  it('fits every width, with every content, and holds nothing that a terminal obeys', () => {
    const columns = fc.array(
      fc.record({
        priority: fc.nat(9),
        widthMin: fc.integer({ min: 1, max: 9 }),
        align: fc.constantFrom('left', 'right'),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(
        columns,
        fc.array(fc.array(texts, { maxLength: 6 }), { maxLength: 5 }),
        fc.nat(120),
        (shapes, rows, width) => {
          const table = shapes.map((shape, at) => column(at, shape as Partial<Column<Row>>));
          // The last row comes after the layout was made, as it does when a table is followed.
          const layout = layOut(table, rows.slice(0, -1), width);
          for (const line of [headingLine(layout), ...rows.map((row) => rowLine(layout, row))]) {
            expect(widthOf(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(OBEYED);
          }
        },
      ),
    );
  });

  it('shows everything where there is room', () => {
    const layout = layOut([column(0), column(1, { align: 'right' })], [['abc', '7']], 80);
    expect([headingLine(layout), rowLine(layout, ['abc', '7'])]).toEqual(['c0   c1', 'abc   7']);
  });

  it('shortens what matters least, then drops it', () => {
    const columns = [column(0, { priority: 1 }), column(1, { priority: 2 })];
    const row = ['little matter', 'important'];
    const at = (width: number) => rowLine(layOut(columns, [row], width), row);
    expect(at(24)).toBe('little matter  important');
    expect(at(17)).toBe('littl…  important');
    expect(at(13)).toBe('l…  important');
    expect(at(12)).toBe('l…  importa…');
    expect(at(5)).toBe('impo…');
    expect(at(0)).toBe('');
  });

  it('counts wide characters as two columns and marks as none', () => {
    const rows = [
      ['漢字', 'x'],
      ['e\u0301', 'x'],
    ];
    const layout = layOut([column(0), column(1)], rows, 80);
    expect(rows.map((row) => rowLine(layout, row))).toEqual(['漢字  x', 'e\u0301     x']);
  });
});

describe('text for a terminal', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007x', 'x'],
    ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b2Jx', 'x'],
    ['a\r\nb\tc', 'a b c'],
    ['\u001bcx', 'x'],
    ['a\u202eb', 'ab'],
    ['\u001b]0;never ended', ''],
    ['gemini-3-flash', 'gemini-3-flash'],
  ])('makes %j to %j', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('is shortened to a width without a wide character hanging over', () => {
    expect(shorten('漢字漢字', 4)).toBe('漢…');
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('abcd', 1)).toBe('…');
    expect(shorten('abcd', 0)).toBe('');
  });
});

describe('a paragraph', () => {
  it('is broken between words, and loses none', () => {
    const text = 'a rope of many knots https://example.com/a/long/address and its end';
    for (const width of [1, 7, 12, 30]) {
      const lines = wrapped(text, width);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
    expect(wrapped(text, 12).slice(0, 2)).toEqual(['a rope of', 'many knots']);
  });

  it('without spaces is cut where the line ends, wide characters whole', () => {
    expect(wrapped('网关与上游的连接中断', 7)).toEqual(['网关与', '上游的', '连接中', '断']);
    expect(wrapped('网关', 1)).toEqual(['网', '关']);
  });

  it('stays one line for a pipe', () => {
    expect(wrapped('word '.repeat(500).trim(), Number.POSITIVE_INFINITY)).toHaveLength(1);
  });
});
