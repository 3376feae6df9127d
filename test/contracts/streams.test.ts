/** Every recorded stream, taken as an upstream's answer and told to a client of each dialect: legal, the same words, the same counts, no exception. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '../../src/model/request.ts';
import { documentFaults, streamFaults } from './grammar/check.ts';
import { geminiArrayFaults } from './grammar/gemini.ts';
import {
  cutAt,
  eventsOf,
  foreignDocument,
  foreignStream,
  framesOf,
  optionsFor,
  ownDocument,
  ownStream,
  protocols,
} from './pipeline.ts';
import { allRecordings, type Recorded, recordingsAbsent } from './recordings.ts';
import { differences } from './said/compare.ts';
import { objectIn, objectsIn, parsed } from './said/json.ts';
import { saidInDocument, saidInStream } from './said/read.ts';

interface Streamed extends Recorded {
  readonly stream: Uint8Array;
}

const complete = allRecordings().filter(
  (recorded): recorded is Streamed => recorded.stream !== undefined && recorded.status === 'COMPLETE',
);

/** An answer that begins anew in the middle is a failed attempt for a client of another dialect, and gets no further than the peek. */
const retellable = complete.filter(({ name }) => !/spliced-message-start/.test(name));

function others({ dialect }: Recorded): Protocol[] {
  return protocols.filter((protocol) => protocol !== dialect);
}

describe.skipIf(recordingsAbsent)('a recorded stream for a client of another dialect', () => {
  it('is there in number, of every upstream dialect', () => {
    const counts = protocols.map((protocol) => complete.filter(({ dialect }) => dialect === protocol).length);
    expect(counts.map((count) => count > 15)).toEqual([true, true, true, true]);
    expect(complete.length).toBeGreaterThan(240);
  });

  it.for(retellable)('is legal and says the same: $name', (recorded) => {
    const events = eventsOf(recorded.dialect, framesOf([recorded.stream]));
    for (const client of others(recorded)) {
      const stream = foreignStream(client, events, optionsFor(client, 'sse', recorded.model));
      expect(streamFaults[client](stream).join('\n'), client).toBe('');
      const heard = saidInStream[client](stream);
      expect(differences(saidInStream[recorded.dialect](recorded.stream), heard, client).join('\n'), client).toBe('');
    }
  });

  it.for(retellable)('is legal as one document and says the same: $name', (recorded) => {
    const events = eventsOf(recorded.dialect, framesOf([recorded.stream]));
    const isCut = saidInStream[recorded.dialect](recorded.stream).calls.some(({ isBroken }) => isBroken);
    for (const client of others(recorded)) {
      const options = optionsFor(client, 'json', recorded.model);
      // A document cannot hold a call that the limit of the answer cut off, nor can it be left out unnoticed.
      if (isCut && client === 'anthropic') {
        expect(() => foreignDocument(client, events, options)).toThrow('no JSON');
        continue;
      }
      const document = objectIn(parsed(foreignDocument(client, events, options)));
      if (isCut && client !== 'gemini') continue;
      expect(documentFaults[client](document).join('\n'), client).toBe('');
      const heard = saidInDocument[client](document);
      expect(differences(saidInStream[recorded.dialect](recorded.stream), heard, client).join('\n'), client).toBe('');
    }
  });

  it.for(complete.filter(({ dialect }) => dialect !== 'gemini'))(
    'is the same as an array of Gemini chunks: $name',
    (recorded) => {
      const events = eventsOf(recorded.dialect, framesOf([recorded.stream]));
      const array = foreignStream('gemini', events, optionsFor('gemini', 'json-array', recorded.model), 'json-array');
      expect(geminiArrayFaults(array)).toEqual([]);
      const stream = foreignStream('gemini', events, optionsFor('gemini', 'sse', recorded.model));
      const chunks = objectsIn(JSON.parse(Buffer.from(array).toString()));
      expect(chunks).toEqual(
        Buffer.from(stream)
          .toString()
          .split('\r\n\r\n')
          .slice(0, -1)
          .map((block) => JSON.parse(block.slice('data: '.length))),
      );
    },
  );

  it('is the same bytes however the upstream’s bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...complete),
        fc.constantFrom(...protocols),
        fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
        (recorded, client, places) => {
          const told = (pieces: readonly Uint8Array[]): Buffer => {
            const frames = framesOf(pieces);
            if (client === recorded.dialect) return Buffer.from(ownStream(client, frames));
            const options = optionsFor(client, 'sse', recorded.model);
            return Buffer.from(foreignStream(client, eventsOf(recorded.dialect, frames), options));
          };
          expect(told(cutAt(recorded.stream, places)).equals(told([recorded.stream]))).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe.skipIf(recordingsAbsent)('a recorded stream for a client of its own dialect', () => {
  it.for(complete)('says the same, streamed and as a document: $name', (recorded) => {
    const { dialect, stream } = recorded;
    const frames = framesOf([stream]);
    const wanted = saidInStream[dialect](stream);
    expect(saidInStream[dialect](ownStream(dialect, frames))).toEqual(wanted);
    if (wanted.calls.some(({ isBroken }) => isBroken)) return;
    const document = objectIn(parsed(ownDocument(dialect, frames)));
    const { thinking, calls, ending } = saidInDocument[dialect](document);
    expect({ thinking, calls, ending }).toEqual({
      thinking: wanted.thinking,
      calls: wanted.calls,
      ending: wanted.ending,
    });
  });
});

describe.skipIf(recordingsAbsent)('the judges of grammar', () => {
  it('see an event that is missing, doubled or out of its place', () => {
    for (const client of protocols) {
      const recorded = complete.find(
        ({ dialect, stream }) => dialect !== client && saidInStream[dialect](stream).calls.length > 1,
      );
      expect(recorded).toBeDefined();
      if (recorded === undefined) continue;
      const events = eventsOf(recorded.dialect, framesOf([recorded.stream]));
      const whole = Buffer.from(foreignStream(client, events, optionsFor(client, 'sse', recorded.model))).toString();
      const gap = client === 'gemini' ? '\r\n\r\n' : '\n\n';
      const pieces = whole.split(gap).slice(0, -1);
      const faults = (changed: readonly string[]): number =>
        streamFaults[client](Buffer.from(changed.map((piece) => `${piece}${gap}`).join(''))).length;
      expect(faults(pieces)).toBe(0);
      expect(faults(pieces.slice(0, -1))).toBeGreaterThan(0);
      expect(faults([...pieces, ...pieces.slice(-1)])).toBeGreaterThan(0);
      expect(faults(pieces.toReversed())).toBeGreaterThan(0);
      if (client === 'gemini') continue;
      expect(faults(pieces.slice(1))).toBeGreaterThan(0);
      expect(faults([...pieces.slice(0, 1), ...pieces])).toBeGreaterThan(0);
    }
  });
});
