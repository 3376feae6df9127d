/**
 * The sources of one candidate: `groundingMetadata` of searches and `citationMetadata` of recited text. Google counts their places in bytes, we in
 * characters. A place that cannot be found in the text is not made up: the source is then told of the whole answer.
 */

import type { Citation } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import type { TextBlock } from './read-parts.ts';
import { isObject, type JsonObject, numberOf, objectsIn, textOf } from './shapes.ts';

export class CandidateCitations {
  #grounding: JsonObject | undefined;
  readonly #recited: JsonObject[] = [];
  readonly #told = new Set<string>();

  /** Grounding is stated anew with each chunk that has it; recited sources are added. */
  note(candidate: JsonObject): void {
    const { groundingMetadata, citationMetadata } = candidate;
    if (isObject(groundingMetadata) && Array.isArray(groundingMetadata.groundingChunks)) {
      this.#grounding = groundingMetadata;
    }
    if (isObject(citationMetadata)) {
      this.#recited.push(...objectsIn(citationMetadata.citationSources), ...objectsIn(citationMetadata.citations));
    }
  }

  /** Tells each source once, where the text that it stands on is known. */
  push(texts: readonly TextBlock[], out: StreamEvent[]): void {
    const found = [...this.#groundingSources(texts), ...this.#recited.map((source) => recitedSource(source, texts))];
    for (const event of found) {
      const key = JSON.stringify(event);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      out.push(event);
    }
  }

  #groundingSources(texts: readonly TextBlock[]): CitationEvent[] {
    const chunks = objectsIn(this.#grounding?.groundingChunks);
    const supports = objectsIn(this.#grounding?.groundingSupports);
    const supported = supports.flatMap((support) => {
      const segment = isObject(support.segment) ? support.segment : {};
      const place = placeOf(segment, texts);
      const indices = Array.isArray(support.groundingChunkIndices) ? support.groundingChunkIndices : [];
      return indices.flatMap((index) => {
        const chunk = typeof index === 'number' ? chunks[index] : undefined;
        return chunk === undefined ? [] : [citationEvent(sourceOf(chunk), place, chunk)];
      });
    });
    return supported.length > 0 ? supported : chunks.map((chunk) => citationEvent(sourceOf(chunk), {}, chunk));
  }
}

type CitationEvent = Extract<StreamEvent, { type: 'citation' }>;
interface Place {
  readonly index?: number;
  readonly start?: number;
  readonly end?: number;
}

function citationEvent(source: Citation, { index, ...place }: Place, wire: JsonObject): CitationEvent {
  return {
    type: 'citation',
    ...(index === undefined ? {} : { index }),
    citation: { ...source, ...place, wire },
  };
}

/** A chunk names its kind: `web`, `retrievedContext`, `maps`, … */
function sourceOf(chunk: JsonObject): Citation {
  const inner = Object.values(chunk).find(isObject) ?? {};
  return sourceFields(textOf(inner.uri), textOf(inner.title), textOf(inner.text));
}

function sourceFields(url: string | undefined, title: string | undefined, citedText: string | undefined): Citation {
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
  };
}

function recitedSource(source: JsonObject, texts: readonly TextBlock[]): CitationEvent {
  return citationEvent(
    sourceFields(textOf(source.uri), textOf(source.title), undefined),
    placeOf(source, texts),
    source,
  );
}

/** Where a segment stands: by its bytes, checked against its own text when it states it, else by that text. */
function placeOf(segment: JsonObject, texts: readonly TextBlock[]): Place {
  const text = textOf(segment.text);
  const startBytes = numberOf(segment.startIndex) ?? 0;
  const endBytes = numberOf(segment.endIndex);
  for (const block of texts) {
    if (text !== undefined && text !== '') {
      const counted = charactersOf(block.text, startBytes);
      const start = block.text.startsWith(text, counted) ? counted : block.text.indexOf(text);
      if (start >= 0) return { index: block.index, start, end: start + text.length };
    } else if (texts.length === 1 && endBytes !== undefined) {
      const end = charactersOf(block.text, endBytes);
      return { index: block.index, start: charactersOf(block.text, startBytes), end };
    }
  }
  return {};
}

function charactersOf(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, Math.max(0, bytes)).toString('utf8').length;
}
