/**
 * Keeps the head and the tail of a body, within a limit, and when its pieces came, for the journal: of what a client was sent, and of what an upstream
 * sent where a person asked for it. It copies, so that no socket buffer is held. Where nothing is to be kept it counts, and takes no room.
 */

import type { Marks } from '../model/journal.ts';

/** Marks of one body. When they are full, every second one is dropped and from then on each stands for twice as many writes, so that they tell of all of it. */
export const marksMax = 4096;

export interface Capture {
  /** `ms` = when, since the start of the exchange. */
  add(bytes: Uint8Array, ms: number): void;
  /** All of it when it fits, else head, a line that says how much is missing, tail. */
  bytes(): Uint8Array;
  marks(): Marks;
  readonly total: number;
}

export function createCapture(bytesMax: number): Capture {
  return bytesMax === 0 ? new Counter() : createKeeper(bytesMax);
}

const noTimes = new Float64Array(0);
const noBytes = new Uint8Array(0);
const noMarks: Marks = { ends: noTimes, ms: noTimes };

/** Every stream has one, so it is one small object. */
class Counter implements Capture {
  total = 0;

  add(bytes: Uint8Array): void {
    this.total += bytes.length;
  }

  bytes(): Uint8Array {
    return this.total > 0 ? gapOf(this.total) : noBytes;
  }

  marks(): Marks {
    return noMarks;
  }
}

function gapOf(missing: number): Uint8Array {
  return Buffer.from(`\n[… ${missing} bytes not kept …]\n`);
}

function createKeeper(bytesMax: number): Capture {
  const headMax = Math.floor((bytesMax * 3) / 4);
  const tailMax = bytesMax - headMax;
  const head = createRoll(headMax);
  // Trimming at twice the limit keeps the cost per byte constant.
  const tail = createRoll(tailMax * 2);
  const marks = createMarks();
  let total = 0;

  const keepTail = (piece: Uint8Array): void => {
    if (tailMax === 0) return;
    const kept = piece.length > tailMax ? piece.subarray(piece.length - tailMax) : piece;
    if (tail.length + kept.length > tailMax * 2) tail.keepLast(tailMax);
    tail.append(kept);
  };

  return {
    add(bytes, ms) {
      total += bytes.length;
      marks.add(total, ms);
      const room = headMax - head.length;
      if (room >= bytes.length) return head.append(bytes);
      if (room > 0) head.append(bytes.subarray(0, room));
      keepTail(room > 0 ? bytes.subarray(room) : bytes);
    },
    bytes() {
      tail.keepLast(tailMax);
      const missing = total - head.length - tail.length;
      const gap = missing > 0 ? [gapOf(missing)] : [];
      return Buffer.concat([head.view(), ...gap, tail.view()]);
    },
    marks: marks.view,
    get total() {
      return total;
    },
  };
}

const firstMarks = 64;

/** One entry for `stride` times at which something was written, in two arrays that double as they fill. */
function createMarks(): { add(end: number, ms: number): void; view(): Marks } {
  let ends = noTimes;
  let times = noTimes;
  let length = 0;
  let stride = 1;
  /** Times that the last entry stands for. */
  let stands = 0;
  /** The later of each two stays: what was there by its time was there. */
  const thin = (): void => {
    for (let at = 1; at < length; at += 2) {
      ends[at >> 1] = ends[at] as number;
      times[at >> 1] = times[at] as number;
    }
    length >>= 1;
    stride *= 2;
  };
  const grow = (): void => {
    const room = Math.min(marksMax, Math.max(firstMarks, length * 2));
    const [moreEnds, moreTimes] = [new Float64Array(room), new Float64Array(room)];
    moreEnds.set(ends);
    moreTimes.set(times);
    [ends, times] = [moreEnds, moreTimes];
  };
  return {
    add(end, exactMs) {
      const ms = Math.round(exactMs);
      // What came in the same millisecond came together: a quick answer has few marks.
      if (length > 0 && times[length - 1] === ms) {
        ends[length - 1] = end;
        return;
      }
      if (stands >= stride || length === 0) {
        if (length === marksMax) thin();
        else if (length === ends.length) grow();
        length += 1;
        stands = 0;
      }
      stands += 1;
      ends[length - 1] = end;
      times[length - 1] = ms;
    },
    view: () => ({ ends: ends.subarray(0, length), ms: times.subarray(0, length) }),
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
  let buffer = noBytes;
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
