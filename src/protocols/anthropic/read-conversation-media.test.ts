import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { readAnthropicEvents } from './read-events.ts';

/** The events of one block, or of a message_delta, after a start. */
function read(...data: readonly Record<string, unknown>[]): StreamEvent[] {
  const reader = readAnthropicEvents();
  const events: StreamEvent[] = [];
  for (const json of [{ type: 'message_start', message: {} }, ...data]) {
    const frame: Frame = {
      raw: new Uint8Array(),
      event: String(json.type),
      data: JSON.stringify(json),
      shape: 'event',
      terminated: true,
    };
    reader.push(frame, events);
  }
  return events.slice(1);
}

const start = (block: object) => ({ type: 'content_block_start', index: 0, content_block: block });

describe('what an answer hands to a client of another dialect', () => {
  it.for<[object, object]>([
    [
      { type: 'base64', media_type: 'image/png', data: 'aGk=' },
      { mimeType: 'image/png', data: 'aGk=' },
    ],
    [{ type: 'url', url: 'https://x' }, { url: 'https://x' }],
    [{ type: 'file', file_id: 'file_1' }, { fileId: 'file_1' }],
    [{ type: 'x' }, {}],
  ])('is the media of %j', ([source, media]) => {
    const [event] = read(start({ type: 'image', source }));
    expect(event).toMatchObject({ kind: 'media' });
    expect(event).toHaveProperty('media', media);
  });

  it.for(['server_tool_use', 'web_search_tool_result', 'block_of_tomorrow'])('is a block of %s as it stood', (type) => {
    const block = { type, id: 'x', content: [{ a: 1 }] };
    expect(read(start(block))[0]).toHaveProperty('wire', block);
  });

  it('is no wire of a block that has a form of its own', () => {
    for (const block of [
      { type: 'text', text: '' },
      { type: 'tool_use', id: 'x', name: 'n', input: {} },
    ]) {
      expect(read(start(block))[0]).not.toHaveProperty('wire');
    }
  });

  it('is each citation, whether it came with the block or after it', () => {
    const wire = { type: 'char_location', document_title: 'T', cited_text: 'c', document_index: 0 };
    const expected = { type: 'citation', index: 0, citation: { title: 'T', citedText: 'c', wire } };
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: wire } };
    const events = read(start({ type: 'text', text: 'x', citations: [wire] }), delta);
    expect(events.filter(({ type }) => type === 'citation')).toEqual([expected, expected]);
  });

  it('is the stop sequence that ended the answer', () => {
    const delta = { stop_reason: 'stop_sequence', stop_sequence: 'END' };
    expect(read({ type: 'message_delta', delta })[0]).toMatchObject({ stop: 'stop-sequence', stopSequence: 'END' });
  });
});
