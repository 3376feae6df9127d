import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLines, differences } from './change-lines.ts';

const read = (lines: ReturnType<typeof differences>) => lines.map(({ sign, text }) => sign + text);

describe('what the gateway changed', () => {
  it('is told line by line, removed before added', () => {
    expect(read(changeLines({ before: '{"type":"thinking","n":1}', after: '{"type":"text","n":1}' }))).toEqual([
      ' {',
      '−  "type": "thinking",',
      '+  "type": "text",',
      '   "n": 1',
      ' }',
    ]);
  });
  it('is all removed, or all added, where there is no other side', () => {
    expect(read(changeLines({ before: '"secretless"', after: null }))).toEqual(['−"secretless"']);
    expect(read(changeLines({ before: null, after: '[1]' }))).toEqual(['+[', '+  1', '+]']);
  });
  it('leaves out what stands far from any change, and counts it', () => {
    const list = Array.from({ length: 50 }, (_, index) => index);
    const lines = changeLines({ before: JSON.stringify(list), after: JSON.stringify([...list, 50]) });
    expect(lines[0]).toEqual({ sign: '…', text: '', lines: 47 });
    expect(read(lines).slice(-4)).toEqual(['−  49', '+  49,', '+  50', ' ]']);
  });
  it('makes the one text out of the other, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = differences(before, after);
        expect(lines.filter((line) => line.sign !== '+').map((line) => line.text)).toEqual(before);
        expect(lines.filter((line) => line.sign !== '−').map((line) => line.text)).toEqual(after);
      }),
    );
  });
  it('finds the fewest lines', () => {
    expect(read(differences([...'abcabba'], [...'cbabac'])).filter((line) => !line.startsWith(' '))).toHaveLength(5);
  });
  it('gives up on texts that have nothing in common, and is still true', () => {
    const before = Array.from({ length: 3_000 }, (_, index) => `a${index}`);
    const after = Array.from({ length: 3_000 }, (_, index) => `b${index}`);
    const lines = differences(before, after);
    expect(lines.filter((line) => line.sign === '−')).toHaveLength(3_000);
    expect(lines.filter((line) => line.sign === '+')).toHaveLength(3_000);
  });
});
