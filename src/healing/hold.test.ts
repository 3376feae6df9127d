import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import { createHoldGate } from './hold.ts';

const thought: StreamEvent = { type: 'block-delta', index: 0, kind: 'thinking', text: 'hm' };
const text: StreamEvent = { type: 'block-delta', index: 1, kind: 'text', text: 'Yes' };
const call: StreamEvent = { type: 'block-start', index: 2, kind: 'tool-call', says: true, name: 'look' };
const piece: StreamEvent = { type: 'block-delta', index: 2, kind: 'tool-arguments', text: '{"a":' };
const callEnd: StreamEvent = { type: 'block-end', index: 2 };
const stop: StreamEvent = { type: 'message-end', stop: 'tool', reason: 'tool_use' };
const complete: StreamEvent = { type: 'message-complete' };

function shownAfterEach(hold: 'live' | 'balanced' | 'safe', events: readonly StreamEvent[]): boolean[] {
  const gate = createHoldGate(hold);
  return events.map((event) => gate.see([event]));
}

describe('what may be shown at once', () => {
  it('live: everything, a tool call from its first argument on, its arguments as they come', () => {
    expect(shownAfterEach('live', [thought, text, call, piece, callEnd, stop])).toEqual([
      ...[true, true],
      ...[false, true, true, true],
    ]);
  });

  it('live: not the bare start of a tool call, which could still be taken back, until it has an argument or its end', () => {
    const nothing: StreamEvent = { ...piece, text: '' };
    const signature: StreamEvent = { type: 'block-signature', index: 2, signature: 'sig' };
    expect(shownAfterEach('live', [call, nothing, signature, piece])).toEqual([false, false, false, true]);
    expect(shownAfterEach('live', [{ ...call, argumentsJson: '{}' }, callEnd])).toEqual([false, true]);
  });

  it('live, where the client is told a call only as a whole: once every call has ended', () => {
    const gate = createHoldGate('live', { tellsCallsWhole: true });
    const other: StreamEvent = { ...call, index: 3 };
    const otherEnd: StreamEvent = { ...callEnd, index: 3 };
    const seen = [text, call, piece, other, callEnd, otherEnd].map((event) => gate.see([event]));
    expect(seen).toEqual([true, false, false, false, false, true]);
    const unended = createHoldGate('live', { tellsCallsWhole: true });
    expect([call, piece, stop].map((event) => unended.see([event]))).toEqual([false, false, true]);
  });

  it('balanced: thinking and text; a tool call once the answer has said why it stopped', () => {
    expect(shownAfterEach('balanced', [thought, text, call, callEnd, stop])).toEqual([true, true, false, false, true]);
  });

  it('safe: thinking only once text or a whole tool call follows', () => {
    expect(shownAfterEach('safe', [thought, text])).toEqual([false, true]);
    expect(shownAfterEach('safe', [thought, call, callEnd, stop])).toEqual([false, false, false, true]);
  });

  it('in every mode: not a reason to stop that follows nothing but thoughts', () => {
    for (const hold of ['live', 'balanced'] as const) {
      expect(shownAfterEach(hold, [thought, stop])).toEqual([true, false]);
      // Gemini may say more after it.
      expect(shownAfterEach(hold, [thought, stop, text])).toEqual([true, false, true]);
    }
    expect(shownAfterEach('balanced', [thought, { ...stop, stop: 'length' }, complete])).toEqual([true, false, true]);
  });

  it('in every mode: not the bare start of a text or a thought, which could stay empty', () => {
    const bare: StreamEvent = { type: 'block-start', index: 1, kind: 'text', says: false };
    const source: StreamEvent = { type: 'block-delta', index: 1, kind: 'other', text: '{}' };
    const end: StreamEvent = { type: 'block-end', index: 1 };
    const signature: StreamEvent = { type: 'block-signature', index: 1, signature: 'sig' };
    for (const hold of ['live', 'balanced'] as const) {
      expect(shownAfterEach(hold, [bare, source, text])).toEqual([false, false, true]);
      expect(shownAfterEach(hold, [bare, { type: 'keepalive' }, end])).toEqual([false, false, true]);
      expect(shownAfterEach(hold, [{ ...bare, kind: 'thinking' }, signature])).toEqual([false, true]);
      expect(shownAfterEach(hold, [bare, stop])).toEqual([false, false]);
    }
  });

  it('judges the events of one frame together', () => {
    expect(createHoldGate('balanced').see([text, call, callEnd, stop])).toBe(true);
    expect(createHoldGate('balanced').see([text, call, callEnd])).toBe(false);
  });

  it('names a held call whose arguments never became whole, unless the answer says that it was cut short', () => {
    const begun: StreamEvent = { ...piece, text: '{"path": "no' };
    const rest: StreamEvent = { ...piece, text: 't"}' };
    const brokenAfter = (hold: 'live' | 'balanced', events: readonly StreamEvent[]): string | undefined => {
      const gate = createHoldGate(hold);
      gate.see(events);
      return gate.brokenCall;
    };
    expect(brokenAfter('balanced', [call, begun, callEnd, stop])).toBe('look');
    expect(brokenAfter('balanced', [call, begun, rest, callEnd, stop])).toBeUndefined();
    expect(brokenAfter('balanced', [call, begun, callEnd, { ...stop, stop: 'length' }])).toBeUndefined();
    expect(brokenAfter('balanced', [call, { ...piece, text: '*** Begin' }, callEnd, stop])).toBeUndefined();
    expect(brokenAfter('live', [call, begun, callEnd, stop])).toBeUndefined();
  });
});
