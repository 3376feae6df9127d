/** The sources of an answer as `groundingMetadata`. Google counts in bytes of a part, so the visible text is counted as it goes by. */

import type { Citation } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import { isObject, type JsonObject, textOf } from './shapes.ts';

interface Said {
  readonly part: number;
  /** Bytes of the part before this block. */
  readonly offset: number;
  text: string;
}

export class ForeignGrounding {
  readonly #said = new Map<number, Said>();
  readonly #citations: Extract<StreamEvent, { type: 'citation' }>[] = [];
  readonly #queries = new Set<string>();
  #part = 0;
  #bytes = 0;
  #isText = false;

  said(block: number, text: string): void {
    const known = this.#said.get(block);
    if (known === undefined) this.#said.set(block, { part: this.#part, offset: this.#bytes, text });
    else known.text += text;
    this.#bytes += Buffer.byteLength(text);
    this.#isText = true;
  }

  /** Something that is no visible text: what follows is a part of its own. */
  interrupted(): void {
    this.#part += this.#isText ? 2 : 1;
    this.#bytes = 0;
    this.#isText = false;
  }

  cite(event: Extract<StreamEvent, { type: 'citation' }>): void {
    this.#citations.push(event);
  }

  /** What the upstream's own web search was asked. */
  searched(tool: string, argumentsJson: string): void {
    if (!tool.startsWith('web_search')) return;
    const query = queryOf(argumentsJson);
    if (query !== undefined) this.#queries.add(query);
  }

  metadata(): JsonObject {
    const webSearchQueries = [...this.#queries];
    if (this.#citations.length === 0 && webSearchQueries.length === 0) return {};
    const chunks = new Map<string, { readonly at: number; readonly chunk: JsonObject }>();
    const supports = new Map<string, { readonly segment: JsonObject; readonly indices: number[] }>();
    for (const { citation, index } of this.#citations) {
      const chunk = chunkOf(citation);
      const key = JSON.stringify(chunk);
      const known = chunks.get(key) ?? { at: chunks.size, chunk };
      chunks.set(key, known);
      const segment = index === undefined ? undefined : this.#segment(index, citation);
      if (segment === undefined) continue;
      const place = JSON.stringify(segment);
      const support = supports.get(place) ?? { segment, indices: [] };
      supports.set(place, support);
      if (!support.indices.includes(known.at)) support.indices.push(known.at);
    }
    const groundingSupports = [...supports.values()].map(({ segment, indices }) => ({
      segment,
      groundingChunkIndices: indices,
    }));
    return {
      groundingMetadata: {
        ...(webSearchQueries.length > 0 && { webSearchQueries }),
        ...(chunks.size > 0 && { groundingChunks: [...chunks.values()].map(({ chunk }) => chunk) }),
        ...(groundingSupports.length > 0 && { groundingSupports }),
      },
    };
  }

  /** The cited characters of a block, or the whole block where none are named. */
  #segment(block: number, { start, end }: Citation): JsonObject | undefined {
    const said = this.#said.get(block);
    if (said === undefined) return undefined;
    const text = said.text.slice(start ?? 0, end ?? said.text.length);
    const startIndex = said.offset + Buffer.byteLength(said.text.slice(0, start ?? 0));
    return {
      ...(said.part > 0 && { partIndex: said.part }),
      ...(startIndex > 0 && { startIndex }),
      endIndex: startIndex + Buffer.byteLength(text),
      text,
    };
  }
}

function queryOf(argumentsJson: string): string | undefined {
  try {
    const value: unknown = JSON.parse(argumentsJson);
    return isObject(value) ? textOf(value.query) : undefined;
  } catch {
    return undefined;
  }
}

function chunkOf({ url, title, citedText }: Citation): JsonObject {
  const named = title === undefined ? {} : { title };
  if (url !== undefined) return { web: { uri: url, ...named } };
  return { retrievedContext: { ...named, ...(citedText !== undefined && { text: citedText }) } };
}
