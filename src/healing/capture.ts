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
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let tail: Uint8Array[] = [];
  let tailBytes = 0;
  let total = 0;

  const keepTail = (piece: Uint8Array): void => {
    if (tailMax === 0) return;
    const kept = piece.length > tailMax ? piece.subarray(piece.length - tailMax) : piece;
    tail.push(Uint8Array.from(kept));
    tailBytes += kept.length;
    // Trimming at twice the limit keeps the cost per byte constant.
    if (tailBytes <= tailMax * 2) return;
    const joined = Buffer.concat(tail);
    const last = joined.subarray(joined.length - tailMax);
    tail = [Uint8Array.from(last)];
    tailBytes = last.length;
  };

  return {
    add(bytes) {
      total += bytes.length;
      const room = headMax - headBytes;
      if (room > 0) {
        head.push(Uint8Array.from(bytes.subarray(0, room)));
        headBytes += Math.min(room, bytes.length);
      }
      if (bytes.length > room) keepTail(room > 0 ? bytes.subarray(room) : bytes);
    },
    bytes() {
      const rest = Buffer.concat(tail);
      const end = rest.length > tailMax ? rest.subarray(rest.length - tailMax) : rest;
      const missing = total - headBytes - end.length;
      const gap = missing > 0 ? [Buffer.from(`\n[… ${missing} bytes not kept …]\n`)] : [];
      return Buffer.concat([...head, ...gap, end]);
    },
    get total() {
      return total;
    },
  };
}
