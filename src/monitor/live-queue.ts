/**
 * What one reader of the live feed has not taken yet. In order while it keeps up; when it does not, of each request only the newest is kept; and a
 * reader that is slower still is cut off. It never holds more than its limits.
 */

/** Events in order that wait for one reader. */
export const QUEUED_EVENTS_MAX = 500;
/** Requests of which the newest event waits for a reader that does not keep up. */
export const QUEUED_REQUESTS_MAX = 2000;

export interface LiveQueue {
  /** `key` names what the event is about: a later one with the same key may take its place. */
  push(key: string, text: string): void;
  /** All that waits, as one text; empty when nothing does. */
  take(): string;
  /** The reader was too slow: nothing is kept for it any more. */
  readonly isCut: boolean;
}

export function createLiveQueue(): LiveQueue {
  let inOrder: { readonly key: string; readonly text: string }[] = [];
  /** Only while the reader does not keep up. */
  let newest: Map<string, string> | undefined;
  let isCut = false;

  const merge = (): Map<string, string> => {
    const merged = new Map<string, string>();
    for (const { key, text } of inOrder) replace(merged, key, text);
    inOrder = [];
    return merged;
  };

  return {
    push(key, text) {
      if (isCut) return;
      if (newest === undefined && inOrder.length < QUEUED_EVENTS_MAX) {
        inOrder.push({ key, text });
        return;
      }
      newest ??= merge();
      replace(newest, key, text);
      if (newest.size <= QUEUED_REQUESTS_MAX) return;
      isCut = true;
      newest = undefined;
    },
    take() {
      const texts = newest === undefined ? inOrder.map(({ text }) => text) : [...newest.values()];
      inOrder = [];
      newest = undefined;
      return texts.join('');
    },
    get isCut() {
      return isCut;
    },
  };
}

/** Moves to the end, so that ids still count up. */
function replace(map: Map<string, string>, key: string, text: string): void {
  map.delete(key);
  map.set(key, text);
}
