import { expect, it } from 'vitest';
import { dropOldest, keepNewest } from './bounded.ts';

it('an entry that is kept anew is the last to make room', () => {
  const map = new Map<string, number>();
  for (const [name, entry] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    keepNewest(map, name, entry, 2);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});

it('the oldest entry goes only where there are too many', () => {
  const map = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  dropOldest(map, 2);
  expect([...map.keys()]).toEqual(['a', 'b']);
  dropOldest(map, 1);
  expect([...map.keys()]).toEqual(['b']);
});
