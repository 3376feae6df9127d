/** Real recorded streams from a real upstream through the real gateway over real sockets, cut in every way: what comes out is what went in. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atEventEnds, atRandom, byteByByte, inOnePiece } from './cuts.ts';
import { documentsOf, piecesOf } from './event-stream.ts';
import {
  type RecordedProtocol,
  type Recording,
  recordedProtocols,
  recordingsAbsent,
  recordingsOf,
  speaksAnthropic,
} from './recordings.ts';
import { nothingSaid, type ReplayHouse, type Served, startReplayHouse, upstreamPathOf } from './replay-house.ts';
import { saidInAnthropicDocument, saidInAnthropicStream } from './said-anthropic.ts';
import { saidInGemini, saysSomething } from './said-gemini.ts';

/** Another answer begins inside this one, which no client can read: it is gone on with instead. */
const twoStarts = /spliced-message-start/;
const atATime = 24;
/** Beyond this a stream is not sent byte by byte: it would take seconds and show nothing else. */
const byteByByteMax = 8 * 1024;

const cuts: readonly { readonly how: string; readonly cut: (bytes: Buffer) => Buffer[] }[] = [
  { how: 'in one chunk', cut: inOnePiece },
  { how: 'cut one byte before the end of every event', cut: (bytes) => atEventEnds(bytes, -1) },
  { how: 'cut at the end of every event', cut: (bytes) => atEventEnds(bytes, 0) },
  { how: 'cut one byte after the end of every event', cut: (bytes) => atEventEnds(bytes, 1) },
  { how: 'cut at random (seed 1)', cut: (bytes) => atRandom(bytes, 1) },
  { how: 'cut at random (seed 2)', cut: (bytes) => atRandom(bytes, 2) },
];

/** Before content, whatever its status says, an account is only a failed attempt. */
function sicknesses(protocol: RecordedProtocol) {
  return [
    { how: 'answers with an empty 200', body: '' },
    { how: 'begins a stream, says nothing and ends it', body: nothingSaid(protocol) },
  ];
}

/** A house for the tests of one `describe`. */
function houseOf(protocol: RecordedProtocol): Pick<ReplayHouse, 'serve'> {
  let house: ReplayHouse;
  beforeAll(async () => {
    house = await startReplayHouse(protocol);
  });
  afterAll(() => house.close());
  return { serve: (...order) => house.serve(...order) };
}

describe.skipIf(recordingsAbsent).each(recordedProtocols)('a recorded stream of %s, streamed,', (protocol) => {
  const complete = recordingsOf(protocol).filter((recording) => recording.complete && !twoStarts.test(recording.name));
  const house = houseOf(protocol);

  it.each(cuts)('is byte-identical $how', async ({ cut }) => {
    expect(complete.length).toBeGreaterThan(0);
    const faults = await faultsIn(complete, async (recording) => {
      const served = await house.serve(recording, cut(recording.bytes), 'events');
      return faultOfStream(recording, served);
    });
    expect(faults).toEqual([]);
  });

  it('is byte-identical when it comes byte by byte', async () => {
    const short = complete.filter(({ bytes }) => bytes.length < byteByByteMax);
    expect(short.length).toBeGreaterThan(0);
    const faults = await faultsIn(short, async (recording) => {
      const served = await house.serve(recording, byteByByte(recording.bytes), 'events');
      return faultOfStream(recording, served);
    });
    expect(faults).toEqual([]);
  });

  it.each(sicknesses(protocol))('is byte-identical when the first account $how', async ({ body }) => {
    const faults = await faultsIn(complete, async (recording) => {
      const served = await house.serve(recording, atRandom(recording.bytes, 3), 'events', body);
      if (served.calls.length !== 2) return `the upstream was asked ${served.calls.length} times`;
      if (served.calls[0]!.key === served.calls[1]!.key) return 'the sick account was asked again';
      if (served.answer.headers['x-attempts'] !== '2') return `x-attempts is ${served.answer.headers['x-attempts']}`;
      return faultOfStream(recording, served, 2);
    });
    expect(faults).toEqual([]);
  });
});

describe.skipIf(recordingsAbsent).each(recordedProtocols)('a recorded stream of %s, collected,', (protocol) => {
  const complete = recordingsOf(protocol).filter((recording) => recording.complete && !twoStarts.test(recording.name));
  const house = houseOf(protocol);

  it('becomes the document that the API itself would have sent', async () => {
    const faults = await faultsIn(complete, async (recording) => {
      const served = await house.serve(recording, atRandom(recording.bytes, 4), 'document');
      return faultOfDocument(recording, served);
    });
    expect(faults).toEqual([]);
  });

  it.each(sicknesses(protocol))('becomes the same document when the first account $how', async ({ body }) => {
    const faults = await faultsIn(complete, async (recording) => {
      const served = await house.serve(recording, inOnePiece(recording.bytes), 'document', body);
      return faultOfDocument(recording, served, 2);
    });
    expect(faults).toEqual([]);
  });
});

const geminiProtocols = recordedProtocols.filter((protocol) => !speaksAnthropic(protocol));

describe.skipIf(recordingsAbsent).each(geminiProtocols)('a recorded stream of %s', (protocol) => {
  const recordings = recordingsOf(protocol);
  const house = houseOf(protocol);

  it('becomes a JSON array of its events without alt=sse', async () => {
    const complete = recordings.filter((recording) => recording.complete);
    const faults = await faultsIn(complete, async (recording) => {
      const served = await house.serve(recording, atRandom(recording.bytes, 5), 'array');
      if (served.answer.status !== 200) return `status ${served.answer.status}`;
      if (!/^application\/json/.test(served.answer.headers['content-type'] ?? '')) return 'no JSON content type';
      expect(JSON.parse(served.answer.text)).toEqual(documentsOf(recording.bytes));
      return undefined;
    });
    expect(faults).toEqual([]);
  });

  it('that never says it is complete is never told as a success, streamed or not', async () => {
    const incomplete = recordings.filter((recording) => !recording.complete);
    expect(incomplete.length).toBeGreaterThan(0);
    const faults = await faultsIn(incomplete, async (recording) => {
      const streamed = await house.serve(recording, atRandom(recording.bytes, 6), 'events');
      const collected = await house.serve(recording, inOnePiece(recording.bytes), 'document');
      return faultOfIncomplete(recording, streamed, collected);
    });
    expect(faults).toEqual([]);
  });
});

/** Some at a time; gives what was wrong with which recording. */
async function faultsIn(
  recordings: readonly Recording[],
  look: (recording: Recording) => Promise<string | undefined>,
): Promise<string[]> {
  const faults: string[] = [];
  const waiting = [...recordings];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const fault = await look(next).catch((error: unknown) => String((error as Error).message ?? error));
      if (fault !== undefined) faults.push(`${next.name}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return faults;
}

function faultOfStream(recording: Recording, { answer, calls }: Served, attempts = 1): string | undefined {
  if (answer.status !== 200) return `status ${answer.status}: ${answer.text.slice(0, 300)}`;
  if (!/^text\/event-stream/.test(answer.headers['content-type'] ?? ''))
    return `content type ${answer.headers['content-type']}`;
  if (calls.length !== attempts) return `the upstream was asked ${calls.length} times`;
  if (calls[0]?.path !== upstreamPathOf(recording)) return `the upstream was asked for ${calls[0]?.path}`;
  const bytes = upToTheEnd(recording.bytes);
  if (!answer.bytes.subarray(0, bytes.length).equals(bytes)) return `differs at byte ${firstDifference(answer, bytes)}`;
  const more = answer.bytes.subarray(bytes.length).toString('latin1');
  // Where the recorder dropped the last blank line, the gateway completes it and adds nothing else.
  const completes = /(\n\n|\r\n\r\n)$/.test(bytes.toString('latin1')) ? /^$/ : /^[\r\n]{1,4}$/;
  return completes.test(more) ? undefined : `ends with ${JSON.stringify(more)} too much`;
}

/** Nothing that a server adds behind the terminal event is for a client. */
function upToTheEnd(bytes: Buffer): Buffer {
  const at = bytes.lastIndexOf('event: data\ndata: [DONE]');
  return at === -1 ? bytes : bytes.subarray(0, at);
}

function firstDifference({ bytes }: Served['answer'], expected: Buffer): number {
  const at = expected.findIndex((byte, index) => bytes[index] !== byte);
  return at === -1 ? expected.length : at;
}

function faultOfDocument(recording: Recording, { answer, calls }: Served, attempts = 1): string | undefined {
  if (answer.status !== 200) return `status ${answer.status}: ${answer.text.slice(0, 300)}`;
  if (!/^application\/json/.test(answer.headers['content-type'] ?? ''))
    return `content type ${answer.headers['content-type']}`;
  if (calls.length !== attempts) return `the upstream was asked ${calls.length} times`;
  if (speaksAnthropic(recording.protocol)) {
    expect(saidInAnthropicDocument(answer.text)).toEqual(saidInAnthropicStream(recording.bytes));
    return undefined;
  }
  const { usage, ...said } = saidInGemini([JSON.parse(answer.text)]);
  const { usage: expectedUsage, ...expected } = saidInGemini(documentsOf(recording.bytes));
  expect(said).toEqual(expected);
  if (expectedUsage !== undefined) expect(usage).toMatchObject(expectedUsage as object);
  return undefined;
}

/** Only Gemini's recordings have such streams. */
function faultOfIncomplete(recording: Recording, streamed: Served, collected: Served): string | undefined {
  const said = saidInGemini(documentsOf(recording.bytes));
  if (said.blockReason !== undefined && !saysSomething(said)) {
    // A refused prompt has no candidate to finish: the reason is the API's own end, and the caller must see it.
    const shown = [streamed, collected].every(({ answer }) => answer.text.includes(String(said.blockReason)));
    return shown ? undefined : 'the reason why the prompt was blocked is not shown';
  }
  if (lacksOnlyItsBlankLine(recording))
    return faultOfStream(recording, streamed) ?? faultOfDocument(recording, collected);
  if (collected.answer.status < 400)
    return `a waiting client got ${collected.answer.status}: ${collected.answer.text.slice(0, 200)}`;
  if (!saysSomething(said)) {
    return streamed.answer.status < 400
      ? `a streaming client got ${streamed.answer.status}: ${streamed.answer.text}`
      : undefined;
  }
  if (streamed.answer.status !== 200) return `a streaming client got ${streamed.answer.status}`;
  const last = piecesOf(streamed.answer.bytes).at(-1)!;
  const error = (JSON.parse(last.data) as { error?: { code: number; message: string } }).error;
  if (error === undefined || !(error.code >= 400)) return `the stream ends with ${last.data.slice(0, 200)}`;
  const before = streamed.answer.bytes.subarray(0, streamed.answer.bytes.lastIndexOf('data: {"error"'));
  return recording.bytes.subarray(0, before.length).equals(before)
    ? undefined
    : 'what came before the error was not the upstream’s own bytes';
}

/** Its last event is whole and gives the reason why the model stopped; a strict reader would only not be told of it for want of a blank line. */
function lacksOnlyItsBlankLine({ bytes }: Recording): boolean {
  const text = bytes.toString('latin1');
  if (/\n\r?\n$/.test(text) || piecesOf(bytes).at(-1)?.data === '') return false;
  const last = documentsOf(bytes).at(-1) as { candidates?: { finishReason?: string }[] } | undefined;
  return last?.candidates?.[0]?.finishReason === 'STOP';
}
