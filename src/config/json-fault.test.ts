import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFault } from './json-fault.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('jsonFault', () => {
  test('finds nothing in whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        expect(jsonFault(JSON.stringify(value, null, indent))).toBeUndefined();
      }),
    );
  });

  test('agrees with JSON.parse on what is JSON, for texts with one character changed', () => {
    const change = fc.constantFrom(
      '',
      ',',
      ':',
      '"',
      '{',
      ']',
      '}',
      '[',
      '0',
      '-',
      '.',
      'e',
      '\\',
      '\n',
      'x',
      ' ',
      '//',
      "'",
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), change, fc.boolean(), (value, seed, insert, replace) => {
        const text = JSON.stringify(value);
        const at = seed % (text.length + 1);
        const changed = text.slice(0, at) + insert + text.slice(replace ? at + 1 : at);
        expect(jsonFault(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"a": 1,}', 8],
    ['[1, 2,]', 6],
    ['{"a": abc}', 6],
    ["{'a': 1}", 1],
    ['{"a": 1} x', 9],
    ['{"a": 1 "b": 2}', 8],
    ['// note\n{}', 0],
    ['{"a": 01}', 6],
    ['{"a": 1', 7],
    ['', 0],
  ])('says where %j stops being JSON', (text, at) => {
    expect(isJson(text)).toBe(false);
    expect(jsonFault(text)).toBe(at);
  });
});
