import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockKind, StreamEvent } from '../../model/events.ts';
import { checkAnthropicStream } from './grammar.testing.ts';
import { answer, done, options, start, text, think } from './write-foreign-events.testing.ts';
import { writeAnthropicForeignEvents } from './write-foreign-events.ts';

describe('any events in any order', () => {
  const index = fc.nat(4);
  const words = fc.string({ maxLength: 4 });
  const anyEvent: fc.Arbitrary<StreamEvent> = fc.oneof(
    fc.record({
      type: fc.constant('block-start' as const),
      index,
      kind: fc.constantFrom<BlockKind[]>(
        'text',
        'thinking',
        'redacted-thinking',
        'tool-call',
        'server-tool',
        'media',
        'code',
        'other',
      ),
      says: fc.boolean(),
      name: fc.constant('look'),
      media: fc.constant({ mimeType: 'image/png', data: 'aGk=' }),
      code: fc.constant({ language: 'c', code: 'x' }),
    }),
    fc.record({
      type: fc.constant('block-delta' as const),
      index,
      kind: fc.constantFrom('text' as const, 'thinking' as const, 'other' as const),
      text: words,
    }),
    fc.record({ type: fc.constant('block-signature' as const), index, signature: fc.base64String({ minLength: 4 }) }),
    fc.record({ type: fc.constant('block-end' as const), index }),
    fc.record({ type: fc.constant('citation' as const), index, citation: fc.constant({ url: 'https://a' }) }),
    fc.constant<StreamEvent>({ type: 'citation', citation: { url: 'https://b' } }),
    fc.constant<StreamEvent>({ type: 'usage', usage: { outputTokens: 1 } }),
    fc.constant(done()),
  );

  it('make a legal stream that is the same as the document, and end legally wherever they break off', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat(40), (events, broken) => {
        expect(answer(events).content).toEqual(answer([...events]).content);
        const writer = writeAnthropicForeignEvents('sse', options);
        const out: Uint8Array[] = [];
        writer.events(events.slice(0, broken), out);
        out.push(writer.failure({ kind: 'timeout', message: 'late' }));
        expect(checkAnthropicStream(Buffer.concat(out).toString())).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('lose no text and no thought', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.string({ minLength: 1 })), { maxLength: 12 }), (said) => {
        const events = said.flatMap(([isThought, what], at) => (isThought ? think(at, what) : text(at, what)));
        const told = answer([start, ...events, done()]).content.map((block) => block.text ?? block.thinking);
        expect(told).toEqual(said.map(([, what]) => what));
      }),
    );
  });
});
