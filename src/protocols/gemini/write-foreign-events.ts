/**
 * Writes the answer of an upstream of another dialect to a Gemini client: each piece as a chunk of its own, the reason for the end in the last chunk
 * only, and a function call whole or not at all. Says nothing that the upstream did not say.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { AnswerWriter, ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing, Problem } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { stringifyLossless } from '../json/lossless.ts';
import type { JsonObject } from './shapes.ts';
import { writeGeminiEvents } from './write-events.ts';
import { ForeignParts } from './write-foreign-events-parts.ts';

/** `shown` is what the client already has of this answer. */
export function writeGeminiForeignEvents(
  framing: Framing,
  options: ForeignOptions,
  shown?: ShownStream,
): ForeignWriter {
  return new GeminiForeignWriter(framing, options, shown);
}

export interface ShownStream {
  readonly frames: readonly Frame[];
  readonly events: readonly StreamEvent[];
}

const encoder = new TextEncoder();

class GeminiForeignWriter implements ForeignWriter {
  readonly headers: Readonly<Record<string, string>>;
  readonly #writer: AnswerWriter;
  readonly #parts: ForeignParts;
  readonly #model: string;

  constructor(framing: Framing, options: ForeignOptions, shown: ShownStream | undefined) {
    this.#writer = writeGeminiEvents(framing);
    // The same bytes once more, for nobody: it knows then what its next ones follow.
    this.#writer.frames(shown?.frames ?? [], []);
    this.#parts = new ForeignParts(options, shown?.events);
    this.#model = options.model;
    this.headers = this.#writer.headers;
  }

  start(): Uint8Array {
    return this.#writer.start(this.#model);
  }

  events(events: readonly StreamEvent[], out: Uint8Array[]): void {
    for (const event of events) {
      for (const { part } of this.#parts.see(event)) {
        this.#write({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }] }, out);
      }
    }
  }

  end(out: Uint8Array[]): void {
    const rest = this.#parts.finish().map(({ part }) => part);
    const parts = rest.length > 0 ? rest : [{ text: '' }];
    // An answer in which nothing was said has no content, as Google sends it.
    const content = this.#parts.saidSomething ? { content: { parts, role: 'model' } } : {};
    this.#write({ candidates: [{ ...content, ...this.#parts.ending() }], ...this.#parts.usage() }, out);
    this.#writer.end(out);
  }

  keepalive(): Uint8Array {
    return this.#writer.keepalive();
  }

  failure(problem: Problem): Uint8Array {
    return this.#writer.failure(problem);
  }

  #write(chunk: JsonObject, out: Uint8Array[]): void {
    const data = stringifyLossless({ ...chunk, ...this.#parts.identity() });
    const raw = encoder.encode(`data: ${data}\r\n\r\n`);
    this.#writer.frames([{ raw, event: '', data, shape: 'event', terminated: true }], out);
  }
}
