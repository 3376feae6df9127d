import { describe, expect, it } from 'vitest';
import { PartialArguments } from './partial-arguments.ts';

function assembled(...pieces: object[]): { text: string | undefined; placed: boolean[] } {
  const whole = new PartialArguments();
  const placed = pieces.map((piece) => whole.place(piece));
  return { text: whole.text, placed };
}

describe('arguments that stream as paths', () => {
  it('join the pieces of a string', () => {
    const { text } = assembled(
      { jsonPath: '$.city', stringValue: 'San ', willContinue: true },
      { jsonPath: '$.city', stringValue: 'Francisco', willContinue: true },
      { jsonPath: '$.city', stringValue: '' },
    );
    expect(text).toBe('{"city":"San Francisco"}');
  });

  it('build lists, objects and values of every kind', () => {
    const { text } = assembled(
      { jsonPath: '$.all[0].price', numberValue: 0.5 },
      { jsonPath: '$.all[1].isNew', boolValue: true },
      { jsonPath: "$.all[1]['odd name']", nullValue: 'NULL_VALUE' },
      { jsonPath: '$["a.b"]', numberValue: 0 },
    );
    expect(text).toBe('{"all":[{"price":0.5},{"isNew":true,"odd name":null}],"a.b":0}');
  });

  it('are absent when nothing was stated', () => {
    expect(assembled().text).toBeUndefined();
  });

  it('take names that mean something to JavaScript for names', () => {
    expect(assembled({ jsonPath: '$.__proto__.x', numberValue: 1 }).text).toBe('{"__proto__":{"x":1}}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it.each(['', '$', 'city', '$..city', '$.list[4]', '$.list[-1]', '$.word.more'])(
    'refuse a place that is not there: %j',
    (jsonPath) => {
      const { placed, text } = assembled(
        { jsonPath: '$.list[0]', numberValue: 1 },
        { jsonPath: '$.word', stringValue: 'w' },
        { jsonPath, stringValue: 'x' },
      );
      expect(placed).toEqual([true, true, false]);
      expect(text).toBe('{"list":[1],"word":"w"}');
    },
  );
});
