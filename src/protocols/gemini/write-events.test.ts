import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { geminiDialect } from './dialect.ts';

const problem: Problem = { kind: 'overloaded', message: 'line one\nline two', retryAfterMs: 1500 };
const error = {
  error: {
    code: 503,
    message: 'line one\nline two',
    status: 'UNAVAILABLE',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }],
  },
};
const chunkA = '{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}';
const chunkB = '{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}';

function framesOf(...chunks: string[]): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(new TextEncoder().encode(chunk), frames);
  framer.end(frames);
  return frames;
}

function text(...bytes: Uint8Array[]): string {
  return Buffer.concat(bytes).toString();
}

/** What the official client makes of these bytes. */
async function readByClient(chunks: readonly Uint8Array[]): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, geminiDialect.writer('sse', 'id').headers);
    const next = (at: number): void => {
      if (at === chunks.length) response.end();
      else response.write(chunks[at]!, () => next(at + 1));
    };
    next(0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let said = '';
  try {
    const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } });
    for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'x' })) {
      said += chunk.text ?? '';
    }
  } catch (thrown) {
    said += `!${(thrown as Error).name}`;
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return said;
}

/** How the official client read a stream until version 1.x: kept here because Gemini CLI shipped with it. */
function readByOldClient(stream: string): string[] {
  const line = /^\s*data: (.*)(?:\n\n|\r\r|\r\n\r\n)/;
  const found: string[] = [];
  let rest = stream;
  for (let match = line.exec(rest); match !== null; match = line.exec(rest)) {
    found.push(match[1]!);
    rest = rest.slice(match[0].length);
  }
  if (rest.trim() !== '') throw new Error('Incomplete JSON segment at the end');
  return found;
}

describe('the event writer', () => {
  const headers = geminiDialect.writer('sse', 'id').headers;

  it('names the type and forbids buffering', () => {
    expect(headers).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  it('needs no start and passes every event on as it is, comments too, but nothing that is no event', () => {
    const writer = geminiDialect.writer('sse', 'id');
    const out: Uint8Array[] = [];
    expect(writer.start('m')).toHaveLength(0);
    writer.frames(framesOf(`data: ${chunkA}\r\n\r\n: note\n\n`, '{"not":"an event"}\n\n', 'data: [DONE]\n\n'), out);
    writer.end(out);
    expect(text(...out)).toBe(`data: ${chunkA}\r\n\r\n: note\n\ndata: [DONE]\n\n`);
  });

  it.each([
    [`data: ${chunkB}`, '\r\n\r\n'],
    [`data: ${chunkB}\r\n`, '\r\n'],
    [`data: ${chunkB}\n`, '\n'],
    [`data: ${chunkB}\r`, '\n\r\n'],
    [`data: ${chunkB}\r\n\r`, '\n'],
    [`data: ${chunkB}\r\r`, ''],
    [`data: ${chunkB}\n\n`, ''],
  ])('ends %j with what is missing of the blank line', (stream, missing) => {
    const writer = geminiDialect.writer('sse', 'id');
    const out: Uint8Array[] = [];
    writer.frames(framesOf(stream), out);
    writer.end(out);
    expect(text(...out)).toBe(stream + missing);
    expect(readByOldClient(text(...out))).toEqual([chunkB]);
  });

  it('keeps a stream alive with bytes that the official client and its predecessor skip', async () => {
    for (const [first, second] of [
      [`data: ${chunkA}\r\n\r\n`, `data: ${chunkB}\r\n\r\n`],
      [`data: ${chunkA}\r\n\r`, `\ndata: ${chunkB}\r\n\r\n`],
      [`data: ${chunkA}\n\n`, `data: ${chunkB}\n\n`],
    ] as const) {
      const writer = geminiDialect.writer('sse', 'id');
      const out: Uint8Array[] = [writer.keepalive(), writer.keepalive()];
      const frames = framesOf(first, second);
      writer.frames(frames.slice(0, 1), out);
      out.push(writer.keepalive(), writer.keepalive());
      writer.frames(frames.slice(1), out);
      out.push(writer.keepalive());
      writer.end(out);
      expect(await readByClient(out)).toBe('ab');
      expect(readByOldClient(text(...out))).toEqual([chunkA, chunkB]);
    }
  });

  it('joins the events of two upstreams where the first was cut inside its last line ends', () => {
    for (const first of [`data: ${chunkA}\r\n\r`, `data: ${chunkA}`, `data: ${chunkA}\r\n`]) {
      const writer = geminiDialect.writer('sse', 'id');
      const out: Uint8Array[] = [];
      writer.frames([...framesOf(first), ...framesOf(`data: ${chunkB}\r\n\r\n`)], out);
      writer.end(out);
      expect(text(...out)).toBe(`data: ${chunkA}\r\n\r\ndata: ${chunkB}\r\n\r\n`);
    }
  });

  it('ends a broken stream with an error that the official client throws', async () => {
    for (const first of [`data: ${chunkA}\r\n\r\n`, `data: ${chunkA}\r\n\r`, `data: ${chunkA}`]) {
      const writer = geminiDialect.writer('sse', 'id');
      const out: Uint8Array[] = [];
      writer.frames(framesOf(first), out);
      out.push(writer.failure(problem));
      expect(await readByClient(out)).toBe('a!ApiError');
      expect(JSON.parse(readByOldClient(text(...out)).at(-1)!)).toEqual(error);
    }
  });

  it("tells the upstream's own error on one line", () => {
    const writer = geminiDialect.writer('sse', 'id');
    const body = '[{\n  "error": {\n    "code": 429.0,\n    "message": "slow\\ndown"\n  }\n}]\n';
    expect(text(writer.failure({ ...problem, body }))).toBe(
      'data: {"error":{"code":429.0,"message":"slow\\ndown"}}\n\n',
    );
    expect(text(writer.failure({ ...problem, body: '<html>\n' }))).toBe(`data: ${JSON.stringify(error)}\n\n`);
  });
});

describe('the array writer', () => {
  it('writes one element for each event, and nothing else', () => {
    const writer = geminiDialect.writer('json-array', 'id');
    const out: Uint8Array[] = [];
    writer.frames(framesOf(`data: ${chunkA}\r\n\r\n: c\n\n{"bare":1}\n\ndata: [DONE]\n\ndata: ${chunkB}`), out);
    writer.end(out);
    writer.end(out);
    expect(text(...out)).toBe(`[${chunkA},\r\n${chunkB}]`);
    expect(writer.headers['content-type']).toBe('application/json; charset=UTF-8');
  });

  it.each([0, 1, 2])(
    'is legal JSON after %i events, with a start or without, with keepalives, whole or failed',
    (count) => {
      for (const early of [true, false]) {
        for (const fails of [true, false]) {
          const writer = geminiDialect.writer('json-array', 'id');
          const out: Uint8Array[] = [writer.keepalive()];
          if (early) out.push(writer.start('m'), writer.start('m'));
          for (const frame of framesOf(`data: ${chunkA}\n\n`, `data: ${chunkB}\n\n`).slice(0, count)) {
            out.push(writer.keepalive());
            writer.frames([frame], out);
            out.push(writer.keepalive());
          }
          if (fails) out.push(writer.failure(problem), writer.failure(problem));
          else writer.end(out);
          const expected: unknown[] = [chunkA, chunkB].slice(0, count).map((chunk) => JSON.parse(chunk));
          expect(JSON.parse(text(...out))).toEqual(fails ? [...expected, error] : expected);
        }
      }
    },
  );
});
