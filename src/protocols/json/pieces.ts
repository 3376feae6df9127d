/** Collects spans of an original text and inserted texts, and joins them once at the end. Neighbouring spans become one. */

const encoder = new TextEncoder();

export class Pieces {
  readonly #text: Uint8Array;
  /** Pairs of start and end; an insertion stands as -1 and its index. */
  readonly #spans: number[] = [];
  readonly #inserted: Uint8Array[] = [];
  #bytes = 0;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  keep(start: number, end: number): void {
    if (end <= start) return;
    this.#bytes += end - start;
    const spans = this.#spans;
    const last = spans.length - 1;
    if (last >= 0 && spans[last - 1] !== -1 && spans[last] === start) spans[last] = end;
    else spans.push(start, end);
  }

  insert(json: string): void {
    const bytes = encoder.encode(json);
    this.#bytes += bytes.length;
    this.#spans.push(-1, this.#inserted.length);
    this.#inserted.push(bytes);
  }

  /** A separator: the original one where it stands right before what follows, so that an unchanged neighbourhood stays one span. */
  comma(at: number): void {
    if (this.#text[at] === 44) this.keep(at, at + 1);
    else this.insert(',');
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.#bytes);
    const spans = this.#spans;
    let length = 0;
    for (let index = 0; index < spans.length; index += 2) {
      const start = spans[index]!;
      const end = spans[index + 1]!;
      const bytes = start === -1 ? this.#inserted[end]! : this.#text.subarray(start, end);
      joined.set(bytes, length);
      length += bytes.length;
    }
    return joined;
  }
}
