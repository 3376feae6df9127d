import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { readResponsesEvents } from './read-events.ts';
import { eventsOf, framesOf, sse } from './recordings.testing.ts';

type Json = Record<string, unknown>;

function read(...events: readonly Json[]): StreamEvent[] {
  return eventsOf(framesOf([sse(...events)]), readResponsesEvents());
}

const created = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5', status: 'in_progress' } };
const completed = { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } };

function added(item: Json, at = 0): Json {
  return { type: 'response.output_item.added', output_index: at, item };
}
function done(item: Json, at = 0): Json {
  return { type: 'response.output_item.done', output_index: at, item };
}

describe('a Responses stream', () => {
  it('tells a refusal as text and as a refusal', () => {
    const events = read(
      created,
      added({ type: 'message', content: [] }),
      {
        type: 'response.content_part.added',
        output_index: 0,
        content_index: 0,
        part: { type: 'refusal', refusal: '' },
      },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'No.' },
      { type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'No.' },
      done({ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }),
      completed,
    );
    expect(events.filter(({ type }) => type === 'block-delta')).toEqual([
      { type: 'block-delta', index: 0, kind: 'text', text: 'No.' },
    ]);
    expect(events.find(({ type }) => type === 'message-end')).toEqual({
      type: 'message-end',
      stop: 'refusal',
      reason: 'refusal',
    });
  });

  it('is heard from a server that sends finished items only', () => {
    const events = read(
      created,
      done({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAAAx' }),
      done(
        {
          type: 'message',
          content: [{ type: 'output_text', text: 'Hi', annotations: [{ type: 'url_citation', url: 'u' }] }],
        },
        1,
      ),
      done({ type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' }, 2),
      completed,
    );
    expect(events.slice(1, -2)).toEqual([
      { type: 'block-start', index: 0, kind: 'thinking', says: true },
      { type: 'block-delta', index: 0, kind: 'thinking', text: 'Hm.' },
      { type: 'block-signature', index: 0, signature: 'gAAAAx' },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, kind: 'text', says: false },
      { type: 'block-delta', index: 1, kind: 'text', text: 'Hi' },
      { type: 'citation', index: 1, citation: { url: 'u', wire: { type: 'url_citation', url: 'u' } } },
      { type: 'block-end', index: 1 },
      { type: 'block-start', index: 2, kind: 'tool-call', says: true, id: 'c', name: 'f' },
      { type: 'block-delta', index: 2, kind: 'tool-arguments', text: '{"a":1}' },
      { type: 'block-end', index: 2 },
    ]);
  });

  it('is heard from a server that tells everything at its end', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }];
    const events = read(created, { ...completed, response: { ...completed.response, output } });
    expect(events).toContainEqual({ type: 'block-delta', index: 0, kind: 'text', text: 'Hi' });
    expect(events.at(-1)).toEqual({ type: 'message-complete' });
  });

  it('carries the free text of a custom tool as one JSON object, however it is cut', () => {
    const delta = (text: string) => ({ type: 'response.custom_tool_call_input.delta', output_index: 0, delta: text });
    const item = { type: 'custom_tool_call', call_id: 'c', name: 'patch', input: '' };
    const events = read(
      created,
      added(item),
      delta('*** "A"\n'),
      delta('\ud83d'),
      delta('\ude00'),
      done(item),
      completed,
    );
    const text = events.map((event) => (event.type === 'block-delta' ? event.text : '')).join('');
    expect(JSON.parse(text)).toEqual({ input: '*** "A"\n\ud83d\ude00' });
    expect(events.find(({ type }) => type === 'message-end')).toMatchObject({ stop: 'tool' });
  });

  it('separates the paragraphs of a summary', () => {
    const delta = (summary_index: number, text: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index,
      delta: text,
    });
    const events = read(
      created,
      added({ type: 'reasoning', summary: [] }),
      delta(0, 'A'),
      delta(0, 'b'),
      delta(1, 'C'),
    );
    const text = events.map((event) => (event.type === 'block-delta' ? event.text : '')).join('');
    expect(text).toBe('Ab\n\nC');
  });

  it('hands on what the provider ran itself, as it began and as it ended', () => {
    const search = { id: 'ws', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } };
    const begun = { id: 'ws', type: 'web_search_call', status: 'in_progress' };
    const events = read(created, added(begun), done(search), completed);
    expect(events).toContainEqual({
      type: 'block-start',
      index: 0,
      kind: 'server-tool',
      says: true,
      id: 'ws',
      name: 'web_search_call',
      wire: begun,
    });
    expect(events).toContainEqual({ type: 'block-delta', index: 0, kind: 'other', text: JSON.stringify(search) });
  });

  it('shows an image that was made', () => {
    const item = { id: 'ig', type: 'image_generation_call', result: 'aW1n', output_format: 'webp' };
    const events = read(created, added({ id: 'ig', type: 'image_generation_call' }), done(item), completed);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'media', media: { mimeType: 'image/webp', data: 'aW1n' } }),
    );
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'refusal'],
    ['something_new', 'other'],
  ])('that is incomplete for %s has the stop %s and is complete as a stream', (reason, stop) => {
    const events = read(created, {
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason }, usage: { input_tokens: 5, output_tokens: 2 } },
    });
    expect(events.slice(-3)).toEqual([
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 2 } },
      { type: 'message-end', stop, reason },
      { type: 'message-complete' },
    ]);
  });

  it('states cached and written tokens apart from the others', () => {
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
    };
    const events = read(created, { ...completed, response: { ...completed.response, usage } });
    expect(events.find(({ type }) => type === 'usage')).toEqual({
      type: 'usage',
      usage: { inputTokens: 30, cacheReadTokens: 60, cacheWriteTokens: 10, outputTokens: 9, thoughtTokens: 4 },
    });
  });

  it.each([
    [{ type: 'error', error: { code: 'x', message: 'm' } }],
    [{ type: 'error', code: 'x', message: 'm', sequence_number: 2 }],
    [{ type: 'response.failed', response: { error: { code: 'x', message: 'm' } } }],
    [{ error: { code: 'x', message: 'm' } }],
  ])("fails in the shape of the API's error document for %j, and nothing is read after it", (event) => {
    const events = read(created, event as Json, completed);
    expect(events.at(-1)).toEqual({ type: 'failure', body: '{"error":{"code":"x","message":"m"}}' });
  });

  it.each([
    ['{"error":{"message":"m"}}', 'failure'],
    ['<html>busy</html>', 'garbage'],
    ['data: {"type":"respo\n\n', 'garbage'],
    ['data: {"type":"respo', 'cut'],
    ['', 'cut'],
    [': ping\n\n', 'cut'],
    ['data: [DONE]\n\n', 'cut'],
  ])('that is %j ends as %s', (text, type) => {
    expect(eventsOf(framesOf([Buffer.from(text)]), readResponsesEvents()).at(-1)?.type).toBe(type);
  });

  it('says where it was cut', () => {
    expect(read(created, added({ type: 'message' })).at(-1)).toEqual({
      type: 'cut',
      detail: 'the stream ended inside output item 0',
    });
  });

  it('takes comments and keepalive events for signs of life, and new events for unknown', () => {
    expect(read({ type: 'keepalive', sequence_number: 3 }, { type: 'response.brand_new' }).slice(0, 2)).toEqual([
      { type: 'keepalive' },
      { type: 'unknown', name: 'response.brand_new' },
    ]);
  });
});
