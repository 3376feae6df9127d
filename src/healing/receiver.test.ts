/** What a receiver must keep from a client: a second end, a call that would come twice, and a collected call that nobody can read. */

import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { ClientSink, ForeignFold, ForeignWriter } from '../model/ports.ts';
import { createClientStream } from './client-stream.ts';
import { createGrammar } from './grammar.ts';
import { createHoldGate } from './hold.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createEventReceiver, createForeignFoldReceiver, type Receiver } from './receiver.ts';

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

const none = () => new Uint8Array(0);

function writerOf(events: ForeignWriter['events']): ForeignWriter {
  return { headers: {}, start: none, events, end: () => {}, keepalive: none, failure: none };
}

function receiverOf(writer: ForeignWriter, hold: 'live' | 'balanced'): { receiver: Receiver; ledger: Ledger } {
  const stream = createClientStream({ sink: sinkOf(), sent: () => {} }, writer as never);
  const ledger = createLedger();
  const stage = { stream, ledger, gate: createHoldGate(hold), grammar: createGrammar('anthropic') };
  const receiver = createEventReceiver(stage, writer);
  receiver.ready(() => ({}));
  return { receiver, ledger };
}

describe('a receiver', () => {
  it('counts a call that its writer keeps for later as shown once the client has been shown anything, and not before', () => {
    // A writer with no word for calls that are not whole.
    const writer = writerOf((events, out) => {
      if (events.some((event) => event.type === 'block-delta' && event.kind === 'text')) out.push(new Uint8Array(1));
    });
    const call: StreamEvent[] = [
      { type: 'block-start', index: 1, kind: 'tool-call', says: true, id: 'c', name: 'read' },
      { type: 'block-delta', index: 1, kind: 'tool-arguments', text: '{"path":' },
    ];
    const kindsAfter = (events: readonly StreamEvent[][]): string[] => {
      const { receiver, ledger } = receiverOf(writer, 'live');
      for (const each of events) {
        receiver.take(undefined, each);
        receiver.flush();
      }
      return ledger.shown().blocks.map(({ kind }) => kind);
    };
    expect(kindsAfter([words.slice(0, 3), call])).toEqual(['text', 'tool-call']);
    expect(kindsAfter([call.map((event) => ({ ...event, index: 0 }))])).toEqual([]);
  });

  it('shows nothing that follows the end of the answer, a second end included', () => {
    const shown: string[] = [];
    const { receiver } = receiverOf(
      writerOf((events) => void shown.push(...events.map(({ type }) => type))),
      'balanced',
    );
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
