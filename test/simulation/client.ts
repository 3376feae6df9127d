/** A client of a simulated town: takes what it is sent, quickly or slowly, until it leaves, and remembers what it saw. */

import type { ClientSink, World } from '../../src/model/ports.ts';
import type { PlainAnswer } from '../../src/model/request.ts';

/** What one client saw, as it saw it. */
export interface Sight {
  status: number | undefined;
  headers: Readonly<Record<string, string>>;
  readonly pieces: Uint8Array[];
  opens: number;
  ends: number;
  firstByteMs: number | undefined;
  leftMs: number | undefined;
  writesAfterEnd: number;
}

export interface VirtualClient {
  readonly sink: ClientSink;
  readonly sight: Sight;
  leave(): void;
}

export function virtualClient(world: World, readsMs: number): VirtualClient {
  const gone = new AbortController();
  const sight: Sight = {
    status: undefined,
    headers: {},
    pieces: [],
    opens: 0,
    ends: 0,
    firstByteMs: undefined,
    leftMs: undefined,
    writesAfterEnd: 0,
  };
  const take = (bytes: Uint8Array): void => {
    if (sight.ends > 0) sight.writesAfterEnd += 1;
    sight.firstByteMs ??= world.elapsed();
    sight.pieces.push(bytes);
  };
  const sink: ClientSink = {
    gone: gone.signal,
    get opened() {
      return sight.opens > 0;
    },
    open(status, headers) {
      sight.opens += 1;
      sight.status = status;
      sight.headers = headers;
    },
    write(bytes) {
      if (gone.signal.aborted) return undefined;
      take(bytes);
      return readsMs === 0 ? undefined : world.sleep(readsMs, gone.signal);
    },
    end() {
      if (!gone.signal.aborted) sight.ends += 1;
    },
    answer(answer: PlainAnswer) {
      if (gone.signal.aborted) return;
      this.open(answer.status, answer.headers);
      take(answer.body);
      sight.ends += 1;
    },
    abandon: () => gone.abort(),
  };
  const leave = (): void => {
    if (sight.ends > 0) return;
    sight.leftMs = world.elapsed();
    gone.abort();
  };
  return { sink, sight, leave };
}
