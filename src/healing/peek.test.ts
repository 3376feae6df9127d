import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { Failure } from '../model/failure.ts';
import { createPeek } from './peek.ts';

const overloaded: Failure = { kind: 'stream-error', reach: 'streaming', detail: 'Overloaded' };
const start: StreamEvent = { type: 'message-start' };
const ping: StreamEvent = { type: 'keepalive' };
const text = (words: string): StreamEvent => ({ type: 'block-delta', index: 0, kind: 'text', text: words });
const stop = (kind: 'natural' | 'length' | 'refusal' | 'malformed'): StreamEvent => ({
  type: 'message-end',
  stop: kind,
  reason: kind,
});
const complete: StreamEvent = { type: 'message-complete' };

function verdicts(...frames: StreamEvent[][]): string[] {
  const peek = createPeek(() => overloaded);
  return frames.map((events) => {
    const verdict = peek.see(events);
    return verdict.is === 'failed' ? verdict.failure.kind : verdict.is;
  });
}

describe('the peek', () => {
  it('takes a start, pings, usage, an empty block and a signature for nothing said', () => {
    const emptyBlock: StreamEvent = { type: 'block-start', index: 0, kind: 'text', says: false };
    const signature: StreamEvent = { type: 'block-signature', index: 0, signature: 'abc' };
    const usage: StreamEvent = { type: 'usage', usage: { outputTokens: 3 } };
    expect(verdicts([start], [ping], [usage], [emptyBlock], [signature], [text('')])).toEqual(Array(6).fill('held'));
  });

  it.each<StreamEvent>([
    text('Hello'),
    { type: 'block-delta', index: 0, kind: 'thinking', text: 'Let me see' },
    { type: 'block-start', index: 0, kind: 'tool-call', says: true, name: 'Bash' },
    { type: 'block-start', index: 0, kind: 'media', says: true },
    { type: 'block-start', index: 0, kind: 'other', says: true },
  ])('takes visible text, thinking, a tool call, an image or an unknown block for content', (event) => {
    expect(verdicts([start], [event])).toEqual(['held', 'content']);
  });

  it('fails an answer that finishes without content', () => {
    expect(verdicts([start], [stop('natural')], [complete])).toEqual(['held', 'held', 'empty']);
  });

  it('fails an answer that is complete without ever giving a reason', () => {
    expect(verdicts([start], [complete])).toEqual(['held', 'empty']);
  });

  it.each(['length', 'refusal'] as const)(
    'passes an empty answer on whose reason the caller must see (%s)',
    (reason) => {
      expect(verdicts([start], [stop(reason)], [complete])).toEqual(['held', 'held', 'complete']);
    },
  );

  it('fails an error object inside a 200', () => {
    expect(verdicts([start], [{ type: 'failure', body: '{}' }])).toEqual(['held', 'stream-error']);
  });

  it('tells an end before content from a cut after it', () => {
    const cut: StreamEvent = { type: 'cut', detail: 'no message_stop' };
    expect(verdicts([start], [cut])).toEqual(['held', 'ended']);
    expect(verdicts([start], [text('Hel')], [cut])).toEqual(['held', 'content', 'cut']);
  });

  it('does not take the broken call of a malformed answer for content', () => {
    const call: StreamEvent = { type: 'block-start', index: 0, kind: 'tool-call', says: true };
    expect(verdicts([call, stop('malformed')])).toEqual(['malformed-answer']);
  });

  it('passes a malformed call after content on to a client of the same dialect, and fails it for any other', () => {
    const frames = [[text('Let me see.')], [stop('malformed')], [complete]];
    expect(verdicts(...frames)).toEqual(['content', 'content', 'complete']);
    const retold = createPeek(() => overloaded, { isRetold: true });
    const last = frames
      .slice(0, 2)
      .map((events) => retold.see(events))
      .at(-1);
    expect(last).toMatchObject({ is: 'failed', failure: { kind: 'malformed-answer' } });
  });

  it('fails an answer that begins anew after content, but only for a client of another dialect', () => {
    const frames = [[text('Let me see.')], [start]];
    expect(verdicts(...frames)).toEqual(['content', 'content']);
    const retold = createPeek(() => overloaded, { isRetold: true });
    expect(frames.map((events) => retold.see(events)).at(-1)).toMatchObject({
      is: 'failed',
      failure: { kind: 'malformed-answer' },
    });
  });

  it('fails what is not a stream', () => {
    expect(verdicts([{ type: 'garbage', detail: 'HTML' }])).toEqual(['garbage']);
  });

  it('keeps the last count of each usage field', () => {
    const peek = createPeek(() => overloaded);
    peek.see([{ type: 'usage', usage: { inputTokens: 9, outputTokens: 1 } }]);
    peek.see([{ type: 'usage', usage: { outputTokens: 42 } }]);
    expect(peek.usage).toEqual({ inputTokens: 9, outputTokens: 42 });
  });

  it('takes thoughts alone for no answer, unless there was no room for more', () => {
    const thought: StreamEvent = { type: 'block-delta', index: 0, kind: 'thinking', text: 'hm' };
    expect(verdicts([start], [thought], [stop('natural')], [complete])).toEqual([
      'held',
      'content',
      'content',
      'empty',
    ]);
    expect(verdicts([start], [thought], [stop('length')], [complete]).at(-1)).toBe('complete');
  });

  it('needs nothing after the reason to stop, whatever stands in place of the terminal sign', () => {
    for (const broken of [
      { type: 'cut', detail: 'x' },
      { type: 'failure', body: '{}' },
      { type: 'garbage', detail: 'x' },
    ] satisfies StreamEvent[]) {
      expect(verdicts([start], [text('Hi')], [stop('natural')], [broken]).at(-1)).toBe('complete');
      expect(verdicts([start], [text('Hi')], [broken]).at(-1)).not.toBe('complete');
      expect(verdicts([start], [stop('natural')], [broken]).at(-1)).not.toBe('complete');
    }
  });

  it('trusts no reason to stop that was followed by more', () => {
    const cut: StreamEvent = { type: 'cut', detail: 'x' };
    expect(verdicts([start], [text('Hi')], [stop('natural')], [text(' you')], [stop('natural')], [cut]).at(-1)).toBe(
      'cut',
    );
  });

  it('hears an error after a reason to stop where more could have followed', () => {
    const peek = createPeek(() => overloaded, { speaksAfterStop: true });
    peek.see([start]);
    peek.see([text('Hi'), stop('natural')]);
    expect(peek.stopped).toBe(true);
    expect(peek.see([{ type: 'failure', body: '{}' }])).toEqual({ is: 'failed', failure: overloaded });
  });
});
