/**
 * As much HTTP/1.1 as both ends of this benchmark need, read from the bytes of a socket and written to them. It must never mend what it reads:
 * a body that ends before its own end is told as torn.
 */

export interface Head {
  readonly start: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface WireListener {
  head(head: Head): void;
  body(bytes: Buffer): void;
  /** The message has come to its own end. */
  done(): void;
}

export interface WireReader {
  push(bytes: Buffer): void;
  /** The other side has closed. True when the message was whole, or ends with its connection. */
  close(): boolean;
}

const headBytesMax = 64 * 1024;

type Stage = 'head' | 'length' | 'until-close' | 'chunk-size' | 'chunk' | 'trailer' | 'done';

export function createWireReader(kind: 'request' | 'response', listener: WireListener): WireReader {
  return new MessageReader(kind, listener);
}

class MessageReader implements WireReader {
  readonly #kind: 'request' | 'response';
  readonly #listener: WireListener;
  #stage: Stage = 'head';
  #waiting: Buffer = Buffer.alloc(0);
  /** Bytes of the body or of the chunk that are still to come. */
  #rest = 0;

  constructor(kind: 'request' | 'response', listener: WireListener) {
    this.#kind = kind;
    this.#listener = listener;
  }

  push(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (this.#step());
  }

  close(): boolean {
    if (this.#stage === 'until-close') this.#finish();
    return this.#stage === 'done';
  }

  /** False when more bytes must come first. */
  #step(): boolean {
    const stage = this.#stage;
    if (stage === 'done') return false;
    if (stage === 'head') return this.#readHead();
    if (stage === 'length' || stage === 'until-close') return this.#readBody();
    return stage === 'chunk' ? this.#readChunk() : this.#readLine();
  }

  #finish(): void {
    this.#stage = 'done';
    this.#listener.done();
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }

  #readHead(): boolean {
    const end = this.#waiting.indexOf('\r\n\r\n');
    if (end < 0 && this.#waiting.length > headBytesMax) throw new Error('the head of a message is too large');
    if (end < 0) return false;
    const head = parseHead(this.#take(end + 4).toString('latin1', 0, end));
    this.#listener.head(head);
    const length = head.headers['content-length'];
    if (head.headers['transfer-encoding']?.toLowerCase() === 'chunked') this.#stage = 'chunk-size';
    else if (length === undefined && this.#kind === 'response') this.#stage = 'until-close';
    else {
      this.#rest = Number(length ?? 0);
      this.#stage = 'length';
      if (this.#rest === 0) this.#finish();
    }
    return true;
  }

  #readBody(): boolean {
    const isBounded = this.#stage === 'length';
    const taken = this.#take(isBounded ? this.#rest : this.#waiting.length);
    if (taken.length > 0) this.#listener.body(taken);
    if (isBounded) this.#rest -= taken.length;
    if (isBounded && this.#rest === 0) this.#finish();
    return taken.length > 0;
  }

  #readChunk(): boolean {
    if (this.#waiting.length < this.#rest + 2) return false;
    this.#listener.body(this.#take(this.#rest + 2).subarray(0, this.#rest));
    this.#stage = 'chunk-size';
    return true;
  }

  #readLine(): boolean {
    const end = this.#waiting.indexOf('\r\n');
    if (end < 0) return false;
    const text = this.#take(end + 2).toString('latin1', 0, end);
    if (this.#stage === 'trailer') {
      if (text === '') this.#finish();
      return true;
    }
    this.#rest = Number.parseInt(text, 16);
    if (Number.isNaN(this.#rest)) throw new Error(`a chunk of the size ${JSON.stringify(text.slice(0, 20))}`);
    this.#stage = this.#rest === 0 ? 'trailer' : 'chunk';
    return true;
  }
}

function parseHead(text: string): Head {
  const [start = '', ...lines] = text.split('\r\n');
  const pairs = lines.map((each) => {
    const colon = each.indexOf(':');
    return [each.slice(0, colon).trim().toLowerCase(), each.slice(colon + 1).trim()] as const;
  });
  return { start, headers: Object.fromEntries(pairs) };
}

export function headBytes(start: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = [start, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export function chunkBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

export const lastChunk = Buffer.from('0\r\n\r\n');
