import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { Protocol } from '../model/request.ts';
import { createGrammar } from './grammar.ts';

const start = (index: number): StreamEvent => ({ type: 'block-start', index, kind: 'text', says: false });
const delta = (index: number): StreamEvent => ({ type: 'block-delta', index, kind: 'text', text: 'x' });
const end = (index: number): StreamEvent => ({ type: 'block-end', index });
const begin: StreamEvent = { type: 'message-start' };
const stop: StreamEvent = { type: 'message-end', stop: 'natural', reason: 'x' };
const complete: StreamEvent = { type: 'message-complete' };
const unknown: StreamEvent = { type: 'unknown', name: 'new' };
const usage: StreamEvent = { type: 'usage', usage: {} };
const every: readonly Protocol[] = ['anthropic', 'gemini', 'openai-chat', 'openai-responses'];

/** The first event that may not be shown. */
function firstIllegal(protocol: Protocol, events: readonly StreamEvent[]): number {
  const grammar = createGrammar(protocol);
  return events.findIndex((event) => grammar.see(event) !== undefined);
}

describe('the grammar', () => {
  it.each(every)('%s: lets a proper answer pass, with events nobody knows', (protocol) => {
    const events = [
      begin,
      unknown,
      start(0),
      delta(0),
      end(0),
      start(1),
      delta(1),
      end(1),
      stop,
      usage,
      complete,
      unknown,
    ];
    expect(firstIllegal(protocol, events)).toBe(-1);
  });

  it.each(every)('%s: shows nothing said after the end', (protocol) => {
    expect(firstIllegal(protocol, [begin, start(0), delta(0), end(0), stop, complete, start(1)])).toBe(6);
  });

  it('anthropic: one block at a time, numbered without a gap, and one start', () => {
    expect(firstIllegal('anthropic', [begin, start(0), start(1)])).toBe(2);
    expect(firstIllegal('anthropic', [begin, start(1)])).toBe(1);
    expect(firstIllegal('anthropic', [begin, start(0), end(0), start(0)])).toBe(3);
    expect(firstIllegal('anthropic', [begin, delta(0)])).toBe(1);
    expect(firstIllegal('anthropic', [begin, start(0), delta(0), begin])).toBe(3);
    expect(firstIllegal('anthropic', [begin, start(0), end(0), end(0)])).toBe(3);
  });

  it('lets content follow a reason to stop only where upstreams really do that', () => {
    const events = [begin, start(0), delta(0), end(0), stop, start(1)];
    expect(every.map((protocol) => firstIllegal(protocol, events))).toEqual([5, -1, -1, 5]);
  });

  it('goes on from what was shown', () => {
    const grammar = createGrammar('anthropic', { firstIndex: 3, open: [2] });
    expect([delta(2), end(2), start(3)].map((event) => grammar.see(event))).toEqual([undefined, undefined, undefined]);
    expect(grammar.see(start(5))).toBeDefined();
  });
});
