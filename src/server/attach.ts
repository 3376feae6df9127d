/**
 * The generations that a second request may join, off unless `healing.attach` is on. A client that lost its connection and asks the very same
 * again, or any duplicate with the same `Idempotency-Key`, gets the generation that is already paid for, from its first byte. What is done in
 * which case stands in `attach-match.ts`; here it is done, and every timer and every kept byte is given back.
 */

import type { Alarm, ClientSink, World } from '../model/ports.ts';
import { createHub, type Hub, type Listened } from './attach-hub.ts';
import {
  type Asked,
  type Earlier,
  isKeptUnheard,
  type Match,
  matchOf,
  type Standing,
  verdictOn,
} from './attach-match.ts';
import type { ConnectionSink } from './sink.ts';

/** Bytes of one answer that are kept. A longer one goes on to those who listen, and cannot be joined any more. */
export const attachBytesMax = 8 * 1024 * 1024;
/** Generations that are remembered at once. Above it the ones that wait for nobody go first, and then a request has its own as if this were off. */
export const attachExchangesMax = 256;
/** How long a generation goes on, or its answer stays, while nobody listens. */
export const attachGraceMs = 60_000;

export interface AttachLimits {
  readonly bytesMax: number;
  readonly exchangesMax: number;
  readonly graceMs: number;
}

const limitsInForce: AttachLimits = {
  bytesMax: attachBytesMax,
  exchangesMax: attachExchangesMax,
  graceMs: attachGraceMs,
};

export interface AttachDoors {
  readonly world: World;
  /** Aborts when the gateway begins to close: from then on no client can come back. */
  readonly closing: AbortSignal;
  /** A line for the log about the request of this id. */
  readonly told: (line: string, requestId: string) => void;
}

export type Entry =
  /** A generation of its own: it writes to `sink`, and says when it is over. */
  | { readonly is: 'own'; readonly sink: ClientSink; readonly over: (isWell: boolean) => void }
  | { readonly is: 'joined'; readonly id: string; readonly listened: Promise<Listened> }
  /** The key was used for another request. */
  | { readonly is: 'mismatch'; readonly id: string };

export interface AttachDesk {
  enter(id: string, asked: Asked, sink: ConnectionSink): Entry;
  /** Resolves when no generation runs any more, at the latest after this time. Only while closing. */
  settled(limitMs: number): Promise<void>;
  /** Generations and answers that are remembered. */
  readonly size: number;
}

export function createAttachDesk(doors: AttachDoors, limits: AttachLimits = limitsInForce): AttachDesk {
  return new Desk(doors, limits);
}

class Generation implements Earlier {
  readonly id: string;
  readonly match: Match;
  readonly hub: Hub;
  /** Set while nobody listens. */
  alarm: Alarm | undefined;

  constructor(id: string, match: Match, hub: Hub) {
    this.id = id;
    this.match = match;
    this.hub = hub;
  }

  get fingerprint(): string {
    return this.match.fingerprint;
  }

  get standing(): Standing {
    return this.hub.standing;
  }
}

class Desk implements AttachDesk {
  readonly #doors: AttachDoors;
  readonly #limits: AttachLimits;
  /** By place, oldest first. */
  readonly #known = new Map<string, Generation[]>();
  readonly #running = new Set<Hub>();
  readonly #idle = new Set<() => void>();

  constructor(doors: AttachDoors, limits: AttachLimits) {
    this.#doors = doors;
    this.#limits = limits;
    doors.closing.addEventListener('abort', () => {
      for (const generation of this.#all()) this.#look(generation);
    });
  }

  get size(): number {
    return this.#all().length;
  }

  enter(id: string, asked: Asked, sink: ConnectionSink): Entry {
    const match = matchOf(asked);
    const verdict = verdictOn(match, this.#known.get(match.place) ?? []);
    if (verdict.is === 'mismatch') return { is: 'mismatch', id: verdict.earlier.id };
    if (verdict.is === 'join') {
      const { earlier } = verdict;
      this.#doors.told(`Attached to request ${earlier.id}`, id);
      return { is: 'joined', id: earlier.id, listened: earlier.hub.listen(sink, 'follower') };
    }
    if (!this.#hasRoom()) return { is: 'own', sink, over: () => undefined };
    return this.#begin(id, match, sink);
  }

  async settled(limitMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        alarm.cancel();
        this.#idle.delete(done);
        resolve();
      };
      const alarm = this.#doors.world.alarm(limitMs, done);
      this.#idle.add(done);
    });
  }

  #begin(id: string, match: Match, sink: ConnectionSink): Entry {
    const hub = createHub({ bytesMax: this.#limits.bytesMax, changed: () => this.#look(generation) });
    const generation = new Generation(id, match, hub);
    this.#known.set(match.place, [...(this.#known.get(match.place) ?? []), generation]);
    this.#running.add(hub);
    void hub.listen(sink, 'first');
    const over = (isWell: boolean): void => {
      if (!this.#running.delete(hub)) return;
      hub.over(isWell);
      if (this.#running.size === 0) for (const ring of this.#idle) ring();
    };
    return { is: 'own', sink: hub.sink, over };
  }

  /** Does what the table says of a generation to which something has happened. */
  #look(generation: Generation): void {
    const { hub, match } = generation;
    if (hub.isHeard) {
      generation.alarm?.cancel();
      generation.alarm = undefined;
      return;
    }
    const isKept = !this.#doors.closing.aborted && isKeptUnheard(hub.standing, match.isKeyed);
    if (!isKept) this.#letGo(generation);
    else if (generation.alarm === undefined) this.#waitFor(generation);
  }

  /** One grace, from the moment when the last listener left. */
  #waitFor(generation: Generation): void {
    const { hub } = generation;
    const { graceMs } = this.#limits;
    if (hub.standing === 'unheard')
      this.#doors.told(`The client left: its answer is waited for ${graceMs} ms`, generation.id);
    generation.alarm = this.#doors.world.alarm(graceMs, () => {
      if (hub.standing === 'unheard') this.#doors.told('Nobody came back for the answer', generation.id);
      this.#letGo(generation);
    });
  }

  #letGo(generation: Generation): void {
    const { hub, match } = generation;
    generation.alarm?.cancel();
    generation.alarm = undefined;
    const others = (this.#known.get(match.place) ?? []).filter((other) => other !== generation);
    if (others.length === 0) this.#known.delete(match.place);
    else this.#known.set(match.place, others);
    if (hub.isRunning) hub.stop();
  }

  /** Answers that nobody reads make room, the oldest first; a generation that runs never does. */
  #hasRoom(): boolean {
    const all = this.#all();
    if (all.length < this.#limits.exchangesMax) return true;
    const idle = all.find(({ hub }) => !hub.isRunning && !hub.isHeard);
    if (idle === undefined) return false;
    this.#letGo(idle);
    return true;
  }

  #all(): Generation[] {
    return [...this.#known.values()].flat();
  }
}
