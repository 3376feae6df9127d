/** The end of a gateway that still has streams open: it lets them finish, ends what does not, and ends at once when it is told twice. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ADMIN_KEY_FILE } from '../../src/monitor/admin-key.ts';
import { type OpenQuestion, start } from './client.ts';
import { loopbackAccount, waitFor, world } from './gateway.ts';
import { type Home, makeHome, type ServedGateway, serveFrom } from './served-process.ts';
import { askedOf, endOf, openingOf, textEvent } from './small-answers.ts';
import { begin, startUpstream, type Upstream, type UpstreamCall, writeChunk } from './upstream.ts';

let upstream: Upstream;
let home: Home;
let gateway: ServedGateway;

beforeAll(async () => {
  // Says something, and then waits for the test.
  upstream = await startUpstream(async (call) => {
    begin(call);
    await writeChunk(call, openingOf('anthropic', ['Hello']));
  });
});
afterAll(() => upstream.close());
afterEach(async () => {
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  home.remove();
});

async function serve(drain: string): Promise<void> {
  home = makeHome({ accounts: [loopbackAccount('anthropic', 'ada', upstream.url)], server: { drain } });
  gateway = await serveFrom(home);
}

/** A stream whose first text has come. */
async function openStream(): Promise<{
  question: OpenQuestion;
  call: UpstreamCall;
  text: () => string;
  ended: Promise<unknown>;
}> {
  const calls = upstream.calls.length;
  const { streamPath, streamBody } = askedOf.anthropic;
  const question = start(`${gateway.url}${streamPath}`, { body: JSON.stringify(streamBody) });
  const response = await question.response;
  let text = '';
  response.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  response.on('error', () => undefined);
  const ended = new Promise((resolve) => response.once('close', resolve));
  await waitFor('the first text', () => text.includes('Hello'));
  return { question, call: upstream.calls[calls]!, text: () => text, ended };
}

function pause(ms: number): Promise<void> {
  return world.sleep(ms, new AbortController().signal);
}

it('an open stream finishes after SIGTERM, no new connection is taken, and the process ends with 0', async () => {
  await serve('20s');
  const { call, text, ended } = await openStream();
  gateway.child.kill('SIGTERM');
  await waitFor('new connections to be refused', async () => (await healthFault()) === 'ECONNREFUSED');
  await writeChunk(call, textEvent('anthropic', ' there'));
  await pause(200);
  call.response.end(endOf('anthropic'));
  await ended;
  expect(text()).toBe(openingOf('anthropic', ['Hello', ' there']) + endOf('anthropic'));
  expect(await gateway.ended).toBe(0);
  expect(gateway.stdout().trim().split('\n')).toHaveLength(1);
});

/** What happens to a new connection: nothing bad, or the code of the fault. */
async function healthFault(): Promise<string | undefined> {
  const probe = start(`${gateway.url}/health`, { method: 'GET' });
  try {
    await probe.response;
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    probe.leave();
  }
}

it('a stream that does not finish in time ends with an error event, and the process with 0', async () => {
  await serve('300ms');
  const { call, text, ended } = await openStream();
  gateway.child.kill('SIGTERM');
  await ended;
  const last = text().slice(text().indexOf('event: error'));
  expect(last).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error".*\}\n\n$/);
  expect(text()).not.toContain('message_stop');
  expect(await gateway.ended).toBe(0);
  await waitFor('the upstream to be let go', () => call.abortedAt);
});

it('a second signal ends the process at once', async () => {
  await serve('20s');
  const { ended } = await openStream();
  gateway.child.kill('SIGTERM');
  await pause(300);
  expect(gateway.child.exitCode).toBe(null);
  const toldAt = performance.now();
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  expect(performance.now() - toldAt).toBeLessThan(1_500);
  await ended;
});

it('a page that reads the live feed does not keep the gateway from ending', async () => {
  await serve('20s');
  const key = readFileSync(join(home.dataDirectory, ADMIN_KEY_FILE), 'utf8').trim();
  const feed = start(`${gateway.url}/api/events`, { method: 'GET', headers: { authorization: `Bearer ${key}` } });
  const response = await feed.response;
  const ended = new Promise((resolve) => response.resume().once('end', () => resolve('whole')));
  const toldAt = performance.now();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(await ended).toBe('whole');
  expect(performance.now() - toldAt).toBeLessThan(10_000);
});
