import { expect, it } from 'vitest';
import { keepRecent } from './least-recent.ts';

it('forgets what was used least recently, and only when there is no room', () => {
  const map = new Map<string, number>();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    keepRecent(map, key, value, 2);
  expect([...map]).toEqual([
    ['b', 2],
    ['a', 3],
  ]);
  keepRecent(map, 'c', 4, 2);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});
