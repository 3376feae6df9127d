import { expect, it } from 'vitest';
import { createPageMap, wipeUnused } from './pages.ts';

const PAGE_BYTES = 512;
/** A leaf of a table with two rows at its end, a free block between them, and rests everywhere. */
function leaf(): Buffer {
  const page = Buffer.alloc(PAGE_BYTES, 'rest');
  page[0] = 13;
  page.writeUInt16BE(440, 1);
  page.writeUInt16BE(2, 3);
  page.writeUInt16BE(420, 5);
  page[7] = 0;
  page.writeUInt16BE(420, 8);
  page.writeUInt16BE(460, 10);
  page.writeUInt16BE(0, 440);
  page.writeUInt16BE(20, 442);
  return page;
}

it('overwrites the gap and the free blocks of a page, and nothing else', () => {
  const page = leaf();
  const expected = Buffer.from(page);
  expected.fill(0, 12, 420);
  expected.fill(0, 444, 460);
  expect(wipeUnused(page, 7)).toBe(true);
  expect(page.equals(expected)).toBe(true);
  expect(wipeUnused(page, 7)).toBe(false);
});

it.each<[string, (page: Buffer) => void]>([
  ['is of no known type', (page) => page.writeUInt8(3, 0)],
  ['has more rows than fit before its content', (page) => page.writeUInt16BE(300, 3)],
  ['begins its content behind its end', (page) => page.writeUInt16BE(PAGE_BYTES + 1, 5)],
])('leaves a page alone that %s', (_, damage) => {
  const page = leaf();
  damage(page);
  const before = Buffer.from(page);
  expect(wipeUnused(page, 7)).toBe(false);
  expect(page.equals(before)).toBe(true);
});

it.each<[string, number, number]>([
  ['lies among the row numbers', 4, 20],
  ['is longer than the page', 440, 400],
  ['is shorter than its own head', 440, 2],
])('leaves a free block alone that %s', (_, block, bytes) => {
  const page = leaf();
  page.writeUInt16BE(block, 1);
  page.writeUInt16BE(bytes, 442);
  const content = Buffer.from(page.subarray(420));
  wipeUnused(page, 7);
  expect(page.subarray(420).equals(content)).toBe(true);
});

it('knows which pages tell what the others are, and the one that is never used', () => {
  const map = createPageMap(4096, 4096);
  expect([3, 821, 822, 823, 1641, 1643].map((number) => map.mapOf(number))).toEqual([2, 2, 822, 822, 822, 1642]);
  const trees = Buffer.alloc(4096, 5);
  expect([1, 2, 3, 821, 822].map((number) => map.isTree(trees, number))).toEqual([true, false, true, true, false]);
  expect(map.isTree(trees, 0x40000000 / 4096 + 1)).toBe(false);
  const others = Buffer.alloc(4096, 3);
  expect(map.isTree(others, 3)).toBe(false);
});
