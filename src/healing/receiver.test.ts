/** What a receiver must keep from a client: a second end, and a collected call that nobody can read. */

import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { ClientSink, ForeignFold, ForeignWriter } from '../model/ports.ts';
import { createClientStream } from './client-stream.ts';
import { createGrammar } from './grammar.ts';
import { createHoldGate } from './hold.ts';
import { createLedger } from './ledger.ts';
import { createEventReceiver, createForeignFoldReceiver } from './receiver.ts';

const sinkOf = (): ClientSink => ({
  gone: new AbortController().signal,
  opened: false,
  open: () => {},
  write: () => undefined,
  end: () => {},
  answer: () => {},
  abandon: () => {},
});

const words: StreamEvent[] = [
  { type: 'block-start', index: 0, kind: 'text', says: false },
  { type: 'block-delta', index: 0, kind: 'text', text: 'Hi' },
  { type: 'block-end', index: 0 },
  { type: 'message-end', stop: 'natural', reason: 'stop' },
];

describe('a receiver', () => {
  it('shows nothing that follows the end of the answer, a second end included', () => {
    const shown: string[] = [];
    const none = () => new Uint8Array(0);
    const writer: ForeignWriter = {
      headers: {},
      start: none,
      events: (events) => void shown.push(...events.map(({ type }) => type)),
      end: () => {},
      keepalive: none,
      failure: none,
    };
    const stream = createClientStream({ sink: sinkOf(), sent: () => {} }, writer as never);
    const stage = {
      stream,
      ledger: createLedger(),
      gate: createHoldGate('balanced'),
      grammar: createGrammar('anthropic'),
    };
    const receiver = createEventReceiver(stage, writer);
    receiver.ready(() => ({}));
    expect(receiver.take(undefined, [...words, { type: 'message-complete' }])).toBeUndefined();
    expect(receiver.take(undefined, [{ type: 'message-complete' }])).toBeUndefined();
    expect(receiver.take(undefined, words)).toBeUndefined();
    receiver.flush();
    receiver.finish(() => ({}));
    expect(shown).toEqual([...words.map(({ type }) => type), 'message-complete']);
  });

  it.each([
    ['{"path": "no', 'malformed-answer'],
    ['{"path": "notes"}', undefined],
    ['free text', undefined],
  ])('takes a collected call with the arguments %s as %s', (argumentsText, kind) => {
    const fold: ForeignFold = { see: () => {}, document: () => '{}' };
    const receiver = createForeignFoldReceiver({ sink: sinkOf(), sent: () => {} }, fold);
    const failure = receiver.take(undefined, [
      { type: 'block-start', index: 0, kind: 'tool-call', says: true, id: 'c', name: 'read' },
      { type: 'block-delta', index: 0, kind: 'tool-arguments', text: argumentsText },
      { type: 'block-end', index: 0 },
      { type: 'message-end', stop: 'tool', reason: 'tool_calls' },
    ]);
    expect(failure?.kind).toBe(kind);
  });
});
