/**
 * One generation and everybody who listens to it: a client's sink that keeps what it is given, and hands the same bytes to each listener at that
 * listener's own pace, from the first byte on. It goes on as fast as the fastest listener reads, and never further ahead of the slowest than
 * the bytes it may keep. It writes nothing of its own and stops nothing by itself.
 */

import type { ClientSink } from '../model/ports.ts';
import type { PlainAnswer } from '../model/request.ts';
import { createKeptBytes, type KeptBytes } from './attach-bytes.ts';
import type { Standing } from './attach-match.ts';
import type { ConnectionSink } from './sink.ts';

/** Tells a client that it did not begin the generation whose id it is told. */
export const attachedHeader = { 'x-attached': 'true' };

/** How it went for a listener: served or gone, or the generation broke down without a word. */
export type Listened = 'done' | 'broken';

export interface Hub {
  /** What the generation writes to; `gone` when nobody is waited for any longer. */
  readonly sink: ClientSink;
  readonly standing: Standing;
  readonly isHeard: boolean;
  /** Whether the generation can still write. */
  readonly isRunning: boolean;
  /** A follower is told so in its headers. */
  listen(sink: ConnectionSink, role: 'first' | 'follower'): Promise<Listened>;
  /** The generation has returned, well or not. */
  over(isWell: boolean): void;
  /** Ends the generation: nobody will come. */
  stop(): void;
}

export interface HubOrder {
  readonly bytesMax: number;
  /** Called whenever `standing` or `isHeard` may have changed. */
  readonly changed: () => void;
}

export function createHub(order: HubOrder, kept: KeptBytes = createKeptBytes()): Hub {
  return new FanOut(order, kept);
}

interface Listener {
  readonly sink: ConnectionSink;
  readonly role: 'first' | 'follower';
  readonly settle: (listened: Listened) => void;
  at: number;
  isOpen: boolean;
  /** It has not yet taken what it was given. */
  isBusy: boolean;
  isEnded: boolean;
}

class FanOut implements Hub {
  readonly sink: ClientSink;
  isRunning = true;
  readonly #order: HubOrder;
  readonly #gone = new AbortController();
  readonly #kept: KeptBytes;
  readonly #listeners = new Set<Listener>();
  #head: Pick<PlainAnswer, 'status' | 'headers'> | undefined;
  /** The body of an answer that came as one document. */
  #body: Uint8Array | undefined;
  #hasEnded = false;
  #hasFailed = false;
  #isOutgrown = false;
  #isRead = false;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(order: HubOrder, kept: KeptBytes) {
    this.#order = order;
    this.#kept = kept;
    const isOpened = (): boolean => this.#head !== undefined;
    this.sink = {
      gone: this.#gone.signal,
      get opened() {
        return isOpened();
      },
      open: (status, headers) => this.#open({ status, headers }),
      write: (bytes) => this.#write(bytes),
      end: () => this.#end(),
      answer: (answer) => this.#answer(answer),
      abandon: () => this.#abandon(),
    };
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  get standing(): Standing {
    if (this.#hasFailed || this.#gone.signal.aborted) return 'failed';
    if (this.#isOutgrown) return 'outgrown';
    if (!this.#hasEnded) return this.isHeard ? 'heard' : 'unheard';
    if (this.isHeard) return 'being-read';
    return this.#isRead ? 'read' : 'unread';
  }

  listen(sink: ConnectionSink, role: 'first' | 'follower'): Promise<Listened> {
    return new Promise((settle) => {
      const listener = { sink, role, settle, at: 0, isOpen: false, isBusy: false, isEnded: false };
      this.#listeners.add(listener);
      void sink.closed.then((how) => this.#leave(listener, how));
      this.#pour(listener);
      this.#look();
      this.#order.changed();
    });
  }

  over(isWell: boolean): void {
    this.isRunning = false;
    if (!isWell) this.#hasFailed = true;
    if (!this.#hasEnded) {
      for (const { settle } of this.#listeners) settle('broken');
      this.#listeners.clear();
    }
    this.#order.changed();
  }

  stop(): void {
    // What has ended needs no stopping, and must not be taken for something that was.
    if (!this.#hasEnded) this.#abandon();
  }

  #abandon(): void {
    this.#gone.abort();
    this.#look();
  }

  #open(head: Pick<PlainAnswer, 'status' | 'headers'>): void {
    this.#head = head;
    for (const listener of this.#listeners) this.#pour(listener);
  }

  #write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#hasEnded || this.#gone.signal.aborted) return undefined;
    this.#kept.append(bytes);
    for (const listener of this.#listeners) this.#pour(listener);
    this.#trim();
    if (this.#mayGoOn()) return undefined;
    this.#pause ??= pause();
    return this.#pause.over;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const listener of this.#listeners) this.#pour(listener);
    this.#order.changed();
  }

  #answer({ status, headers, body }: PlainAnswer): void {
    if (this.#head !== undefined || this.#gone.signal.aborted) return;
    this.#head = { status, headers };
    this.#body = body;
    this.#isOutgrown = body.length > this.#order.bytesMax;
    this.#end();
  }

  /** Gives a listener what it has not had, until it takes no more. */
  #pour(listener: Listener): void {
    const { sink } = listener;
    if (this.#head === undefined || listener.isBusy || listener.isEnded) return;
    const mark = listener.role === 'follower' ? attachedHeader : {};
    const head = { status: this.#head.status, headers: { ...this.#head.headers, ...mark } };
    if (this.#body !== undefined) {
      listener.isEnded = true;
      sink.answer({ ...head, body: this.#body });
      return;
    }
    if (!listener.isOpen) sink.open(head.status, head.headers);
    listener.isOpen = true;
    while (listener.at < this.#kept.end) {
      const bytes = this.#kept.from(listener.at);
      listener.at += bytes.length;
      const taken = sink.write(bytes);
      if (taken === undefined) continue;
      listener.isBusy = true;
      void taken.then(() => {
        listener.isBusy = false;
        this.#pour(listener);
        this.#trim();
        this.#look();
      });
      return;
    }
    if (!this.#hasEnded) return;
    listener.isEnded = true;
    sink.end();
  }

  #leave(listener: Listener, how: 'whole' | 'left'): void {
    if (!this.#listeners.delete(listener)) return;
    if (how === 'whole' && listener.isEnded) this.#isRead = true;
    listener.settle('done');
    this.#trim();
    this.#look();
    this.#order.changed();
  }

  get #slowest(): number {
    return Math.min(...[...this.#listeners].map(({ at }) => at));
  }

  /** Nobody joins a generation that is longer than what is kept: what all have had can go. */
  #trim(): void {
    if (this.#kept.end <= this.#order.bytesMax || !this.isHeard) return;
    this.#isOutgrown = true;
    this.#kept.dropBefore(this.#slowest);
  }

  #mayGoOn(): boolean {
    if (this.#hasEnded || this.#gone.signal.aborted) return true;
    const { bytesMax } = this.#order;
    if (!this.isHeard) return this.#kept.end < bytesMax;
    return [...this.#listeners].some(({ isBusy }) => !isBusy) && this.#kept.end - this.#slowest < bytesMax;
  }

  #look(): void {
    if (this.#pause === undefined || !this.#mayGoOn()) return;
    const { end } = this.#pause;
    this.#pause = undefined;
    end();
  }
}

function pause(): { readonly over: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}
