/** Real Responses streams, cut in every way: read, forwarded and folded. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { foldResponsesAnswer } from './fold-answer.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { readResponsesEvents } from './read-events.ts';
import { cutAt, eventsOf, framesOf, recordings } from './recordings.testing.ts';
import { writeResponsesEvents } from './write-events.ts';

type Json = Record<string, unknown>;
const all = recordings('openai-responses', 'response.sse');
const complete = all.filter(({ status }) => status === 'COMPLETE');
const absent = all.length === 0;
/** Shortened by its recorder: its deltas say less than what repeats them. */
const shortened = /shell-container\.1$/;

/** What the recording itself says, read with nothing of ours. Some files hold several answers: only the first counts. */
function toldBy(bytes: Uint8Array) {
  const lines = Buffer.from(bytes).toString().split('\n');
  const all = lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)) as Json);
  const end = all.findIndex(({ type }) => /^response\.(completed|incomplete|failed)$/.test(String(type)));
  const events = all.slice(0, end + 1);
  const of = (type: string) => events.filter((event) => event.type === type);
  const items = of('response.output_item.done').map(({ item }) => item as Json);
  return {
    response: events.at(-1)?.response as Json,
    text: of('response.output_text.done')
      .map(({ text }) => text)
      .join(''),
    calls: items.filter(({ type }) => type === 'function_call'),
    reasoning: items.filter(({ type }) => type === 'reasoning'),
  };
}

function textOf(events: readonly StreamEvent[], kind: string): string {
  return events.map((event) => (event.type === 'block-delta' && event.kind === kind ? event.text : '')).join('');
}

describe.skipIf(absent)('every recorded stream', () => {
  it.each(complete.filter(({ name }) => !shortened.test(name)))('$name is read as it says', ({ bytes }) => {
    const events = eventsOf(framesOf([bytes]), readResponsesEvents());
    const { response, text, calls, reasoning } = toldBy(bytes);
    expect(events.at(-1)).toEqual({ type: 'message-complete' });
    expect(textOf(events, 'text')).toBe(text);
    const summaries = reasoning.map((item) => (item.summary as Json[]).map(({ text }) => text).join('\n\n'));
    expect(textOf(events, 'thinking')).toBe(summaries.join(''));
    const signatures = events.flatMap((event) => (event.type === 'block-signature' ? event.signature : []));
    expect(signatures).toEqual(reasoning.flatMap((item) => item.encrypted_content ?? []));
    expect(textOf(events, 'tool-arguments')).toBe(calls.map((call) => call.arguments).join(''));
    const named = events.flatMap((event) =>
      event.type === 'block-start' && event.kind === 'tool-call' ? [[event.id, event.name]] : [],
    );
    expect(named).toEqual(calls.map((call) => [call.call_id, call.name]));
    const usage = events.find((event) => event.type === 'usage')?.usage;
    const stated = response.usage as Json;
    expect((usage?.inputTokens ?? 0) + (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0)).toBe(
      stated.input_tokens,
    );
    expect(usage?.outputTokens).toBe(stated.output_tokens);
    expect(usage?.thoughtTokens).toBe((stated.output_tokens_details as Json).reasoning_tokens);
    const stop = events.find((event) => event.type === 'message-end')?.stop;
    expect(stop).toBe(response.status === 'incomplete' ? 'length' : calls.length > 0 ? 'tool' : 'natural');
  });

  it.each(complete)('$name: every block that starts also ends, once, and nothing is said outside one', ({ bytes }) => {
    const open = new Set<number>();
    for (const event of eventsOf(framesOf([bytes]), readResponsesEvents())) {
      if (event.type === 'block-start') {
        expect(open.has(event.index)).toBe(false);
        open.add(event.index);
      } else if (event.type === 'block-end') expect(open.delete(event.index)).toBe(true);
      else if (event.type === 'block-delta' || event.type === 'block-signature') {
        expect(open.has(event.index)).toBe(true);
      } else if (event.type === 'message-complete') expect(open.size).toBe(0);
    }
  });

  it.each(all.filter(({ status }) => status === 'ERRORED'))(
    "$name is a failure in the API's own words",
    ({ bytes }) => {
      const last = eventsOf(framesOf([bytes]), readResponsesEvents()).at(-1);
      expect(last?.type).toBe('failure');
      const body = JSON.parse(last?.type === 'failure' ? last.body : '{}') as { error: Json };
      expect(typeof body.error.message).toBe('string');
    },
  );

  it('is read the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all).chain(({ bytes }) => fc.tuple(fc.constant(bytes), fc.array(fc.nat(bytes.length)))),
        ([bytes, cuts]) => {
          const whole = eventsOf(framesOf([bytes]), readResponsesEvents());
          expect(eventsOf(framesOf(cutAt(bytes, cuts)), readResponsesEvents())).toEqual(whole);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is never complete when it ends too early', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...complete).chain(({ bytes }) => {
          const text = Buffer.from(bytes);
          const terminal = Math.max(
            text.indexOf('event: response.completed'),
            text.indexOf('event: response.incomplete'),
          );
          return fc.tuple(fc.constant(bytes), fc.nat(Math.max(0, terminal)));
        }),
        ([bytes, length]) => {
          const events = eventsOf(framesOf([bytes.subarray(0, length)]), readResponsesEvents());
          expect(events.at(-1)?.type).toBe('cut');
          expect(events.some((event) => event.type === 'message-complete')).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(all)('$name is forwarded byte for byte', ({ bytes }) => {
    const writer = writeResponsesEvents('01TEST');
    const out: Uint8Array[] = [];
    writer.frames(framesOf([bytes]), out);
    writer.end(out);
    expect(Buffer.concat(out).equals(Buffer.from(bytes))).toBe(true);
  });

  it.each(complete)('$name is folded into the response it ends with', ({ bytes }) => {
    const fold = foldResponsesAnswer();
    for (const frame of framesOf([bytes])) fold.push(frame);
    const { response } = toldBy(bytes);
    expect(JSON.parse(fold.document())).toEqual(response);
  });

  it.each(all.filter(({ name }) => /pydantic|chatlas|mirascope|fantasy|rig/.test(name)))(
    '$name, cut short and failed, is still legal',
    ({ bytes }) => {
      const frames = framesOf([bytes]);
      for (const kept of [0, 1, 2, Math.floor(frames.length / 2), frames.length - 1]) {
        const writer = writeResponsesEvents('01TEST');
        const out: Uint8Array[] = [];
        writer.frames(frames.slice(0, kept), out);
        out.push(writer.failure({ kind: 'upstream-error', message: 'it died' }));
        const faults = checkResponsesStream(Buffer.concat(out).toString());
        expect(kept === 0 ? faults.filter((fault) => !/without response\./.test(fault)) : faults).toEqual([]);
      }
    },
  );
});
