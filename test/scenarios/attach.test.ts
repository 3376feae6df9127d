/** Two requests that are one: the served process lets the second join the first's generation, and what must not be joined has its own. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, type OpenQuestion, start } from './client.ts';
import { loopbackAccount, rowsOf, waitFor, world } from './gateway.ts';
import { expectRefusal } from './refusal-shape.ts';
import { type Home, makeHome, type ServedGateway, serveFrom } from './served-process.ts';
import { askedOf, type Dialect, dialectOf, endOf, openingOf, textEvent } from './small-answers.ts';
import { begin, serveJson, startUpstream, type Upstream, type UpstreamCall, writeChunk } from './upstream.ts';

const ada = 'client-key-of-ada-5d1e0b9c7a3f';
const bob = 'client-key-of-bob-84f2c6d0e19b';
const dialects: readonly Dialect[] = ['anthropic', 'gemini'];
const duplicates = 200;
const events = 60;

let upstream: Upstream;
/** Begins, says one thing, and waits for the test to end it. */
let behave: (call: UpstreamCall) => void | Promise<void>;
const homes: Home[] = [];
const served: ServedGateway[] = [];
let on: ServedGateway;
let onHome: Home;

const opens = async (call: UpstreamCall): Promise<void> => {
  begin(call);
  await writeChunk(call, openingOf(dialectOf(call), ['Hello']));
};
const finishes = (call: UpstreamCall): void => void call.response.end(endOf(dialectOf(call)));
/** Everything at once. */
const answers = async (call: UpstreamCall): Promise<void> => {
  await opens(call);
  finishes(call);
};
const wholeOf = (dialect: Dialect): string => openingOf(dialect, ['Hello']) + endOf(dialect);

async function serve(healing: Readonly<Record<string, unknown>>): Promise<{ gateway: ServedGateway; home: Home }> {
  const accounts = [loopbackAccount('anthropic', 'ada', upstream.url), loopbackAccount('gemini', 'gus', upstream.url)];
  const auth = { mode: 'strict', keys: [ada, bob] };
  const home = makeHome({ accounts, server: { auth, drain: '10s' }, healing, logLevel: 'info' });
  homes.push(home);
  const gateway = await serveFrom(home);
  served.push(gateway);
  return { gateway, home };
}

beforeAll(async () => {
  upstream = await startUpstream((call) => behave(call));
  const { gateway, home } = await serve({ attach: true, max_attempts: 1 });
  on = gateway;
  onHome = home;
});
afterAll(async () => {
  for (const gateway of served) gateway.child.kill('SIGKILL');
  await Promise.all(served.map(({ ended }) => ended));
  for (const home of homes) home.remove();
  await upstream.close();
});

interface How {
  readonly key?: string;
  readonly caller?: string;
  readonly gateway?: ServedGateway;
  readonly streamed?: boolean;
}

/** The request of a client; `says` makes it one that no other test has sent. */
function question(dialect: Dialect, says: string, how: How = {}) {
  const { path, body, streamPath, streamBody } = askedOf[dialect];
  const isStreamed = how.streamed ?? true;
  const json = JSON.stringify(isStreamed ? streamBody : body).replace('Hello', says);
  const keyed = how.key === undefined ? {} : { 'idempotency-key': how.key };
  const headers = { 'x-api-key': how.caller ?? ada, 'content-type': 'application/json', ...keyed };
  return { url: `${(how.gateway ?? on).url}${isStreamed ? streamPath : path}`, order: { headers, body: json } };
}

/** On a connection of its own, to the end. */
async function asked(dialect: Dialect, says: string, how: How = {}): Promise<Answer> {
  const { url, order } = question(dialect, says, how);
  return ask(url, order);
}

/** A client that has had the first text and does not read on. */
async function begun(dialect: Dialect, says: string, how: How = {}): Promise<OpenQuestion> {
  const { url, order } = question(dialect, says, how);
  const open = start(url, order);
  const response = await open.response;
  await new Promise((resolve) => response.once('data', resolve));
  response.on('error', () => undefined);
  return open;
}

function logOf(home: Home): { readonly request?: string; readonly msg: string }[] {
  const directory = join(home.dataDirectory, 'logs');
  const text = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  const lines = text
    .join('')
    .split('\n')
    .filter((line) => line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as { request?: string; msg: string });
}

/** Leaves, and waits until the gateway has seen it. */
async function leave(open: OpenQuestion): Promise<string> {
  const id = String((await open.response).headers['x-request-id']);
  open.leave();
  await waitFor('the gateway to see the client leave', () =>
    logOf(onHome).some(({ request, msg }) => request === id && msg.startsWith('The client left')),
  );
  return id;
}

function pause(ms: number): Promise<void> {
  return world.sleep(ms, new AbortController().signal);
}

describe.each(dialects)('with healing.attach on, in the dialect %s', (dialect) => {
  it(`${duplicates} duplicates with one Idempotency-Key cost one call and get the same bytes`, async () => {
    const calls = upstream.calls.length;
    const texts = Array.from({ length: events }, (_, n) => textEvent(dialect, ` word ${n}`));
    behave = async (call) => {
      await opens(call);
      for (const text of texts) {
        await writeChunk(call, text);
        await pause(10);
      }
      finishes(call);
    };
    const open = Array.from({ length: duplicates }, () => {
      const { url, order } = question(dialect, 'many', { key: `many ${dialect}` });
      return start(url, order);
    });
    const heard = await Promise.all(
      open.map(async ({ response }) => {
        const { headers, statusCode } = await response;
        const pieces: Buffer[] = [];
        for await (const piece of await response) pieces.push(piece as Buffer);
        return { status: statusCode, headers, text: Buffer.concat(pieces).toString() };
      }),
    );
    expect(upstream.calls.length - calls).toBe(1);
    const whole = openingOf(dialect, ['Hello']) + texts.join('') + endOf(dialect);
    expect(heard.map(({ text }) => text === whole)).toEqual(heard.map(() => true));
    expect(new Set(heard.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
    expect(heard.filter(({ headers }) => headers['x-attached'] === 'true')).toHaveLength(duplicates - 1);
    const id = heard[0]?.headers['x-request-id'];
    const joined = logOf(onHome).filter(({ msg }) => msg === `Attached to request ${id}`);
    expect(joined).toHaveLength(duplicates - 1);
    expect(new Set(joined.map(({ request }) => request)).size).toBe(duplicates - 1);
  });

  it('a client that lost its connection gets the whole stream from its first byte', async () => {
    behave = opens;
    const calls = upstream.calls.length;
    const id = await leave(await begun(dialect, 'lost'));
    const [call] = upstream.calls.slice(calls);
    await pause(400);
    expect(call?.abortedAt).toBe(undefined);
    const back = asked(dialect, 'lost');
    await pause(100);
    finishes(call!);
    const answer = await back;
    expect(answer.text).toBe(wholeOf(dialect));
    expect(answer.headers).toMatchObject({ 'x-request-id': id, 'x-attached': 'true' });
    expect(upstream.calls.length - calls).toBe(1);
  });

  it('it gets the answer too when that ended while it was away, and the next one asks anew', async () => {
    behave = opens;
    const calls = upstream.calls.length;
    const id = await leave(await begun(dialect, 'late'));
    finishes(upstream.calls[calls]!);
    await waitFor('the end of the generation', () =>
      logOf(onHome).some(({ request, msg }) => request === id && msg.startsWith('completed')),
    );
    expect((await asked(dialect, 'late')).text).toBe(wholeOf(dialect));
    expect(upstream.calls.length - calls).toBe(1);
    behave = answers;
    const anew = await asked(dialect, 'late');
    expect(anew.headers['x-attached']).toBe(undefined);
    expect(upstream.calls.length - calls).toBe(2);
  });

  it('two documents for one key are one', async () => {
    behave = async (call) => {
      await opens(call);
      await pause(300);
      finishes(call);
    };
    const calls = upstream.calls.length;
    const how = { key: `document ${dialect}`, streamed: false };
    const [first, second] = await Promise.all([asked(dialect, 'both', how), asked(dialect, 'both', how)]);
    const third = await asked(dialect, 'both', how);
    expect(upstream.calls.length - calls).toBe(1);
    expect(first.status).toBe(200);
    expect([second.text, third.text]).toEqual([first.text, first.text]);
  });

  it('two clients that ask the same without a key, while both are there, have a generation each', async () => {
    behave = opens;
    const calls = upstream.calls.length;
    const open = [await begun(dialect, 'same'), await begun(dialect, 'same')];
    expect(upstream.calls.length - calls).toBe(2);
    for (const call of upstream.calls.slice(calls)) finishes(call);
    for (const { response } of open) (await response).resume();
  });

  it('another key, another body, another caller: each has a generation of its own', async () => {
    behave = opens;
    const calls = upstream.calls.length;
    await leave(await begun(dialect, 'own', { key: `own ${dialect}` }));
    await leave(await begun(dialect, 'own'));
    behave = answers;
    for (const [says, how] of [
      ['own', { key: `other ${dialect}` }],
      ['other', {}],
      ['own', { caller: bob }],
      ['own', { caller: bob, key: `own ${dialect}` }],
    ] as const) {
      const answer = await asked(dialect, says, how);
      expect([answer.text, answer.headers['x-attached']]).toEqual([wholeOf(dialect), undefined]);
    }
    expect(upstream.calls.length - calls).toBe(6);
    for (const call of upstream.calls.slice(calls, calls + 2)) finishes(call);
  });

  it('one key for two different requests is refused with 422 and a reason, and asks nobody', async () => {
    behave = answers;
    await asked(dialect, 'first', { key: `twice ${dialect}` });
    const calls = upstream.calls.length;
    const answer = await asked(dialect, 'second', { key: `twice ${dialect}` });
    expectRefusal(dialect, answer, 422, 'one key for two requests');
    expect(answer.text).toContain('this Idempotency-Key was used for a different request');
    expect(upstream.calls.length).toBe(calls);
  });

  it('a failed answer is not kept: the same key asks again', async () => {
    behave = (call) => serveJson(call, 400, { type: 'error', error: { type: 'invalid_request_error', message: 'no' } });
    const calls = upstream.calls.length;
    const how = { key: `failed ${dialect}` };
    expect((await asked(dialect, 'fails', how)).status).toBe(400);
    behave = answers;
    expect((await asked(dialect, 'fails', how)).text).toBe(wholeOf(dialect));
    expect(upstream.calls.length - calls).toBe(2);
  });
});

it('without healing.attach a key changes nothing, and a client that leaves takes its upstream with it', async () => {
  const { gateway } = await serve({ max_attempts: 1 });
  behave = answers;
  const calls = upstream.calls.length;
  const how = { key: 'off', gateway };
  const [one, two] = await Promise.all([asked('anthropic', 'off', how), asked('anthropic', 'off', how)]);
  expect([one.text, two.text]).toEqual([wholeOf('anthropic'), wholeOf('anthropic')]);
  expect(one.headers['x-request-id']).not.toBe(two.headers['x-request-id']);
  expect(upstream.calls.length - calls).toBe(2);
  behave = opens;
  const open = await begun('anthropic', 'off', { gateway });
  open.leave();
  await waitFor('the upstream to be let go', () => upstream.calls[calls + 2]?.abortedAt);
});

it('a drain does not wait for a client that cannot come back, and its row says cancelled', async () => {
  const { gateway, home } = await serve({ attach: true });
  behave = opens;
  const calls = upstream.calls.length;
  const open = await begun('anthropic', 'drain', { gateway });
  const id = String((await open.response).headers['x-request-id']);
  open.leave();
  await waitFor('the gateway to see it', () => logOf(home).some(({ msg }) => msg.startsWith('The client left')));
  const toldAt = performance.now();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(5_000);
  expect(upstream.calls[calls]?.abortedAt).toBeDefined();
  const again = await serveFrom(home);
  served.push(again);
  const adminKey = readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim();
  const row = (await rowsOf(again.url, adminKey)).find((each) => each.id === id);
  expect(row).toMatchObject({ outcome: 'cancelled' });
});

it('a drain lets a generation finish whose second client listens', async () => {
  const { gateway, home } = await serve({ attach: true });
  behave = opens;
  const calls = upstream.calls.length;
  const first = await begun('gemini', 'finish', { gateway });
  first.leave();
  await waitFor('the gateway to see it', () => logOf(home).some(({ msg }) => msg.startsWith('The client left')));
  const back = asked('gemini', 'finish', { gateway });
  await waitFor('the second to join', () => logOf(home).some(({ msg }) => msg.startsWith('Attached to request')));
  gateway.child.kill('SIGTERM');
  await pause(500);
  finishes(upstream.calls[calls]!);
  expect((await back).text).toBe(wholeOf('gemini'));
  expect(await gateway.ended).toBe(0);
});
