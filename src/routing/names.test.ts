import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLiteral, matches } from './names.ts';

describe('a name pattern', () => {
  it.each([
    ['claude-haiku-4-5', 'claude-haiku-4-5', true],
    ['claude-haiku-4-5', 'claude-haiku-4-5-20251001', false],
    ['claude-haiku-*', 'claude-haiku-', true],
    ['claude-haiku-*', 'claude-haiku-4-5', true],
    ['claude-haiku-*', 'us.claude-haiku-4-5', false],
    ['*-thinking', 'claude-opus-thinking', true],
    ['*-thinking', '-thinking-', false],
    ['gemini-*-flash*', 'gemini-2.5-flash-lite', true],
    ['gemini-*-flash*', 'gemini-2.5-pro', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    ['gpt-*', 'GPT-4', false],
    ['gemini-2.5-pro', 'gemini-2x5-pro', false],
    ['[a-z]*', 'a', false],
    ['[a-z]*', '[a-z]b', true],
  ])('%j matches %j: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('does not let its beginning and its end share a character', () => {
    expect(matches('ab*b', 'ab')).toBe(false);
    expect(matches('ab*b', 'abb')).toBe(true);
    expect(matches('a*aa*a', 'aaa')).toBe(false);
    expect(matches('a*aa*a', 'aaaa')).toBe(true);
  });

  it('agrees with the definition of the wildcard for every small pattern and name', () => {
    const text = (max: number, ...letters: string[]) =>
      fc.string({ unit: fc.constantFrom(...letters), maxLength: max });
    fc.assert(
      fc.property(text(8, 'a', 'b', '*'), text(10, 'a', 'b'), (pattern, name) => {
        expect(matches(pattern, name)).toBe(byDefinition(pattern, name));
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches what is made from it by filling its wildcards in', () => {
    const pieces = fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, (pairs) => {
        const literal = pairs.map(([segment, filling]) => [segment.replaceAll('*', ''), filling] as const);
        const pattern = literal.map(([segment]) => `${segment}*`).join('');
        const name = literal.map(([segment, filling]) => segment + filling).join('');
        expect(matches(pattern, name)).toBe(true);
      }),
    );
  });

  it('answers for a long name and many wildcards without trying every way to spread them', () => {
    const pattern = `${'*a'.repeat(40)}*b`;
    const name = 'a'.repeat(200_000);
    expect(matches(pattern, name)).toBe(false);
    expect(matches(pattern, `${name}b`)).toBe(true);
  });

  it('is literal without a wildcard', () => {
    expect(isLiteral('gemini-3-flash')).toBe(true);
    expect(isLiteral('gemini-*')).toBe(false);
  });
});

/** The wildcard as it is defined: slow, and obviously right. */
function byDefinition(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const rest = pattern.slice(1);
  if (pattern[0] !== '*') return pattern[0] === name[0] && byDefinition(rest, name.slice(1));
  return Array.from({ length: name.length + 1 }, (_, skip) => name.slice(skip)).some((tail) =>
    byDefinition(rest, tail),
  );
}
