/** Clients that leave, and clients that do not read: the upstream is let go at once, and nothing piles up in between. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenQuestion, start } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway, waitFor, world } from './gateway.ts';
import { askedOf, type Dialect, dialectOf, endOf, openingOf, textEvent } from './small-answers.ts';
import { begin, serveJson, startUpstream, type Upstream, type UpstreamCall, writeChunk } from './upstream.ts';

/** How soon the upstream must have been let go. */
const letGoMs = 250;

let upstream: Upstream;
let gateway: TestGateway;
/** What the upstream does now. */
let behave: (call: UpstreamCall) => void | Promise<void> = () => undefined;

beforeAll(async () => {
  upstream = await startUpstream((call) => behave(call));
  gateway = await startTestGateway({
    accounts: [loopbackAccount('anthropic', 'ada', upstream.url), loopbackAccount('gemini', 'gus', upstream.url)],
    healing: { keepalive: '50ms' },
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

interface Stage {
  readonly when: string;
  readonly behave: (call: UpstreamCall) => void | Promise<void>;
  /** Whether the client has the status line by then. */
  readonly opened: boolean;
}

const pings = { anthropic: 'event: ping\ndata: {"type": "ping"}\n\n', gemini: ': ping\n\n' };

const stages: readonly Stage[] = [
  { when: 'before the upstream has answered', opened: false, behave: () => undefined },
  {
    when: 'during the peek',
    opened: false,
    behave: async (call) => {
      begin(call);
      await writeChunk(call, openingOf(dialectOf(call), []) + pings[dialectOf(call)]);
    },
  },
  {
    when: 'in the middle of the stream',
    opened: true,
    behave: async (call) => {
      begin(call);
      await writeChunk(call, openingOf(dialectOf(call), ['Hello']));
    },
  },
];

const dialects: readonly Dialect[] = ['anthropic', 'gemini'];

function ask(dialect: Dialect, streamed = true): OpenQuestion {
  const { path, body, streamPath, streamBody } = askedOf[dialect];
  const question = { headers: { 'content-type': 'application/json' } };
  return streamed
    ? start(`${gateway.url}${streamPath}`, { ...question, body: JSON.stringify(streamBody) })
    : start(`${gateway.url}${path}`, { ...question, body: JSON.stringify(body) });
}

/** The call that this question led to, when the stage has been reached. */
async function reached(calls: number): Promise<UpstreamCall> {
  const call = await waitFor('the call at the upstream', () => upstream.calls[calls]);
  await pause(100);
  return call;
}

async function expectLetGo(call: UpstreamCall, leftAt: number): Promise<void> {
  const abortedAt = await waitFor('the upstream to be let go', () => call.abortedAt);
  expect(abortedAt - leftAt).toBeLessThan(letGoMs);
}

function pause(ms: number): Promise<void> {
  return world.sleep(ms, new AbortController().signal);
}

describe.each(dialects)('a client of the dialect %s that leaves', (dialect) => {
  it.each(stages)(
    '$when lets the upstream go at once and is recorded as cancelled',
    async ({ behave: now, opened }) => {
      behave = now;
      const [calls, known] = [upstream.calls.length, await ids()];
      const question = ask(dialect);
      const call = await reached(calls);
      if (opened) await question.response;
      const leftAt = performance.now();
      question.leave();
      await expectLetGo(call, leftAt);
      const row = await newRow(known);
      expect(row).toMatchObject({ outcome: 'cancelled', status: opened ? 200 : 499, attempts: 1 });
      await pause(letGoMs);
      expect(upstream.calls.length).toBe(calls + 1);
    },
  );

  it.each(stages)('$when while its answer is collected lets the upstream go at once', async ({ behave: now }) => {
    behave = now;
    const [calls, known] = [upstream.calls.length, await ids()];
    const question = ask(dialect, false);
    const call = await reached(calls);
    const leftAt = performance.now();
    question.leave();
    await expectLetGo(call, leftAt);
    expect(await newRow(known)).toMatchObject({ outcome: 'cancelled', status: 499 });
  });

  it('during a wait between two attempts is not asked for again', async () => {
    const error = { type: 'api_error', message: 'broken', code: 500, status: 'INTERNAL' };
    behave = (call) => serveJson(call, 500, { type: 'error', error });
    const [calls, known] = [upstream.calls.length, await ids()];
    const question = ask(dialect);
    await reached(calls);
    const leftAt = performance.now();
    question.leave();
    const row = await newRow(known);
    // The wait would have been three seconds.
    expect(performance.now() - leftAt).toBeLessThan(2_000);
    expect(row).toMatchObject({ outcome: 'cancelled', status: 499, attempts: 1 });
    await pause(3_500);
    expect(upstream.calls.length).toBe(calls + 1);
  });

  it('while it still sends its request is not heard of by any upstream', async () => {
    const calls = upstream.calls.length;
    const question = start(`${gateway.url}${askedOf[dialect].path}`, { headers: { 'content-length': '1000' } });
    question.request.write('{"model":');
    await pause(100);
    question.leave();
    await pause(letGoMs);
    expect(upstream.calls.length).toBe(calls);
  });
});

async function ids(): Promise<ReadonlySet<string>> {
  return new Set((await gateway.rows()).map(({ id }) => id));
}

function newRow(known: ReadonlySet<string>): ReturnType<TestGateway['row']> {
  return waitFor('the new row', async () => (await gateway.rows()).find(({ id }) => !known.has(id)));
}

const floodEvents = 400;
const floodText = 'x'.repeat(64 * 1024);
/** What the kernel may hold on both hops, and the gateway's own buffers. Far below what is sent. */
const heldBytesMax = 16 * 1024 * 1024;

describe.each(dialects)('a client of the dialect %s that does not read', (dialect) => {
  const floods = async (call: UpstreamCall): Promise<void> => {
    begin(call);
    await writeChunk(call, openingOf(dialect, ['Hello']));
    for (let n = 0; n < floodEvents && call.abortedAt === undefined; n += 1) {
      await writeChunk(call, textEvent(dialect, floodText));
    }
    call.response.end(endOf(dialect));
  };

  /** Waits until the upstream gets rid of no more bytes. */
  const stalled = async (call: UpstreamCall): Promise<number> => {
    let before = -1;
    return waitFor('the upstream to stall', async () => {
      if (call.written === before && before > 0) return before;
      before = call.written;
      await pause(400);
      return undefined;
    });
  };

  it('makes the gateway stop reading, and lets the upstream go when it leaves', async () => {
    behave = floods;
    const calls = upstream.calls.length;
    const question = ask(dialect);
    (await question.response).pause();
    const call = await reached(calls);
    const written = await stalled(call);
    expect(written).toBeLessThan(heldBytesMax);
    expect(call.response.writableFinished).toBe(false);
    const leftAt = performance.now();
    question.leave();
    await expectLetGo(call, leftAt);
  });

  it('gets every byte when it reads on', async () => {
    behave = floods;
    const calls = upstream.calls.length;
    const response = await ask(dialect).response;
    response.pause();
    await stalled(await reached(calls));
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const whole = openingOf(dialect, ['Hello']) + textEvent(dialect, floodText).repeat(floodEvents) + endOf(dialect);
    expect(withoutPings(Buffer.concat(pieces).toString()) === whole).toBe(true);
  });

  it('is sent no pings that pile up in front of it', async () => {
    behave = floods;
    const warnings: string[] = [];
    const warned = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warned);
    const calls = upstream.calls.length;
    const question = ask(dialect);
    (await question.response).pause();
    await stalled(await reached(calls));
    await pause(1_000);
    question.leave();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

/** Between events a gateway may say that it is still there. */
function withoutPings(text: string): string {
  return text.replaceAll(pings.anthropic, '').replace(/(\r\n\r\n)\n+/g, '$1');
}
