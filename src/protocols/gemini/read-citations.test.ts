import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { readGeminiEvents } from './read-events.ts';

function eventsOf(...chunks: unknown[]): StreamEvent[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
  framer.push(new TextEncoder().encode(text), frames);
  const reader = readGeminiEvents();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

const say = (text: string, more: object = {}) => ({ candidates: [{ content: { parts: [{ text }] }, ...more }] });
const citations = (events: readonly StreamEvent[]) => events.filter((event) => event.type === 'citation');
const web = { web: { uri: 'https://a.example', title: 'A' } };

describe('sources of an answer', () => {
  it('are told with their place in characters, before the block ends, each once', () => {
    const groundingMetadata = {
      groundingChunks: [web, { retrievedContext: { title: 'B', text: 'said so' } }],
      groundingSupports: [{ segment: { startIndex: 8, endIndex: 13, text: 'Köln' }, groundingChunkIndices: [0, 1] }],
    };
    const events = eventsOf(
      say('Grüß ', { groundingMetadata }),
      say(' Köln', { groundingMetadata, finishReason: 'STOP' }),
    );
    expect(citations(events)).toEqual([
      { type: 'citation', index: 0, citation: { url: 'https://a.example', title: 'A', start: 6, end: 10, wire: web } },
      {
        type: 'citation',
        index: 0,
        citation: {
          title: 'B',
          citedText: 'said so',
          start: 6,
          end: 10,
          wire: { retrievedContext: { title: 'B', text: 'said so' } },
        },
      },
    ]);
    const order = events.map((event) => event.type);
    expect(order.indexOf('citation')).toBeLessThan(order.indexOf('block-end'));
  });

  it('without a place are told of the whole answer', () => {
    const events = eventsOf(say('a', { groundingMetadata: { groundingChunks: [web] }, finishReason: 'STOP' }));
    expect(citations(events)).toEqual([
      { type: 'citation', citation: { url: 'https://a.example', title: 'A', wire: web } },
    ]);
    const elsewhere = {
      groundingChunks: [web],
      groundingSupports: [{ segment: { endIndex: 3, text: 'not there' }, groundingChunkIndices: [0, 9, '0'] }],
    };
    expect(citations(eventsOf(say('a', { groundingMetadata: elsewhere, finishReason: 'STOP' })))).toHaveLength(1);
  });

  it('of recited text are told, in both forms of their list', () => {
    const source = { startIndex: 0, endIndex: 2, uri: 'https://a.example' };
    for (const citationMetadata of [{ citationSources: [source] }, { citations: [source] }]) {
      expect(citations(eventsOf(say('ab', { citationMetadata }), say('c', { finishReason: 'STOP' })))).toEqual([
        { type: 'citation', index: 0, citation: { url: 'https://a.example', start: 0, end: 2, wire: source } },
      ]);
    }
  });
});

describe('blocks that are whole at once', () => {
  it('say what they hold', () => {
    const parts = [
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
      { fileData: { fileUri: 'https://a.example' } },
      { executableCode: { language: 'PYTHON', code: '1' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { toolCall: { id: 't' } },
      { novelty: 1 },
    ];
    const starts = eventsOf({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }).flatMap((event) =>
      event.type === 'block-start' ? [{ ...event, index: 0 }] : [],
    );
    const whole = { type: 'block-start', index: 0, says: true };
    expect(starts).toEqual([
      { ...whole, kind: 'media', media: { mimeType: 'image/png', data: 'AA==' } },
      { ...whole, kind: 'media', media: { url: 'https://a.example' } },
      { ...whole, kind: 'code', code: { language: 'PYTHON', code: '1' } },
      { ...whole, kind: 'code', code: { outcome: 'OUTCOME_OK', output: '1' } },
      { ...whole, kind: 'server-tool', id: 't', wire: { toolCall: { id: 't' } } },
      { ...whole, kind: 'other', wire: { novelty: 1 } },
    ]);
  });
});
