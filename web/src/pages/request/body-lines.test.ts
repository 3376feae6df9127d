import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BodyLine,
  cutOf,
  foldable,
  INDENTED_CHARS_MAX,
  jsonLines,
  LINE_CHARS_MAX,
  rawLines,
  unfolded,
} from './body-lines.ts';

const shown = (lines: readonly BodyLine[] | undefined) =>
  lines?.map(({ depth, key, text }) => `${'  '.repeat(depth)}${key === '' ? '' : `${key}: `}${text}`);
const joined = (lines: readonly BodyLine[]) =>
  lines.map(({ key, text }) => (key === '' ? text : `${key}:${text}`)).join('');

describe('a body for the eye', () => {
  it('is indented as JSON without a change to its numbers, keys and escapes', () => {
    expect(shown(jsonLines('{"a":[1.0, 12345678901234567890,{}],"a":"x\\n\\u00e9","b":[]}'))).toEqual([
      '{',
      '  "a": [',
      '    1.0,',
      '    12345678901234567890,',
      '    {}',
      '  ],',
      '  "a": "x\\n\\u00e9",',
      '  "b": []',
      '}',
    ]);
  });
  it('is left as it is when it is no JSON', () => {
    expect(jsonLines('data: {"a":1}')).toBeUndefined();
    expect(shown(rawLines('a\r\nb\n\nc'))).toEqual(['a', 'b', '', 'c']);
  });
  it.each([
    ['{"a":"begun\n… 1234 bytes not kept …\nrest"}', '… 1234 bytes not kept …'],
    ['{"a":"begun\n[… 1234 bytes not kept …]\nrest"}', '[… 1234 bytes not kept …]'],
  ])('says where it was cut, and indents what stands before', (body, gap) => {
    expect(cutOf(body).missingBytes).toBe(1_234);
    expect(shown(jsonLines(body))).toEqual(['{', '  "a": "begun', gap, 'rest"}']);
    expect(rawLines(body).map((line) => line.kind)).toEqual(['text', 'gap', 'text']);
  });
  it('folds what a line opens, the inner with the outer', () => {
    const lines = jsonLines('{"a":{"b":[1,2]},"c":3}') ?? [];
    expect(unfolded(lines, new Set([1])).map((index) => lines[index]?.text)).toEqual(['{', '{', '3', '}']);
    expect([...foldable(lines, 1)]).toEqual([1, 2]);
    expect(unfolded(lines, new Set([0]))).toEqual([0]);
  });
  it('goes on in the next line when one is too long, and cuts no character in two', () => {
    const long = '\u{1F642}'.repeat(LINE_CHARS_MAX);
    const lines = rawLines(`x${long}`);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.slice(1).every((line) => line.goesOn)).toBe(true);
    expect(lines.map((line) => line.text).join('')).toBe(`x${long}`);
    expect(lines.every((line) => line.text.isWellFormed())).toBe(true);
  });
  it('survives a nesting of a hundred thousand', () => {
    expect(jsonLines(`${'['.repeat(100_000)}\n… 5 bytes not kept …\n`)).toHaveLength(100_002);
  });
  it('is not indented when that would take long', () => {
    const long = JSON.stringify('x'.repeat(INDENTED_CHARS_MAX));
    expect(jsonLines(long)).toBeUndefined();
    expect(jsonLines(long.slice(0, 100_000).concat('"'))).toHaveLength(Math.ceil(100_001 / LINE_CHARS_MAX));
  });
  it('loses no character of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(joined(jsonLines(text) ?? [])).toBe(text);
      }),
    );
  });
});
