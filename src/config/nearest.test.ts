import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['max_atempts', 'max_attempts'],
  ['maxAttempts', 'max_attempts'],
  ['max-attempts', 'max_attempts'],
  ['frist_byte', 'first_byte'],
  ['dedline', 'deadline'],
])('%s is nearest to %s', (word, meant) => {
  expect(nearest(word, ['first_byte', 'first_content', 'max_attempts', 'deadline', 'idle'])).toBe(meant);
});

test('a word beyond the largest distance is nearest to nothing', () => {
  expect(nearest('zzzzzzzz', ['live', 'safe'], 3)).toBeUndefined();
  expect(nearest('anything', [])).toBeUndefined();
});

test('swapping two neighbours costs one edit', () => {
  expect(editDistance('hsot', 'host')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
});

test('distance is nothing for equals, the same both ways, and never above the longer word', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (left, right) => {
      expect(editDistance(left, left)).toBe(0);
      expect(editDistance(left, right)).toBe(editDistance(right, left));
      expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(editDistance(left, right) === 0).toBe(left === right);
    }),
  );
});
