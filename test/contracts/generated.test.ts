/**
 * Conversations and answers that nobody has thought of. `GENERATED_RUNS` says how many for each dialect (`generate/run.ts`: 10,000 of each, in a
 * minute and a half); without it the number is small enough for every day.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/model/events.ts';
import type { Protocol } from '../../src/model/request.ts';
import { capabilitiesOf } from '../../src/routing/capabilities.ts';
import { unexcused } from './asked/compare.ts';
import { askedOfConversation } from './asked/conversation.ts';
import { askedIn } from './asked/read.ts';
import { conversations } from './generate/conversations.ts';
import { answers } from './generate/events.ts';
import { streamFaults } from './grammar/check.ts';
import { requestFaults } from './legal/check.ts';
import { cutAt, eventsOf, foreignDocument, foreignStream, framesOf, optionsFor, protocols } from './pipeline.ts';
import { differences } from './said/compare.ts';
import { type Json, objectIn, parsed } from './said/json.ts';
import { saidInEvents } from './said/of-events.ts';
import { saidInDocument, saidInStream } from './said/read.ts';
import { conversationOf, targetModels, written } from './translation.ts';

const runs = Number(process.env.GENERATED_RUNS ?? 2500);
const testMs = 600_000;

describe('a generated conversation', () => {
  for (const upstream of protocols) {
    it(`is a legal ${upstream} request that asks the same, and is read back as it was written`, {
      timeout: testMs,
    }, () => {
      fc.assert(
        fc.property(conversations, fc.constantFrom(...targetModels[upstream]), (conversation, model) => {
          const result = written(conversation, upstream, model);
          if ('problem' in result) {
            expect(result.problem.kind).toBe('bad-request');
            return;
          }
          const body = objectIn(parsed(new TextDecoder().decode(result.body)));
          expect(requestFaults[upstream](body, capabilitiesOf(model)).join('\n')).toBe('');
          expect(unexcused(askedOfConversation(conversation), askedIn[upstream](body), result.losses).join('\n')).toBe(
            '',
          );
          const read = conversationOf(upstream, body);
          if ('problem' in read) throw new Error(read.problem.message);
          expect(unexcused(askedIn[upstream](body), askedOfConversation(read.conversation), []).join('\n')).toBe('');
          // Texts that stand side by side may be one after the first reading; from then on nothing changes.
          const again = rewritten(body, upstream, model);
          expect(rewritten(again, upstream, model)).toEqual(again);
        }),
        { numRuns: runs },
      );
    });
  }

  it('is not refused so often that nothing is shown', () => {
    for (const upstream of protocols) {
      const sample = fc.sample(conversations, { numRuns: 200, seed: 7 });
      const refused = sample.filter((each) => 'problem' in written(each, upstream, targetModels[upstream][1] ?? ''));
      // The Responses API takes no stop sequences.
      expect(refused.length, upstream).toBeLessThan(upstream === 'openai-responses' ? 160 : 40);
    }
  });
});

function rewritten(body: Json, upstream: Protocol, model: string): Json {
  const read = conversationOf(upstream, body);
  if ('problem' in read) throw new Error(read.problem.message);
  const result = written(read.conversation, upstream, model);
  if ('problem' in result) throw new Error(result.problem.message);
  return objectIn(parsed(new TextDecoder().decode(result.body)));
}

function asBatches(events: readonly StreamEvent[], sizes: readonly number[]): StreamEvent[][] {
  const batches: StreamEvent[][] = [];
  for (let at = 0, n = 0; at < events.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length] ?? 1);
    batches.push(events.slice(at, at + size));
    at += size;
  }
  return batches;
}

describe('a generated answer', () => {
  for (const client of protocols) {
    it(`is legal for a ${client} client, says the same, and does not depend on how it came`, {
      timeout: testMs,
    }, () => {
      fc.assert(
        fc.property(
          answers,
          fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
          (events, sizes) => {
            const options = optionsFor(client, 'sse', 'claude-sonnet-4-5');
            const stream = foreignStream(client, [events], options);
            expect(streamFaults[client](stream).join('\n')).toBe('');
            expect(differences(saidInEvents(events), saidInStream[client](stream), client).join('\n')).toBe('');
            const pieces = foreignStream(client, asBatches(events, sizes), options);
            expect(saidInStream[client](pieces)).toEqual(saidInStream[client](stream));
            expect(streamFaults[client](pieces).join('\n')).toBe('');
            const document = objectIn(
              parsed(foreignDocument(client, [events], optionsFor(client, 'json', 'claude-sonnet-4-5'))),
            );
            expect(differences(saidInEvents(events), saidInDocument[client](document), client).join('\n')).toBe('');
          },
        ),
        { numRuns: runs },
      );
    });
  }

  const pairs = protocols.flatMap((upstream) =>
    protocols.filter((client) => client !== upstream).map((client) => [upstream, client] as const),
  );

  it.each(pairs)(
    'of an %s upstream is legal for a %s client, wherever its bytes are cut',
    { timeout: testMs },
    (upstream, client) => {
      fc.assert(
        fc.property(answers, fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), (events, places) => {
          const wire = foreignStream(upstream, [events], optionsFor(upstream, 'sse', modelOf[upstream]));
          const told = (pieces: readonly Uint8Array[]): Uint8Array =>
            foreignStream(client, eventsOf(upstream, framesOf(pieces)), optionsFor(client, 'sse', modelOf[upstream]));
          const stream = told([wire]);
          expect(Buffer.from(told(cutAt(wire, places))).equals(Buffer.from(stream))).toBe(true);
          expect(streamFaults[client](stream).join('\n')).toBe('');
          const heard = saidInStream[client](stream);
          expect(differences(saidInStream[upstream](wire), heard, client).join('\n')).toBe('');
        }),
        { numRuns: Math.ceil(runs / 3) },
      );
    },
  );
});

const modelOf: Readonly<Record<Protocol, string>> = {
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-3-pro-preview',
  'openai-chat': 'gpt-4o',
  'openai-responses': 'gpt-5.4',
};
