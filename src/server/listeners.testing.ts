/** A client of a hub that is a list: what it was told, byte by byte, read at the pace that a test sets. */

import type { PlainAnswer } from '../model/request.ts';
import type { ConnectionSink } from './sink.ts';

export class TestListener implements ConnectionSink {
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  text = '';
  hasEnd = false;
  readonly closed: Promise<'whole' | 'left'>;
  readonly #gone = new AbortController();
  #isSlow = false;
  #wake: (() => void) | undefined;
  #close: (how: 'whole' | 'left') => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get opened(): boolean {
    return this.status !== 0;
  }

  open(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.opened) throw new Error('opened twice');
    this.status = status;
    this.headers = headers;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.hasEnd) throw new Error('written after the end');
    this.text += Buffer.from(bytes).toString('latin1');
    if (!this.#isSlow) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  end(): void {
    if (this.hasEnd) throw new Error('ended twice');
    this.hasEnd = true;
    if (!this.#isSlow) this.#close('whole');
  }

  answer({ status, headers, body }: PlainAnswer): void {
    this.open(status, headers);
    this.text = Buffer.from(body).toString('latin1');
    this.end();
  }

  abandon(): void {
    this.#gone.abort();
  }

  /** From now on nothing is taken; `false` takes what is there and goes on. */
  slow(isSlow: boolean): void {
    this.#isSlow = isSlow;
    if (isSlow) return;
    this.#wake?.();
    this.#wake = undefined;
    if (this.hasEnd) this.#close('whole');
  }

  /** The connection breaks; `mutely`: without a word about what was being written. */
  leave(how?: 'mutely'): void {
    this.#gone.abort();
    if (how !== 'mutely') this.#wake?.();
    this.#close('left');
  }
}
