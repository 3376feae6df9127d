/** What an answer says, in words that belong to no dialect: every reader of `said/` fills this, from a recording or from what the gateway wrote. */

/** What a caller sees, in order. Neighbouring texts are one piece. */
export interface Piece {
  readonly kind: 'text' | 'code' | 'media';
  readonly text: string;
}

export interface Call {
  readonly name: string;
  readonly id?: string;
  /** The arguments; the text itself when it is no JSON (an answer cut off inside a call). */
  readonly input: unknown;
  readonly isBroken: boolean;
}

/** An absent count was not stated. */
export interface Counts {
  /** With what was read from and written to a cache. */
  readonly input?: number;
  readonly cached?: number;
  /** With the thoughts. */
  readonly output?: number;
  readonly thoughts?: number;
}

export type Ending = 'done' | 'length' | 'refusal' | 'stop-sequence' | 'other' | 'none';

export interface Said {
  readonly pieces: readonly Piece[];
  readonly thinking: string;
  readonly calls: readonly Call[];
  readonly counts: Counts;
  readonly ending: Ending;
  /** Addresses of the sources. */
  readonly sources: readonly string[];
}

export function visibleText({ pieces }: Said): string {
  return pieces.map(({ text }) => text).join('');
}

/** Collects what is said piece by piece. */
export class Saying {
  readonly #pieces: { kind: Piece['kind']; text: string }[] = [];
  readonly calls: Call[] = [];
  readonly sources: string[] = [];
  thinking = '';
  counts: Counts = {};
  ending: Ending = 'none';

  text(text: string): void {
    if (text === '') return;
    const last = this.#pieces.at(-1);
    if (last?.kind === 'text') last.text += text;
    else this.#pieces.push({ kind: 'text', text });
  }

  whole(kind: 'code' | 'media', text: string): void {
    if (text !== '') this.#pieces.push({ kind, text });
  }

  call(name: string, id: string, argumentsText: string): void {
    let input: unknown = argumentsText;
    let isBroken = false;
    try {
      input = JSON.parse(argumentsText === '' ? '{}' : argumentsText);
    } catch {
      isBroken = true;
    }
    this.calls.push({ name, ...(id !== '' && { id }), input, isBroken });
  }

  said(): Said {
    const { calls, sources, thinking, counts, ending } = this;
    return { pieces: this.#pieces, thinking, calls, counts, ending, sources };
  }
}
