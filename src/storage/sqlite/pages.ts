/**
 * The unused bytes of a page of a SQLite file. Deleting overwrites a row where it lies, but a page that was split or merged before may keep copies of rows
 * that were moved elsewhere: in the gap before its content, and in free blocks. Nothing that SQLite reads is changed: https://sqlite.org/fileformat2.html
 */

/** Overwrites what is unused; true when something was. A page that is not as the format says is left alone. */
export function wipeUnused(page: Buffer, number: number): boolean {
  const head = number === 1 ? FILE_HEADER_BYTES : 0;
  const headBytes = PAGE_HEADER_BYTES.get(page[head] ?? 0);
  if (headBytes === undefined) return false;
  const gap = head + headBytes + 2 * page.readUInt16BE(head + 3);
  // Zero stands for 65,536.
  const content = page.readUInt16BE(head + 5) || 65_536;
  if (gap > content || content > page.length) return false;
  let wiped = wipe(page, gap, content);
  for (let block = page.readUInt16BE(head + 1); block !== 0; ) {
    if (block < content || block + BLOCK_HEADER_BYTES > page.length) return wiped;
    const next = page.readUInt16BE(block);
    const end = block + page.readUInt16BE(block + 2);
    if (end < block + BLOCK_HEADER_BYTES || end > page.length || (next !== 0 && next < end)) return wiped;
    wiped = wipe(page, block + BLOCK_HEADER_BYTES, end) || wiped;
    block = next;
  }
  return wiped;
}

/** Which pages hold what, in a file of pages that can be moved (`auto_vacuum`): every so many pages one tells it of those that follow it. */
export interface PageMap {
  /** The page that tells it of a page; of itself none does. */
  mapOf(number: number): number;
  /** Whether a page is one of a table or index; `map` is the page of `mapOf`. */
  isTree(map: Buffer, number: number): boolean;
  /** Pages told of by one map, itself included. */
  readonly groupPages: number;
}

export function createPageMap(pageBytes: number, usableBytes: number): PageMap {
  const groupPages = Math.floor(usableBytes / ENTRY_BYTES) + 1;
  const lockPage = LOCK_AT / pageBytes + 1;
  function mapOf(number: number): number {
    const map = Math.floor((number - 2) / groupPages) * groupPages + 2;
    return map === lockPage ? map + 1 : map;
  }
  return {
    groupPages,
    mapOf,
    isTree(map, number) {
      if (number === 1) return true;
      if (number === lockPage || number <= mapOf(number)) return false;
      return TREE_TYPES.has(map[ENTRY_BYTES * (number - mapOf(number) - 1)] ?? 0);
    },
  };
}

const FILE_HEADER_BYTES = 100;
/** By the type of the page: inner pages of an index and a table, leaves of an index and a table. */
const PAGE_HEADER_BYTES: ReadonlyMap<number, number> = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
]);
const BLOCK_HEADER_BYTES = 4;
const ENTRY_BYTES = 5;
/** A root, and any other page of a tree. */
const TREE_TYPES: ReadonlySet<number> = new Set([1, 5]);
/** SQLite locks bytes there and never uses their page. */
const LOCK_AT = 0x40000000;

function wipe(page: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (page[at] === 0) continue;
    page.fill(0, at, to);
    return true;
  }
  return false;
}
