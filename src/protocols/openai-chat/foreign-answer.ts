/**
 * Turns the events of an upstream that speaks another dialect into the deltas of this one, for the stream and for the document alike. It says
 * nothing the model did not say: no text, no count, no reason to stop. A tool call has an index of its own, and its id, type and name stand in its
 * first delta alone.
 */

import type { StopKind, StreamEvent, Usage } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { type JsonObject, numberOf } from '../json/shapes.ts';
import { ForeignCalls } from './foreign-calls.ts';
import { ForeignThoughts } from './foreign-thoughts.ts';
import { fenced } from './write-content.ts';

/** What the client already has of the answer: what it says, and how many calls and entries of `reasoning_details` are numbered in it. */
export interface ShownParts {
  readonly events: readonly StreamEvent[];
  readonly calls: number;
  readonly details: number;
  /** The open block of text, when it is a refusal. */
  readonly refusal: number | undefined;
}

export class ForeignAnswer {
  readonly usage: Usage = {};
  readonly #calls: ForeignCalls;
  readonly #thoughts: ForeignThoughts;
  /** Where the text of each text block begins within the whole text. */
  readonly #textStarts = new Map<number, number>();
  /** Blocks that become something else: what signs them signs nothing that comes back. */
  readonly #changed = new Set<number>();
  readonly #refusal: number | undefined;
  #textLength = 0;
  #stop: StopKind | undefined;

  constructor(options: ForeignOptions, shown?: ShownParts) {
    this.#calls = new ForeignCalls(options);
    this.#thoughts = new ForeignThoughts(options);
    this.#refusal = shown?.refusal;
    if (shown === undefined) return;
    for (const event of shown.events) this.deltas(event);
    this.#calls.shown(shown.calls);
    this.#thoughts.shown(shown.details);
  }

  /** The deltas of one event, in order. */
  deltas(event: StreamEvent): readonly JsonObject[] {
    switch (event.type) {
      case 'block-start':
        return this.#start(event);
      case 'block-delta':
        if (event.kind === 'tool-arguments') return this.#calls.input(event.index, event.text);
        if (event.text === '') return [];
        if (event.kind === 'thinking') return [this.#thoughts.text(event.index, event.text)];
        return event.kind === 'text' ? [this.#text(event.index, event.text)] : [];
      case 'block-signature':
        if (this.#changed.has(event.index)) return [];
        return (
          this.#calls.sign(event.index, event.signature) ??
          this.#thoughts.sign(event.index, event.signature, this.#said)
        );
      case 'block-end':
        return [...this.#calls.end(event.index), ...this.#thoughts.end(event.index)];
      case 'citation':
        return this.#cite(event);
      case 'usage':
        this.#count(event.usage);
        return [];
      case 'message-end':
        this.#stop = event.stop;
        return [];
      default:
        return [];
    }
  }

  /** What is still owed before the reason to finish: blocks that the upstream did not end. */
  rest(): readonly JsonObject[] {
    return [...this.#calls.endAll(), ...this.#thoughts.endAll()];
  }

  get finishReason(): string {
    const word = finishWords[this.#stop ?? 'other'];
    return word === 'stop' && this.#calls.count > 0 ? this.#calls.finishWord : word;
  }

  get #said(): boolean {
    return this.#textLength > 0 || this.#calls.count > 0;
  }

  #start(event: StreamEvent & { readonly type: 'block-start' }): readonly JsonObject[] {
    const { index, kind, media, code } = event;
    if (kind === 'tool-call') return this.#calls.start(event);
    if (kind === 'thinking') this.#thoughts.start(index, 'thinking');
    else if (kind === 'redacted-thinking') this.#thoughts.start(index, 'redacted');
    else if (kind === 'text') this.#textStarts.set(index, this.#textLength);
    else this.#changed.add(index);
    if (media !== undefined) return writeImage(media);
    if (code !== undefined) return this.#writeCode(index, code);
    return [];
  }

  #text(index: number, text: string): JsonObject {
    if (!this.#textStarts.has(index)) this.#textStarts.set(index, this.#textLength);
    this.#textLength += text.length;
    return index === this.#refusal ? { refusal: text } : { content: text };
  }

  #writeCode(index: number, code: NonNullable<(StreamEvent & { readonly type: 'block-start' })['code']>): JsonObject[] {
    const text = 'code' in code ? fenced(code.language.toLowerCase(), code.code) : fenced('', code.output);
    const inner = 'code' in code ? code.code : code.output;
    return inner === '' ? [] : [this.#text(index, `${this.#textLength > 0 ? '\n' : ''}${text}\n`)];
  }

  /** The dialect cites characters of the whole text; a source of a block without a place in it stands for all that the block has said so far. */
  #cite({ index, citation }: StreamEvent & { readonly type: 'citation' }): JsonObject[] {
    if (citation.url === undefined) return [];
    const base = index === undefined ? 0 : (this.#textStarts.get(index) ?? 0);
    const start = numberOf(citation.start);
    const end = numberOf(citation.end);
    return [
      {
        annotations: [
          {
            type: 'url_citation',
            url_citation: {
              start_index: base + (start ?? 0),
              end_index: end === undefined ? this.#textLength : base + end,
              title: citation.title ?? '',
              url: citation.url,
            },
          },
        ],
      },
    ];
  }

  #count(usage: Usage): void {
    for (const [name, count] of Object.entries(usage)) {
      if (count !== undefined) this.usage[name as keyof Usage] = count;
    }
  }
}

const finishWords: Readonly<Record<StopKind, 'stop' | 'length' | 'content_filter'>> = {
  natural: 'stop',
  tool: 'stop',
  length: 'length',
  'stop-sequence': 'stop',
  refusal: 'content_filter',
  pause: 'stop',
  'context-full': 'length',
  malformed: 'stop',
  other: 'stop',
};

function writeImage(media: {
  readonly mimeType?: string;
  readonly data?: string;
  readonly url?: string;
}): JsonObject[] {
  const inline = media.data === undefined ? undefined : `data:${media.mimeType ?? ''};base64,${media.data}`;
  const url = media.url ?? inline;
  return url === undefined ? [] : [{ images: [{ type: 'image_url', image_url: { url } }] }];
}

/** Undefined when nothing was counted. The dialect demands the three sums; a detail that was not stated is absent. */
export function writeUsage(usage: Usage): JsonObject | undefined {
  if (Object.keys(usage).length === 0) return undefined;
  const prompt = (usage.inputTokens ?? 0) + (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0);
  const completion = usage.outputTokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(usage.cacheReadTokens !== undefined && { prompt_tokens_details: { cached_tokens: usage.cacheReadTokens } }),
    ...(usage.thoughtTokens !== undefined && { completion_tokens_details: { reasoning_tokens: usage.thoughtTokens } }),
  };
}
