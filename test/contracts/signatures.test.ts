/**
 * Every recorded answer with signatures, told to a client of each other dialect, kept by it as its library does, and sent back: each signature
 * reaches its own provider on the part it came with, byte for byte. There is no cache anywhere: nothing but the client remembers.
 */

import { describe, expect, it } from 'vitest';
import type { Protocol } from '../../src/model/request.ts';
import { streamOfDocument } from './echo/as-stream.ts';
import { clients, type EchoingClient } from './echo/clients.ts';
import { type MarkedPart, marksOf, partsOfDocument, partsOfModelTurns, partsOfStream } from './echo/marks.ts';
import { eventsOf, foreignDocument, foreignStream, framesOf, optionsFor } from './pipeline.ts';
import { allRecordings, type Recorded, recordingsAbsent } from './recordings.ts';
import { objectIn, parsed } from './said/json.ts';
import { conversationOf, written } from './translation.ts';

type Signing = Exclude<Protocol, 'openai-chat'>;

interface Signed extends Recorded {
  readonly dialect: Signing;
  readonly bytes: Uint8Array;
  readonly marks: readonly MarkedPart[];
}

const signed = allRecordings().flatMap((recorded): Signed[] => {
  const { dialect, stream, document, status, httpStatus } = recorded;
  if (dialect === 'openai-chat' || httpStatus !== 200 || (stream !== undefined && status !== 'COMPLETE')) return [];
  const parts = stream === undefined ? partsOfDocument(dialect, document ?? {}) : partsOfStream(dialect, stream);
  const marks = marksOf[dialect](parts);
  const bytes = stream ?? streamOfDocument(dialect, document ?? {});
  return marks.some(({ signature }) => signature !== undefined) ? [{ ...recorded, dialect, bytes, marks }] : [];
});

/** Two answers in one, and calls whose arguments come by paths: their parts are read in other tests. */
const ordinary = signed.filter(({ name }) => !/spliced-message-start|google-stream-.*(args|arguments)/.test(name));

/** What the tables of the client's dialect leave to come back. */
function dueMarks(marks: readonly MarkedPart[], { protocol, name }: EchoingClient): readonly MarkedPart[] {
  const bare = ({ signature: _signature, ...part }: MarkedPart): MarkedPart => part;
  const isCall = ({ kind }: MarkedPart): boolean => kind === 'call';
  // The JavaScript library keeps one value of a member that it does not know: that of the last thought.
  if (name.endsWith('JavaScript')) return marks.filter(isCall);
  const whole = protocol === 'openai-responses' ? marks : marks.filter(({ kind }) => kind !== 'code');
  const last = whole.at(-1);
  // A silent thinking block at the very end would be taken for the answer.
  const due = protocol === 'anthropic' && last?.kind === 'text' ? whole.slice(0, -1) : whole;
  return due.map((mark) => (mark.signature === undefined ? bare(mark) : mark));
}

function comingBack({ dialect, bytes, model }: Signed, client: EchoingClient): MarkedPart[] {
  const { protocol, isStreamed } = client;
  const events = eventsOf(dialect, framesOf([bytes]));
  const options = optionsFor(protocol, isStreamed ? 'sse' : 'json', model);
  const answer = isStreamed
    ? foreignStream(protocol, events, options)
    : new TextEncoder().encode(foreignDocument(protocol, events, options));
  const read = conversationOf(protocol, client.next(client.keep(answer)));
  if ('problem' in read) throw new Error(`the client's next request is refused: ${read.problem.message}`);
  const result = written(read.conversation, dialect, model);
  if ('problem' in result) throw new Error(`it cannot be written: ${result.problem.message}`);
  const body = objectIn(parsed(new TextDecoder().decode(result.body)));
  return marksOf[dialect](partsOfModelTurns(dialect, body));
}

describe.skipIf(recordingsAbsent)('the signatures of an answer', () => {
  it('are there in number: of three providers, on calls, text and thoughts, in conversations of several turns', () => {
    const of = (dialect: Signing): number => ordinary.filter((one) => one.dialect === dialect).length;
    expect([of('anthropic') > 40, of('gemini') > 60, of('openai-responses') > 5]).toEqual([true, true, true]);
    const signedCalls = ordinary.filter(({ marks }) =>
      marks.some(({ kind, signature }) => kind === 'call' && signature),
    );
    expect(signedCalls.length).toBeGreaterThan(25);
    expect(ordinary.filter(({ name }) => /-t\d+$/.test(name)).length).toBeGreaterThan(30);
  });

  for (const client of clients) {
    describe(`through a client: ${client.name}`, () => {
      it.for(ordinary.filter(({ dialect }) => dialect !== client.protocol))('come back to $name', (recorded) => {
        const marks = comingBack(recorded, client);
        const due = dueMarks(recorded.marks, client);
        if (!client.name.endsWith('JavaScript')) expect(marks).toEqual(due);
        else expect(marks.filter(({ kind }) => kind === 'call')).toEqual(due);
      });
    });
  }

  it('never reach a model of another family', () => {
    const other: Readonly<Record<Signing, readonly [Protocol, string]>> = {
      anthropic: ['gemini', 'gemini-3-pro-preview'],
      gemini: ['anthropic', 'claude-sonnet-4-5'],
      'openai-responses': ['gemini', 'gemini-2.5-flash'],
    };
    for (const recorded of ordinary) {
      for (const client of clients.filter(({ protocol }) => protocol !== recorded.dialect)) {
        const events = eventsOf(recorded.dialect, framesOf([recorded.bytes]));
        const options = optionsFor(client.protocol, 'sse', recorded.model);
        if (!client.isStreamed) continue;
        const read = conversationOf(
          client.protocol,
          client.next(client.keep(foreignStream(client.protocol, events, options))),
        );
        if ('problem' in read) throw new Error(read.problem.message);
        const [upstream, model] = other[recorded.dialect];
        const result = written(read.conversation, upstream, model);
        if ('problem' in result) continue;
        const text = new TextDecoder().decode(result.body);
        for (const { signature = '' } of recorded.marks) {
          if (signature.length > 20) expect(text.includes(signature), recorded.name).toBe(false);
        }
        expect(text.includes('agt1.') || text.includes('YWd0MS'), recorded.name).toBe(false);
      }
    }
  });
});
