/**
 * The live feed: reads the facts and tells its readers of every request at its start, its changes and its end, and now and then while it is answered.
 * It keeps the requests that are under way, and costs next to nothing while nobody reads. It must never wait for a reader.
 */

import type { Fact } from '../model/journal.ts';
import type { Alarm, RequestJournal, World } from '../model/ports.ts';
import { createLiveQueue, type LiveQueue } from './live-queue.ts';
import { type LiveExchange, liveRow, noteLive } from './live-row.ts';
import { OpenExchanges } from './record-exchange.ts';
import { requestRow } from './record-rows.ts';
import type { LiveHello, LiveRow } from './views.ts';

export const LIVE_READERS_MAX = 16;
/** A request that is answered is told again after this time. */
export const LIVE_EVERY_MS = 500;
export const KEEPALIVE_EVERY_MS = 15_000;
/** Rows told at one time of requests that are answered; the others have their turn the next time. */
const ROWS_AT_ONCE_MAX = 200;
/** Of the requests under way that a newcomer is told of, the newest. */
const FIRST_ROWS_MAX = 1000;
/** How soon a page that was cut off comes back. */
const RETRY_MS = 1000;

export interface LiveFeed extends RequestJournal {
  /** Undefined when there are too many readers already, or the gateway closes. */
  join(): LiveReader | undefined;
  /** Ends all readers and takes no more. */
  close(): void;
}

export interface LiveReader {
  /** The next events, as they stand on the wire; undefined at the end. One at a time. */
  next(): Promise<string | undefined>;
  /** Called when the reader has gone. */
  leave(): void;
}

export interface LiveDependencies {
  readonly world: World;
  readonly redact: (text: string) => string;
  /** Names this start of the gateway. */
  readonly boot: string;
}

export function createLiveFeed(dependencies: LiveDependencies): LiveFeed {
  return new Feed(dependencies);
}

interface Followed extends LiveExchange {
  readonly startedAt: number;
  toldAt: number;
}

class Feed implements LiveFeed {
  readonly #world: World;
  readonly #redact: (text: string) => string;
  readonly #boot: string;
  readonly #open = new OpenExchanges<Followed>();
  readonly #readers = new Set<Reader>();
  #last = 0;
  #isClosed = false;
  #beat: Alarm | undefined;
  #keptAliveAt = 0;

  constructor({ world, redact, boot }: LiveDependencies) {
    this.#world = world;
    this.#redact = redact;
    this.#boot = boot;
  }

  note(fact: Fact): void {
    const exchange = fact.fact === 'exchange-started' ? this.#begin(fact) : this.#open.get(fact.id);
    if (exchange === undefined) return;
    const isNews = noteLive(exchange, fact);
    if (fact.fact === 'exchange-ended') {
      this.#open.end(fact.id);
      if (this.#readers.size === 0) return;
      const row = requestRow(exchange.started, fact, [...exchange.attempts.values()], this.#redact);
      this.#send({ ...row, state: 'ended' });
    } else if (isNews && this.#readers.size > 0) this.#tell(exchange);
  }

  join(): LiveReader | undefined {
    if (this.#isClosed || this.#readers.size >= LIVE_READERS_MAX) return undefined;
    const reader = new Reader(() => this.#left(reader));
    const hello: LiveHello = { boot: this.#boot, last: this.#last };
    const rows = this.#open
      .all()
      .slice(-FIRST_ROWS_MAX)
      .map((exchange) => this.#rowOf(exchange));
    const first = rows.map((row) => eventText('request', this.#last, row));
    reader.push('', `retry: ${RETRY_MS}\n${eventText('hello', this.#last, hello)}${first.join('')}`);
    this.#readers.add(reader);
    if (this.#beat === undefined) this.#startBeat();
    return reader;
  }

  close(): void {
    this.#isClosed = true;
    for (const reader of [...this.#readers]) reader.leave();
  }

  #begin(started: Followed['started']): Followed {
    const now = this.#world.elapsed();
    const particulars = { state: 'asking' as const, flags: new Set<never>(), hasFailed: false, usage: undefined };
    return this.#open.begin({ started, attempts: new Map(), ...particulars, startedAt: now, toldAt: now });
  }

  #tell(exchange: Followed): void {
    exchange.toldAt = this.#world.elapsed();
    this.#send(this.#rowOf(exchange));
  }

  #rowOf(exchange: Followed): LiveRow {
    return liveRow(exchange, this.#world.elapsed() - exchange.startedAt, this.#redact);
  }

  #send(row: LiveRow): void {
    this.#last += 1;
    this.#pushAll(row.id, eventText('request', this.#last, row));
  }

  #pushAll(key: string, text: string): void {
    for (const reader of [...this.#readers]) reader.push(key, text);
  }

  #left(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#beat?.cancel();
    this.#beat = undefined;
  }

  #startBeat(): void {
    this.#keptAliveAt = this.#world.elapsed();
    const next = (): Alarm => this.#world.alarm(LIVE_EVERY_MS, beat);
    const beat = (): void => {
      this.#beat = next();
      this.#tellAnswering();
      const now = this.#world.elapsed();
      if (now - this.#keptAliveAt < KEEPALIVE_EVERY_MS) return;
      this.#keptAliveAt = now;
      this.#pushAll('keepalive', ': keepalive\n\n');
    };
    this.#beat = next();
  }

  /** Those that have waited longest come first. */
  #tellAnswering(): void {
    const due = this.#world.elapsed() - LIVE_EVERY_MS;
    const waiting = this.#open.all().filter(({ state, toldAt }) => state === 'answering' && toldAt <= due);
    if (waiting.length > ROWS_AT_ONCE_MAX) waiting.sort((a, b) => a.toldAt - b.toldAt);
    for (const exchange of waiting.slice(0, ROWS_AT_ONCE_MAX)) this.#tell(exchange);
  }
}

class Reader implements LiveReader {
  readonly #queue: LiveQueue = createLiveQueue();
  readonly #left: () => void;
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(left: () => void) {
    this.#left = left;
  }

  push(key: string, text: string): void {
    this.#queue.push(key, text);
    if (this.#queue.isCut) this.leave();
    else this.#rouse();
  }

  async next(): Promise<string | undefined> {
    while (!this.#isOver) {
      const text = this.#queue.take();
      if (text !== '') return text;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#left();
    this.#rouse();
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function eventText(event: 'hello' | 'request', id: number, data: LiveHello | LiveRow): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
