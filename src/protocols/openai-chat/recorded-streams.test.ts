/** Real Chat Completions streams, recorded elsewhere, cut in every way. They stay outside the project and are skipped visibly when absent. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../model/wire.ts';
import { foldChatAnswer } from './fold-answer.ts';
import { checkChatStream } from './grammar.testing.ts';
import { boundaries, cutAt, eventsOf, framesOf, overlaps, recordedStreams, requestOf } from './streams.testing.ts';
import { writeChatEvents } from './write-events.ts';

const recordings = recordedStreams('openai-chat');

function written(frames: readonly Frame[], includeUsage = true): Buffer {
  const request = requestOf({ model: 'm', stream: true, stream_options: { include_usage: includeUsage } });
  const writer = writeChatEvents(request);
  const out: Uint8Array[] = [];
  writer.frames(frames, out);
  return Buffer.concat(out);
}

function chunksOf(bytes: Buffer): Record<string, unknown>[] {
  const lines = bytes.toString().split('\n');
  return lines.filter((line) => line.startsWith('data: {')).map((line) => JSON.parse(line.slice(6)));
}

interface WireCall {
  readonly index: number;
  readonly id?: string;
  readonly function: { readonly name?: string; readonly arguments?: string };
}
interface WireChoice {
  readonly delta: { content?: string | null; refusal?: string | null; tool_calls?: WireCall[] };
  readonly finish_reason?: string | null;
}

interface Said {
  text: string;
  calls: { id: unknown; name: unknown; arguments: string }[];
  finish: string | undefined;
  usage: Record<string, unknown> | undefined;
}

/** What the recording says, by the plainest possible reading. */
function said(bytes: Buffer): Said {
  const said: Said = { text: '', calls: [], finish: undefined, usage: undefined };
  for (const chunk of chunksOf(bytes)) {
    if (chunk.usage) said.usage = chunk.usage as Record<string, unknown>;
    for (const { delta, finish_reason: finish } of chunk.choices as WireChoice[]) {
      said.text += delta.content ?? delta.refusal ?? '';
      for (const {
        index,
        id,
        function: { name, arguments: piece },
      } of delta.tool_calls ?? []) {
        said.calls[index] ??= { id, name, arguments: '' };
        said.calls[index].arguments += piece ?? '';
      }
      said.finish = finish ?? said.finish;
    }
  }
  return said;
}

describe.skipIf(recordings.length === 0)('recorded Chat Completions streams', () => {
  it('are there in number, all complete', () => {
    expect(recordings.length).toBeGreaterThan(15);
    expect(new Set(recordings.map(({ status }) => status))).toEqual(new Set(['COMPLETE']));
  });

  it.for(recordings)('passes $name through byte for byte, with the same events, however it is chunked', ({ bytes }) => {
    const whole = eventsOf(framesOf([bytes]));
    const ends = boundaries(bytes);
    const chunkings = [-1, 0, 1].map((shift) =>
      cutAt(
        bytes,
        ends.map((end) => end + shift),
      ),
    );
    chunkings.push(cutAt(bytes, Array.from(bytes.keys())));
    for (const chunks of chunkings) {
      const frames = framesOf(chunks);
      expect(written(frames).equals(bytes)).toBe(true);
      expect(eventsOf(frames)).toEqual(whole);
    }
    expect(whole.at(-1)).toEqual({ type: 'message-complete' });
    expect(whole.filter(({ type }) => ['garbage', 'failure', 'cut', 'unknown'].includes(type))).toEqual([]);
  });

  it('pass through byte for byte, with the same events, under any random chunking', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recordings), fc.array(fc.nat(), { maxLength: 40 }), ({ bytes }, places) => {
        const cuts = places.map((place) => place % bytes.length);
        const frames = framesOf(cutAt(bytes, cuts));
        expect(written(frames).equals(bytes)).toBe(true);
        expect(eventsOf(frames)).toEqual(eventsOf(framesOf([bytes])));
      }),
      { numRuns: 200 },
    );
  });

  it.for(recordings)('reads from $name what it says', ({ bytes }) => {
    const plain = said(bytes);
    const events = eventsOf(framesOf([bytes]));
    const pieces = (kind: string) =>
      events.flatMap((event) => (event.type === 'block-delta' && event.kind === kind ? event.text : [])).join('');
    expect(pieces('text')).toBe(plain.text);
    expect(pieces('tool-arguments')).toBe(plain.calls.map((call) => call.arguments).join(''));
    const starts = events.flatMap((event) => (event.type === 'block-start' && event.kind === 'tool-call' ? event : []));
    expect(starts.map(({ id, name }) => ({ id, name }))).toEqual(plain.calls.map(({ id, name }) => ({ id, name })));
    const ends = events.flatMap((event) => (event.type === 'message-end' ? event.reason : []));
    expect(ends).toEqual([plain.finish]);
    const usage = events.flatMap((event) => (event.type === 'usage' ? event.usage : []));
    const stated = plain.usage;
    expect(usage.map((each) => each.outputTokens)).toEqual(stated === undefined ? [] : [stated.completion_tokens]);
    expect(usage.map((each) => (each.inputTokens ?? 0) + (each.cacheReadTokens ?? 0))).toEqual(
      stated === undefined ? [] : [stated.prompt_tokens],
    );
  });

  it.for(recordings)('keeps the blocks of $name in line', ({ bytes }) => {
    expect(overlaps(eventsOf(framesOf([bytes])))).toEqual([]);
    expect(checkChatStream(bytes.toString())).toEqual([]);
  });

  it.for(recordings)('calls $name cut wherever it breaks off before its reason to finish', ({ bytes }) => {
    const text = bytes.toString('latin1');
    const finish = text.search(/"finish_reason":\s*"/);
    const known = text.indexOf('}', text.indexOf('\n', finish) - 3) + 1;
    let start = 0;
    const ends = boundaries(bytes);
    for (const end of ends) {
      for (const length of ends.length > 300 ? [(start + end) >> 1] : [start + 1, (start + end) >> 1, end - 2, end]) {
        const frames = framesOf([bytes.subarray(0, length)]);
        const last = eventsOf(frames).at(-1)?.type;
        expect(last, `after ${length} of ${bytes.length}`).toBe(length < known ? 'cut' : 'message-complete');
        const out = written(frames);
        expect(out.length === 0 || out.subarray(-2).toString() === '\n\n').toBe(true);
      }
      start = end;
    }
  });

  it.for(recordings)(
    'hides the counts of $name from a client that did not ask for them, and nothing else',
    ({ bytes }) => {
      const hidden = written(framesOf([bytes]), false).toString();
      const frames = bytes.toString().split('\n\n');
      const isCounts = (frame: string): boolean => {
        const chunk = frame.startsWith('data: {') ? (JSON.parse(frame.slice(6)) as Record<string, unknown>) : {};
        return JSON.stringify(chunk.choices) === '[]' && chunk.usage !== null;
      };
      expect(hidden).toBe(frames.filter((frame) => !isCounts(frame)).join('\n\n'));
      expect(checkChatStream(hidden)).toEqual([]);
    },
  );

  it.for(recordings)('folds $name into the document it stands for', ({ bytes }) => {
    const fold = foldChatAnswer();
    for (const frame of framesOf([bytes])) fold.push(frame);
    const document = JSON.parse(fold.document());
    const plain = said(bytes);
    const [first] = chunksOf(bytes);
    expect(document).toMatchObject({
      id: first?.id,
      object: 'chat.completion',
      created: first?.created,
      model: first?.model,
    });
    const [choice] = document.choices;
    expect(choice.finish_reason).toBe(plain.finish);
    expect(`${choice.message.content ?? ''}${choice.message.refusal ?? ''}`).toBe(plain.text);
    expect(choice.message.role).toBe('assistant');
    const calls = (choice.message.tool_calls ?? []).map((call: WireCall) => ({
      id: call.id,
      name: call.function.name,
      arguments: call.function.arguments,
    }));
    expect(calls).toEqual(plain.calls);
    expect(document.usage).toEqual(plain.usage);
    expect(fold.document()).not.toContain('obfuscation');
    // Numbers keep their spelling.
    for (const [spelt] of bytes.toString().matchAll(/\d+(?:\.\d+)?e-\d+/g)) expect(fold.document()).toContain(spelt);
  });
});
