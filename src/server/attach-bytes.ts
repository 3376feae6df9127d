/**
 * The bytes of one answer from its first on, to be read from any place by several readers. It copies, so that no socket's buffer is held, and
 * never changes a byte that it has lent out.
 */

export interface KeptBytes {
  /** Places are counted from the first byte of the answer. */
  readonly start: number;
  readonly end: number;
  append(bytes: Uint8Array): void;
  /** Some bytes from this place on, at least one; empty only at the end. */
  from(at: number): Uint8Array;
  /** What stands before this place is no longer needed. */
  dropBefore(at: number): void;
}

const blockBytesMin = 4 * 1024;
const blockBytesMax = 64 * 1024;

interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
  filled: number;
}

export function createKeptBytes(): KeptBytes {
  let blocks: Block[] = [];
  let end = 0;

  const roomFor = (count: number): Block => {
    const last = blocks.at(-1);
    if (last !== undefined && last.filled < last.bytes.length) return last;
    const size = Math.max(Math.min((last?.bytes.length ?? blockBytesMin / 2) * 2, blockBytesMax), count);
    const block = { start: end, bytes: new Uint8Array(size), filled: 0 };
    blocks.push(block);
    return block;
  };

  return {
    get start() {
      return blocks[0]?.start ?? end;
    },
    get end() {
      return end;
    },
    append(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const block = roomFor(bytes.length - done);
        const piece = bytes.subarray(done, done + block.bytes.length - block.filled);
        block.bytes.set(piece, block.filled);
        block.filled += piece.length;
        end += piece.length;
        done += piece.length;
      }
    },
    from(at) {
      const block = blocks.findLast(({ start }) => start <= at);
      if (block === undefined && at < end) throw new Error('bytes were asked for that are no longer kept');
      return block?.bytes.subarray(at - block.start, block.filled) ?? new Uint8Array(0);
    },
    dropBefore(at) {
      blocks = blocks.filter((block) => block.start + block.filled > at);
    },
  };
}
