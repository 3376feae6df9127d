/** Answers of any shape that a reader may report: blocks in order, calls whole or in pieces, one end, and what was said of tokens. */

import fc from 'fast-check';
import type { StopKind, StreamEvent, Usage } from '../../../src/model/events.ts';
import { words } from './conversations.ts';

type Block = (index: number) => StreamEvent[];

function delta(index: number, kind: 'text' | 'thinking' | 'tool-arguments', text: string): StreamEvent {
  return { type: 'block-delta', index, kind, text };
}

const textBlock: fc.Arbitrary<Block> = fc
  .record({ pieces: fc.array(words, { minLength: 1, maxLength: 4 }), isSourced: fc.boolean() })
  .map(({ pieces, isSourced }) => (index: number): StreamEvent[] => [
    { type: 'block-start', index, kind: 'text', says: false },
    ...pieces.map((piece) => delta(index, 'text', piece)),
    ...(isSourced
      ? [{ type: 'citation', index, citation: { url: 'https://example.com/a', title: 'A', citedText: 'a' } } as const]
      : []),
    { type: 'block-end', index },
  ]);

const thinkingBlock: fc.Arbitrary<Block> = fc
  .record({
    pieces: fc.array(words, { maxLength: 3 }),
    signature: fc.option(fc.base64String({ minLength: 8, maxLength: 40 }), { nil: undefined }),
  })
  .filter(({ pieces, signature }) => pieces.length > 0 || signature !== undefined)
  .map(({ pieces, signature }) => (index: number): StreamEvent[] => [
    { type: 'block-start', index, kind: 'thinking', says: false },
    ...pieces.map((piece) => delta(index, 'thinking', piece)),
    ...(signature === undefined ? [] : [{ type: 'block-signature', index, signature } as const]),
    { type: 'block-end', index },
  ]);

const callBlock: fc.Arbitrary<Block> = fc
  .record({
    name: fc.constantFrom('search', 'read_file', 'Bash'),
    input: fc.dictionary(fc.constantFrom('path', 'query', 'é'), fc.oneof(words, fc.integer(), fc.boolean()), {
      noNullPrototype: true,
    }),
    cuts: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
    isWhole: fc.boolean(),
    isNamed: fc.boolean(),
    signature: fc.option(fc.base64String({ minLength: 8, maxLength: 40 }), { nil: undefined }),
  })
  .map(({ name, input, cuts, isWhole, isNamed, signature }) => (index: number): StreamEvent[] => {
    const json = JSON.stringify(input);
    const places = [...new Set(cuts.map((cut) => cut % json.length))].toSorted((a, b) => a - b);
    const pieces = [0, ...places]
      .map((start, at) => json.slice(start, places[at] ?? json.length))
      .filter((piece) => piece !== '');
    const id = isNamed ? { id: `call_${index}_x` } : {};
    return [
      {
        type: 'block-start',
        index,
        kind: 'tool-call',
        says: true,
        ...id,
        name,
        ...(isWhole && { argumentsJson: json }),
      },
      ...(signature === undefined ? [] : [{ type: 'block-signature', index, signature } as const]),
      ...(isWhole || json === '{}' ? [] : pieces.map((piece) => delta(index, 'tool-arguments', piece))),
      { type: 'block-end', index },
    ];
  });

const wholeBlock: fc.Arbitrary<Block> = fc.constantFrom<Block>(
  (index) => [
    { type: 'block-start', index, kind: 'code', says: true, code: { language: 'PYTHON', code: 'print(6 * 7)' } },
    { type: 'block-end', index },
    {
      type: 'block-start',
      index: index + 1,
      kind: 'code',
      says: true,
      code: { outcome: 'OUTCOME_OK', output: 'forty-two' },
    },
    { type: 'block-end', index: index + 1 },
  ],
  (index) => [
    { type: 'block-start', index, kind: 'media', says: true, media: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
    { type: 'block-end', index },
  ],
);

const usage: fc.Arbitrary<Usage> = fc
  .record({
    input: fc.nat(9999),
    read: fc.option(fc.nat(999), { nil: undefined }),
    output: fc.nat(9999),
    thoughts: fc.option(fc.nat(99), { nil: undefined }),
  })
  .map(({ input, read, output, thoughts }) => ({
    inputTokens: input,
    outputTokens: output + (thoughts ?? 0),
    ...(read !== undefined && { cacheReadTokens: read }),
    ...(thoughts !== undefined && { thoughtTokens: thoughts }),
  }));

/** The pieces of parallel calls may come in turns; calls begin and end in one order. One without pieces would be told only at its end. */
function inTurn(blocks: readonly (readonly StreamEvent[])[]): StreamEvent[] {
  const isPiece = ({ type }: StreamEvent): boolean => type === 'block-delta';
  const pieces = blocks.map((block) => block.filter(isPiece));
  if (pieces.some(({ length }) => length === 0)) return blocks.flat();
  const longest = Math.max(...pieces.map(({ length }) => length));
  return [
    ...blocks.flatMap((block) => block.slice(0, -1).filter((event) => !isPiece(event))),
    ...Array.from({ length: longest }, (_, at) => pieces.flatMap((queue) => queue.slice(at, at + 1))).flat(),
    ...blocks.flatMap((block) => block.slice(-1)),
  ];
}

export const answers: fc.Arbitrary<readonly StreamEvent[]> = fc
  .record({
    said: fc.array(
      fc.oneof(
        { arbitrary: textBlock, weight: 4 },
        { arbitrary: thinkingBlock, weight: 2 },
        { arbitrary: wholeBlock, weight: 1 },
      ),
      { maxLength: 4 },
    ),
    calls: fc.array(callBlock, { maxLength: 3 }),
    usage: fc.option(usage, { nil: undefined }),
    stop: fc.constantFrom<StopKind>('natural', 'natural', 'length', 'refusal', 'stop-sequence'),
    inTurns: fc.boolean(),
  })
  .map(({ said, calls, usage: counts, stop, inTurns }) => {
    const blocks = said.map((block, at) => block(at * 2));
    // A thought is followed by what it was about.
    const spoken = blocks.findLastIndex((block) =>
      block.every((event) => !('kind' in event && event.kind === 'thinking')),
    );
    const head = blocks.slice(0, calls.length > 0 ? blocks.length : spoken + 1).flat();
    const tail = calls.map((block, at) => block(said.length * 2 + at));
    const kind: StopKind = calls.length > 0 && stop === 'natural' ? 'tool' : stop;
    return [
      { type: 'message-start', id: 'msg_1', model: 'some-model' },
      ...head,
      ...(inTurns && calls.length > 0 ? inTurn(tail) : tail.flat()),
      ...(counts === undefined ? [] : [{ type: 'usage', usage: counts } as const]),
      { type: 'message-end', stop: kind, reason: kind, ...(kind === 'stop-sequence' && { stopSequence: 'END' }) },
      { type: 'message-complete' },
    ];
  });
