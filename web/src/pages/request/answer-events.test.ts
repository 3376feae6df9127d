import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerEvents } from './answer-events.ts';

const brief = (body: string) => answerEvents(body, []).map(({ kind, type, data }) => [kind, type, data]);

describe('a streamed answer, event by event', () => {
  it('is read by name and data, with its keepalives', () => {
    const body = 'event: message_start\ndata: {"a":1}\n\n: ping\n\ndata: x\ndata: y\n\ndata: [DONE]\n\n';
    expect(brief(body)).toEqual([
      ['event', 'message_start', '{"a":1}'],
      ['comment', '', 'ping'],
      ['event', '', 'x\ny'],
      ['event', '', '[DONE]'],
    ]);
  });
  it.each(['\n', '\r\n', '\r'])('ends its lines as it likes (%j)', (end) => {
    expect(brief(`event: a${end}data: 1${end}${end}event: b${end}data: 2${end}${end}`)).toEqual([
      ['event', 'a', '1'],
      ['event', 'b', '2'],
    ]);
  });
  it('is named by its data where it has no name of its own', () => {
    expect(brief('data: {"type":"response.created"}\n\ndata: {"object": "chat.completion.chunk"}\n\n')).toEqual([
      ['event', 'response.created', '{"type":"response.created"}'],
      ['event', 'chat.completion.chunk', '{"object": "chat.completion.chunk"}'],
    ]);
  });
  it('says that its last event never ended', () => {
    expect(answerEvents('data: 1\n\ndata: {"half', []).map((event) => event.unfinished)).toEqual([false, true]);
  });
  it('knows when each event had been written whole, counted in bytes and not in characters', () => {
    const first = 'data: "é€"\n\n';
    const second = 'data: 2\n\n';
    const bytes = new TextEncoder().encode(first).length;
    const marks = [
      { end: bytes - 3, ms: 10 },
      { end: bytes, ms: 20 },
      { end: bytes + second.length, ms: 30 },
    ];
    expect(answerEvents(first + second, marks).map(({ ms, bytes }) => [ms, bytes])).toEqual([
      [20, bytes],
      [30, second.length],
    ]);
    expect(answerEvents(first + second, marks.slice(0, 2)).map(({ ms }) => ms)).toEqual([20, null]);
  });
  it('tells what is missing in its middle, and counts on behind it', () => {
    const body = 'data: 1\n\ndata: ha\n[… 100 bytes not kept …]\nlf\n\ndata: 2\n\n';
    const marks = [
      { end: 9, ms: 1 },
      { end: 10_000, ms: 2 },
    ];
    expect(answerEvents(body, marks).map(({ kind, bytes, ms }) => [kind, bytes, ms])).toEqual([
      ['event', 9, 1],
      ['event', 8, 2],
      ['gap', 100, null],
      ['comment', 4, 2],
      ['event', 9, 2],
    ]);
  });
});

describe('an answer that is no stream of events', () => {
  it('is read element by element when it is an array, also one that was broken off', () => {
    expect(brief('[{"a":"],{"},\n{"b":[1,2]}\n]')).toEqual([
      ['element', '', '{"a":"],{"}'],
      ['element', '', '{"b":[1,2]}'],
    ]);
    expect(answerEvents('[{"a":1},{"b":"x', []).map(({ data, unfinished }) => [data, unfinished])).toEqual([
      ['{"a":1}', false],
      ['{"b":"x', true],
    ]);
  });
  it('finds every element of any array of objects', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), (values) => {
        const found = answerEvents(JSON.stringify(values), []);
        expect(found.map((event) => JSON.parse(event.data))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });
  it('is one document otherwise, and nothing when there is nothing', () => {
    expect(brief('{"type":"message","id":1}')).toEqual([['document', 'message', '{"type":"message","id":1}']]);
    expect(brief('')).toEqual([]);
  });
});
