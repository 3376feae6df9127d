import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameLimitError } from '../../model/failure.ts';
import type { Frame } from '../../model/wire.ts';
import { frameText, SseFrame } from './frame.ts';
import { createFramer } from './framer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Seen {
  readonly event: string;
  readonly data: string;
  readonly shape: string;
  readonly terminated: boolean;
}

function frames(chunks: readonly Uint8Array[], bytesMax?: number): Frame[] {
  const framer = createFramer(bytesMax);
  const out: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, out);
  framer.end(out);
  return out;
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

function joinRaw(all: readonly Frame[]): string {
  return Buffer.concat(all.map((frame) => frame.raw)).toString('latin1');
}

/** Chunking may move a line feed between frames and leave a rest of blank lines, so only what is said is compared. */
function said(all: readonly Frame[]): Seen[] {
  return all
    .map(({ event, data, shape, terminated }) => ({ event, data, shape, terminated }))
    .filter((frame) => frame.shape !== 'comment');
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const sorted = [...cuts].sort((a, b) => a - b);
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const cut of [...sorted, bytes.length]) {
    chunks.push(bytes.subarray(start, cut));
    start = cut;
  }
  return chunks;
}

function event(data: string, name = '', terminated = true): Seen {
  return { event: name, data, shape: 'event', terminated };
}

const invalidUtf8 = new Uint8Array([...encoder.encode('data: a'), 0xc3, 0x28, 0xe2, 0x82, ...encoder.encode('\n\n')]);
const nulInData = encoder.encode('data: a\u0000b\n\n');

const cases: readonly [name: string, text: string | Uint8Array, expected: Seen[]][] = [
  ['an empty stream', '', []],
  ['one event', 'data: hello\n\n', [event('hello')]],
  ['a byte order mark once', '\ufeffdata: a\n\n', [event('a')]],
  [
    'a byte order mark twice: the second is part of a name',
    '\ufeff\ufeffdata: a\n\ndata: b\n\n',
    [{ event: '', data: '', shape: 'bare', terminated: true }, event('b')],
  ],
  ['a byte order mark before a blank line', '\ufeff\n\ndata: a\n\n', [event('a')]],
  ['comments of every form', ':\n\n:x\n\n::\n\n: heartbeat\n\ndata: a\n: in between\ndata: b\n\n', [event('a\nb')]],
  [
    'data without a colon, without a value, with one and with two spaces',
    'data\n\ndata:\n\ndata: \n\ndata:  two\n\n',
    [event(''), event(''), event(''), event(' two')],
  ],
  ['data without a space', 'data:x\n\n', [event('x')]],
  ['a leading tab stays', 'data:\tx\n\n', [event('\tx')]],
  ['data of many lines', 'data: a\ndata:\ndata: c\ndata\n\n', [event('a\n\nc\n')]],
  [
    'long data lines are joined too',
    `data: ${'x'.repeat(99)}\ndata: ${'é'.repeat(99)}\n\n`,
    [event(`${'x'.repeat(99)}\n${'é'.repeat(99)}`)],
  ],
  [
    'the last event name counts, an empty one resets',
    'event: a\nevent: b\ndata: 1\n\nevent: a\nevent:\ndata: 2\n\n',
    [event('1', 'b'), event('2')],
  ],
  ['an event without data', 'event: ping\n\ndata: a\n\n', [event('a')]],
  [
    'id and retry, good and bogus',
    'id: 1\ndata: a\n\nid\n\nid: 2\u0000\n\nretry: 10\n\nretry: x\ndata: b\n\n',
    [event('a'), event('b')],
  ],
  ['unknown fields', 'foo: bar\ndata: a\ndatax: b\nxdata: c\nfoo\n\nevents: a\ndata: d\n\n', [event('a'), event('d')]],
  ['field names are case sensitive', 'Data: a\nDATA: b\ndata: c\n\n', [event('c')]],
  ['a space before the field makes it another', ' data: a\ndata: b\n\n', [event('b')]],
  ['line ends CRLF', 'event: e\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n', [event('a\nb', 'e'), event('c')]],
  ['line ends CR', 'data: a\r\rdata: b\rdata: c\r\r', [event('a'), event('b\nc')]],
  [
    'line ends mixed',
    'data: a\r\n\ndata: b\n\rdata: c\r\r\ndata: d\n\r\ndata: e\r\n\rdata: f\n\n',
    [event('a'), event('b'), event('c'), event('d'), event('e'), event('f')],
  ],
  ['many blank lines between events', '\n\n\r\n\rdata: a\n\n\n\n\r\r\ndata: b\n\n\n', [event('a'), event('b')]],
  ['an event without its blank line', 'data: a\n\ndata: b\n', [event('a'), event('b', '', false)]],
  ['an event without any line end', 'data: a\n\ndata: b', [event('a'), event('b', '', false)]],
  ['a body cut inside a field name', 'data: a\n\nda', [event('a')]],
  ['NUL in data', nulInData, [event('a\u0000b')]],
  ['invalid UTF-8', invalidUtf8, [event('a\ufffd(\ufffd')]],
  ['characters of two, three and four bytes', 'data: é€😀\n\n', [event('é€😀')]],
  ['the end sign of OpenAI', 'data: {"a":1}\n\ndata: [DONE]\n\n', [event('{"a":1}'), event('[DONE]')]],
  ['an error event', 'event: error\ndata: {"type":"error"}\n\n', [event('{"type":"error"}', 'error')]],
  ['comments of OpenRouter', ': OPENROUTER PROCESSING\n\ndata: a\n\n', [event('a')]],
  [
    'a JSON body in place of a stream',
    '{\n  "error": {\n    "code": 500\n  }\n}\n',
    [{ event: '', data: '', shape: 'bare', terminated: false }],
  ],
  [
    'a JSON body after an event',
    'data: a\r\n\r\n{\r\n  "error": 1\r\n}',
    [event('a'), { event: '', data: '', shape: 'bare', terminated: false }],
  ],
  [
    'an array, a string and HTML',
    '[{"a":1}]\n\n"text"\n\n<html>\n</html>\n\n',
    [
      { event: '', data: '', shape: 'bare', terminated: true },
      { event: '', data: '', shape: 'bare', terminated: true },
      { event: '', data: '', shape: 'bare', terminated: true },
    ],
  ],
  [
    'a sentence with a colon',
    'upstream connect error. reset reason: overflow',
    [{ event: '', data: '', shape: 'bare', terminated: false }],
  ],
];

describe('createFramer', () => {
  for (const [name, text, expected] of cases) {
    const bytes = bytesOf(text);

    it(`reads ${name}, cut at every position`, () => {
      expect(said(frames([bytes]))).toEqual(expected);
      for (let first = 0; first <= bytes.length; first++) {
        const cut = frames(cutAt(bytes, [first]));
        expect(joinRaw(cut)).toBe(Buffer.from(bytes).toString('latin1'));
        expect(said(cut), `cut at ${first}`).toEqual(expected);
      }
      const single = frames(cutAt(bytes, [...bytes.keys()]));
      expect(said(single)).toEqual(expected);
      expect(joinRaw(single)).toBe(Buffer.from(bytes).toString('latin1'));
    });
  }

  const piece = fc.constantFrom(
    'data',
    'data:',
    'data: ',
    'event: ',
    'event',
    ':',
    ' ',
    'x',
    '{"a":1}',
    'id: 1',
    'retry: 5',
    'foo: b',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\n\r\n',
    '\r\r',
    'é',
    '😀',
    '\u0000',
    '\ufeff',
  );
  const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('gives the bytes back whole, and the same events however the stream is chunked', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(200), { maxLength: 12 }), (text, positions) => {
        const bytes = encoder.encode(text);
        const cut = frames(
          cutAt(
            bytes,
            positions.map((position) => position % (bytes.length + 1)),
          ),
        );
        expect(joinRaw(cut)).toBe(Buffer.from(bytes).toString('latin1'));
        expect(said(cut)).toEqual(said(frames([bytes])));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the bytes of any binary input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 5 }), (bytes, positions) => {
        const cut = frames(
          cutAt(
            bytes,
            positions.map((position) => position % (bytes.length + 1)),
          ),
        );
        expect(joinRaw(cut)).toBe(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  it('dispatches what eventsource-parser dispatches', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const theirs: { event: string; data: string }[] = [];
        const parser = createParser({
          onEvent: (message) => theirs.push({ event: message.event ?? '', data: message.data }),
        });
        parser.feed(text);
        // A lone CR at the very end is a line end for us at once; theirs waits for what follows it.
        if (text.endsWith('\r')) parser.feed(':');
        const ours = said(frames([encoder.encode(text)])).filter(
          (frame) => frame.shape === 'event' && frame.terminated,
        );
        expect(ours.map(({ event: name, data }) => ({ event: name, data }))).toEqual(theirs);
      }),
      { numRuns: 3000 },
    );
  });

  it('calls a frame of comments, ids and blank lines a comment, and one without data too', () => {
    const shapes = frames([encoder.encode(': a\n\nid: 1\n\nretry: 3\n\nevent: ping\n\nunknown: x\n\n\n\n')]).map(
      (frame) => frame.shape,
    );
    expect(shapes).toEqual(['comment', 'comment', 'comment', 'comment', 'comment', 'comment']);
  });

  it('makes one frame of a flood of blank lines', () => {
    const all = frames([new Uint8Array(1_000_000).fill(10), encoder.encode('data: a\n\n')]);
    expect(all).toHaveLength(1);
    expect(all[0]!.data).toBe('a');
    expect(all[0]!.raw.length).toBe(1_000_009);
  });

  it('emits the rest of a body that ends in blank lines only', () => {
    const all = frames([encoder.encode('data: a\n\n\n')]);
    expect(all.map((frame) => [frame.shape, frame.terminated])).toEqual([
      ['event', true],
      ['comment', false],
    ]);
  });

  it('hands on a view of the chunk, not a copy, where a frame lies within one chunk', () => {
    const chunk = encoder.encode('data: a\n\ndata: b\n\n');
    for (const frame of frames([chunk])) expect(frame.raw.buffer).toBe(chunk.buffer);
  });

  it('keeps earlier frames as they were when later chunks arrive', () => {
    const framer = createFramer();
    const out: Frame[] = [];
    for (const byte of encoder.encode('data: first\n\ndata: second\n\n')) framer.push(new Uint8Array([byte]), out);
    expect(out.map((frame) => decoder.decode(frame.raw))).toEqual(['data: first\n\n', 'data: second\n\n']);
  });

  it('allows a frame of exactly the limit and refuses one byte more, in one chunk and in many', () => {
    const exact = encoder.encode(`data: ${'x'.repeat(92)}\n\n`);
    const over = encoder.encode(`data: ${'x'.repeat(93)}\n\n`);
    expect(frames([exact], 100)).toHaveLength(1);
    expect(frames(cutAt(exact, [...exact.keys()]), 100)).toHaveLength(1);
    expect(() => frames([over], 100)).toThrow(FrameLimitError);
    expect(() => frames(cutAt(over, [...over.keys()]), 100)).toThrow(FrameLimitError);
    expect(() => frames([new Uint8Array(101)], 100)).toThrow(FrameLimitError);
  });

  it('joins a large event from many chunks, and two million data lines', () => {
    const line = encoder.encode('data: x\n');
    const framer = createFramer();
    const out: Frame[] = [];
    const block = new Uint8Array(line.length * 20_000);
    for (let at = 0; at < block.length; at += line.length) block.set(line, at);
    for (let count = 0; count < 100; count++) {
      for (let at = 0; at < block.length; at += 1021) framer.push(block.subarray(at, at + 1021), out);
    }
    framer.push(encoder.encode('\n'), out);
    expect(out).toHaveLength(1);
    expect(out[0]!.data.length).toBe(3_999_999);
  });
});

describe('frameText', () => {
  it('is the text of a bare frame without its byte order mark', () => {
    const [frame] = frames([encoder.encode('\ufeff{"error":1}')]);
    expect(frame!.shape).toBe('bare');
    expect(frameText(frame!)).toBe('{"error":1}');
    expect(frameText(new SseFrame(encoder.encode('x y'), false))).toBe('x y');
  });
});
