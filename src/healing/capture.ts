/** Keeps the head and the tail of what a client was sent, within a limit, for the journal. It copies, so that no socket buffer is held. */

export interface Capture {
  add(bytes: Uint8Array): void;
  /** All of it when it fits, else head, a line that says how much is missing, tail. */
  bytes(): Uint8Array;
  readonly total: number;
}

export function createCapture(bytesMax: number): Capture {
  const headMax = Math.floor((bytesMax * 3) / 4);
  const tailMax = bytesMax - headMax;
  const head = createRoll(headMax);
  // Trimming at twice the limit keeps the cost per byte constant.
  const tail = createRoll(tailMax * 2);
  let total = 0;

  const keepTail = (piece: Uint8Array): void => {
    if (tailMax === 0) return;
    const kept = piece.length > tailMax ? piece.subarray(piece.length - tailMax) : piece;
    if (tail.length + kept.length > tailMax * 2) tail.keepLast(tailMax);
    tail.append(kept);
  };

  return {
    add(bytes) {
      total += bytes.length;
      const room = headMax - head.length;
      if (room >= bytes.length) return head.append(bytes);
      if (room > 0) head.append(bytes.subarray(0, room));
      keepTail(room > 0 ? bytes.subarray(room) : bytes);
    },
    bytes() {
      tail.keepLast(tailMax);
      const missing = total - head.length - tail.length;
      const gap = missing > 0 ? [Buffer.from(`\n[… ${missing} bytes not kept …]\n`)] : [];
      return Buffer.concat([head.view(), ...gap, tail.view()]);
    },
    get total() {
      return total;
    },
  };
}

interface Roll {
  readonly length: number;
  append(bytes: Uint8Array): void;
  keepLast(bytes: number): void;
  view(): Uint8Array;
}

const firstRoomBytes = 4096;

/** One buffer that doubles as it fills: a copy per piece, no object per piece. */
function createRoll(bytesMax: number): Roll {
  let buffer = new Uint8Array(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(bytes) {
      const needed = length + bytes.length;
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.min(bytesMax, Math.max(needed, buffer.length * 2, firstRoomBytes)));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(bytes, length);
      length = needed;
    },
    keepLast(bytes) {
      if (length <= bytes) return;
      buffer.copyWithin(0, length - bytes, length);
      length = bytes;
    },
    view: () => buffer.subarray(0, length),
  };
}
