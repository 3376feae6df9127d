import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { readGeminiEvents } from './read-events.ts';

function eventsOfText(text: string): StreamEvent[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  framer.end(frames);
  const reader = readGeminiEvents();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

function eventsOf(...chunks: unknown[]): StreamEvent[] {
  return eventsOfText(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(''));
}

function parts(...list: unknown[]) {
  return { candidates: [{ content: { role: 'model', parts: list } }] };
}

function finish(finishReason: unknown = 'STOP', ...list: unknown[]) {
  return { candidates: [{ content: { role: 'model', parts: list }, finishReason }] };
}

const start: StreamEvent = { type: 'message-start' };
const stopped: StreamEvent = { type: 'message-end', stop: 'natural', reason: 'STOP' };
const complete: StreamEvent = { type: 'message-complete' };

function textStart(index: number, kind: 'text' | 'thinking' = 'text'): StreamEvent {
  return { type: 'block-start', index, kind, says: false };
}

function textDelta(index: number, text: string, kind: 'text' | 'thinking' = 'text'): StreamEvent {
  return { type: 'block-delta', index, kind, text };
}

describe('readGeminiEvents', () => {
  it('opens one block for text that goes on, and another where the kind changes', () => {
    expect(
      eventsOf(
        { ...parts({ text: 'hm', thought: true }), responseId: 'r', modelVersion: 'm' },
        parts({ text: 'm', thought: true }, { text: 'A' }),
        finish('STOP', { text: 'B' }),
      ),
    ).toEqual([
      { type: 'message-start', id: 'r', model: 'm' },
      textStart(0, 'thinking'),
      textDelta(0, 'hm', 'thinking'),
      textDelta(0, 'm', 'thinking'),
      { type: 'block-end', index: 0 },
      textStart(1),
      textDelta(1, 'A'),
      textDelta(1, 'B'),
      { type: 'block-end', index: 1 },
      stopped,
      complete,
    ]);
  });

  it('takes empty text, bare signatures and unnamed calls for no content', () => {
    expect(eventsOf(finish('STOP', { text: '' }, { thought: true }, { thoughtSignature: 'sig' }))).toEqual([
      start,
      { type: 'block-signature', index: 0, signature: 'sig' },
      stopped,
      complete,
    ]);
    const call = eventsOf(finish('STOP', { functionCall: {} }));
    expect(call.map((event) => event.type)).toEqual(['message-start', 'unknown', 'message-end', 'message-complete']);
  });

  it('gives a signature to the block it came with, and one on a trailing empty part to the open block', () => {
    const events = eventsOf(parts({ text: 'A' }), finish('STOP', { text: '', thoughtSignature: 's1' }));
    expect(events).toContainEqual({ type: 'block-signature', index: 0, signature: 's1' });
    const other = eventsOf(
      parts({ text: 'A', thought_signature: 's1' }),
      finish('STOP', { text: '', thoughtSignature: 's2' }),
    );
    expect(other.filter((event) => event.type === 'block-signature')).toEqual([
      { type: 'block-signature', index: 0, signature: 's1' },
      { type: 'block-signature', index: 1, signature: 's2' },
    ]);
  });

  it('never puts two signatures on one block of text', () => {
    const events = eventsOf(
      parts({ text: 'A', thoughtSignature: 's1' }),
      finish('STOP', { text: 'B', thoughtSignature: 's2' }),
    );
    expect(events.filter((event) => event.type.startsWith('block-s'))).toEqual([
      textStart(0),
      { type: 'block-signature', index: 0, signature: 's1' },
      textStart(1),
      { type: 'block-signature', index: 1, signature: 's2' },
    ]);
  });

  it('reads a tool call whole, with its numbers as they were spelt', () => {
    const text =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"id":"c1","name":"f","args":{"n":1.0,"big":12345678901234567890}},"thoughtSignature":"s"}]},"finishReason":"STOP"}]}';
    expect(eventsOfText(`data: ${text}\n\n`)).toEqual([
      start,
      {
        type: 'block-start',
        index: 0,
        kind: 'tool-call',
        says: true,
        id: 'c1',
        name: 'f',
        argumentsJson: '{"n":1.0,"big":12345678901234567890}',
      },
      { type: 'block-signature', index: 0, signature: 's' },
      { type: 'block-end', index: 0 },
      stopped,
      complete,
    ]);
  });

  it('gives a call without arguments an empty object', () => {
    expect(eventsOf(finish('STOP', { functionCall: { name: 'f' } }))).toContainEqual({
      type: 'block-start',
      index: 0,
      kind: 'tool-call',
      says: true,
      name: 'f',
      argumentsJson: '{}',
    });
  });

  it('keeps a call open while its arguments stream, and closes it at the finish when its end is missing', () => {
    const first = { functionCall: { name: 'f', willContinue: true }, thoughtSignature: 's' };
    const more = { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true } };
    const expected: StreamEvent[] = [
      start,
      { type: 'block-start', index: 0, kind: 'tool-call', says: true, name: 'f' },
      { type: 'block-signature', index: 0, signature: 's' },
      { type: 'block-delta', index: 0, kind: 'tool-arguments', text: '{"a":1}' },
      { type: 'block-end', index: 0 },
      stopped,
      complete,
    ];
    expect(eventsOf(parts(first), parts(more), parts({ functionCall: {} }), finish())).toEqual(expected);
    expect(eventsOf(parts(first), parts(more), finish())).toEqual(expected);
  });

  it('does not close a streaming call that was cut', () => {
    const events = eventsOf(parts({ functionCall: { name: 'f', willContinue: true } }));
    expect(events.map((event) => event.type)).toEqual(['message-start', 'block-start', 'cut']);
  });

  it.each([
    [{ inlineData: { mimeType: 'image/png', data: 'AA' } }, 'media'],
    [{ fileData: { fileUri: 'gs://x' } }, 'media'],
    [{ executableCode: { code: '1' } }, 'code'],
    [{ codeExecutionResult: { outcome: 'OUTCOME_OK' } }, 'code'],
    [{ toolCall: { id: 't' } }, 'server-tool'],
    [{ toolResponse: { id: 't' } }, 'server-tool'],
    [{ hologram: { depth: 3 } }, 'other'],
  ])('takes %j for content of its own', (part, kind) => {
    const events = eventsOf(finish('STOP', part));
    expect(events[1]).toMatchObject({ type: 'block-start', index: 0, kind, says: true });
    expect(events[2]).toEqual({ type: 'block-end', index: 0 });
  });

  it('is complete after a blocked prompt, which has no candidate', () => {
    expect(eventsOf({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } })).toEqual([
      start,
      { type: 'message-end', stop: 'refusal', reason: 'PROHIBITED_CONTENT' },
      complete,
    ]);
  });

  it('does not take prompt feedback without a reason for an end', () => {
    expect(eventsOf({ promptFeedback: { safetyRatings: [] } }).at(-1)).toMatchObject({ type: 'cut' });
  });

  it('is cut when content follows an early finish reason and no other comes', () => {
    const code = { executableCode: { code: '1' } };
    expect(eventsOf(finish('STOP', code), parts({ text: 'A' })).at(-1)).toEqual({
      type: 'cut',
      detail: 'the stream ended without a finish reason for candidate 0',
    });
    expect(eventsOf(finish('STOP', code), parts({ text: 'A' }), finish()).at(-1)).toEqual(complete);
  });

  it('stays complete when only usage, an empty part or a signature follows the finish reason', () => {
    expect(
      eventsOf(finish('STOP', { text: 'A' }), parts({ text: '', thoughtSignature: 's' }), {
        usageMetadata: { promptTokenCount: 1 },
      }).at(-1),
    ).toEqual(complete);
  });

  it('waits for every candidate, and gives each its own blocks', () => {
    const two = {
      candidates: [{ content: { parts: [{ text: 'A' }] } }, { index: 1, content: { parts: [{ text: 'B' }] } }],
    };
    const more = { candidates: [{ index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' }] };
    const events = eventsOf(two, more);
    expect(events.filter((event) => event.type === 'block-delta')).toEqual([
      textDelta(0, 'A'),
      textDelta(1, 'B'),
      textDelta(1, 'b'),
    ]);
    expect(events.at(-1)).toEqual({ type: 'cut', detail: 'the stream ended without a finish reason for candidate 0' });
    expect(eventsOf(two, more, finish()).at(-1)).toEqual(complete);
  });

  it.each([
    ['as an event', 'data: {"error":{"code":503}}\r\n\r\n', '{"error":{"code":503}}'],
    ['as a bare body', '{\n  "error": {\n    "code": 503\n  }\n}\n', '{\n  "error": {\n    "code": 503\n  }\n}\n'],
    ['in an array', '[{"error":{"code":503}}]', '{"error":{"code":503}}'],
  ])('reads an error %s, and says nothing after it', (_how, text, body) => {
    const before = 'data: {"candidates":[{"content":{"parts":[{"text":"A"}]},"finishReason":"STOP"}]}\r\n\r\n';
    const events = eventsOfText(`${before}${text}\n\ndata: {"candidates":[{"finishReason":"STOP"}]}\n\n`);
    const last = events.at(-1)!;
    expect(last).toMatchObject({ type: 'failure' });
    expect(JSON.parse((last as { body: string }).body)).toEqual(JSON.parse(body));
  });

  it.each([
    ['HTML', '<html><body>Bad Gateway</body></html>\n'],
    ['a sentence', 'upstream connect error: reset'],
    ['a JSON answer in place of a stream', '[{"candidates":[]}]'],
    ['an event that is no JSON', 'data: {"candidates": [oops]}\n\n'],
    ['an event that is no object', 'data: [1]\n\n'],
  ])('calls %s garbage', (_what, text) => {
    const events = eventsOfText(text);
    expect(events).toHaveLength(1);
    expect(events[0]!.type).toBe('garbage');
  });

  it('survives an answer nested beyond any stack', () => {
    const args = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const text = `data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":${args}}}]}}]}\n\n`;
    expect(eventsOfText(text).at(-1)!.type).toMatch(/garbage|cut/);
  });

  it('uses a last event without its blank line when it is whole, and calls the body cut when it is not', () => {
    const whole = 'data: {"candidates":[{"content":{"parts":[{"text":"A"}]},"finishReason":"STOP"}]}';
    expect(eventsOfText(whole).at(-1)).toEqual(complete);
    for (let length = 0; length < whole.length; length++) {
      const last = eventsOfText(whole.slice(0, length)).at(-1);
      expect(last, whole.slice(0, length)).toMatchObject({ type: 'cut' });
    }
  });

  it('passes by what it does not know', () => {
    expect(eventsOfText(': comment\n\nid: 4\n\ndata: [DONE]\n\ndata: {"novelty":1}\n\ndata:\n\n')).toEqual([
      { type: 'keepalive' },
      { type: 'keepalive' },
      { type: 'unknown', name: '[DONE]' },
      { type: 'unknown', name: 'novelty' },
      { type: 'keepalive' },
      { type: 'cut', detail: 'the stream ended without any candidate' },
    ]);
  });
});
