import { describe, expect, it } from 'vitest';
import type { World } from '../model/ports.ts';
import type { LabCallRecord } from './record.ts';
import { labScript } from './script.ts';
import { createVirtualTransport, type VirtualTransport } from './virtual-transport.ts';
import { createVirtualWorld } from './virtual-world.ts';

const NEVER = new AbortController().signal;
const BODY = Buffer.from(
  JSON.stringify({
    model: 'claude-sonnet-4-6',
    max_tokens: 900,
    stream: true,
    messages: [{ role: 'user', content: 'hello' }],
  }),
);

describe('the virtual world', () => {
  it('rings alarms in the order of their time, and in the order of setting at the same time', async () => {
    const world = createVirtualWorld(1);
    const rung: string[] = [];
    for (const [name, ms] of [
      ['late', 30],
      ['first', 10],
      ['second', 10],
      ['soon', 5],
    ] as const) {
      world.alarm(ms, () => rung.push(`${name}@${world.elapsed()}`));
    }
    world.alarm(7, () => rung.push('never')).cancel();
    await world.run();
    expect(rung).toEqual(['soon@5', 'first@10', 'second@10', 'late@30']);
    expect(world.alarms).toBe(0);
  });

  it('lets every promise settle before time goes on', async () => {
    const world = createVirtualWorld(1);
    const seen: number[] = [];
    const work = (async () => {
      for (let step = 0; step < 500; step += 1) await Promise.resolve();
      seen.push(world.elapsed());
      await world.sleep(50, NEVER);
      for (let step = 0; step < 500; step += 1) await null;
      seen.push(world.elapsed());
    })();
    world.alarm(51, () => seen.push(-world.elapsed()));
    await world.run();
    await work;
    expect(seen).toEqual([0, 50, -51]);
  });

  it('ends a sleep at once when it is aborted, and keeps no alarm', async () => {
    const world = createVirtualWorld(1);
    const leaving = new AbortController();
    const slept = world.sleep(1_000_000, leaving.signal).then(() => world.elapsed());
    world.alarm(20, () => leaving.abort());
    await world.run();
    expect(await slept).toBe(20);
    expect(world.alarms).toBe(0);
  });

  it('stops where it is told', async () => {
    const world = createVirtualWorld(1);
    const tick = (): void => void world.alarm(10, tick);
    tick();
    await world.run({ forMs: 95 });
    expect(world.elapsed()).toBe(95);
    await world.run({ until: () => world.elapsed() >= 200 });
    expect(world.elapsed()).toBe(200);
  });

  it('moves the wall clock alone when somebody sets it', () => {
    const world = createVirtualWorld(1);
    const before = world.now();
    world.jumpWallClock(3_600_000);
    expect([world.now() - before, world.elapsed()]).toEqual([3_600_000, 0]);
  });

  it('makes ids of 26 characters that sort by time and never repeat', async () => {
    const world = createVirtualWorld(1);
    const ids = Array.from({ length: 50 }, () => world.id());
    world.alarm(5, () => ids.push(world.id()));
    await world.run();
    expect(ids.every((id) => id.length === 26)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(51);
  });
});

describe('the virtual transport', () => {
  it('replays the same history for the same seed, and another for another', async () => {
    const [one, same, other] = [await history(7), await history(7), await history(8)];
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  it.each([
    ['silence', 'before the head'],
    ['stall', 'amid the body'],
    ['comments-only', 'amid the pings'],
  ])('%s: ends at once when the caller aborts %s, and says when', async (weather) => {
    const { world, transport } = make(weather);
    const leaving = new AbortController();
    const outcome = read(transport, leaving.signal).catch((error: unknown) => String(error));
    world.alarm(4_321, () => leaving.abort());
    await world.run();
    expect(await outcome).toContain('Abort');
    expect(transport.open).toBe(0);
    expect(transport.calls[0]).toMatchObject({ ending: 'left', leftMs: 4_321 });
  });

  it('counts a body that nobody finishes as open, until it is left', async () => {
    const { world, transport } = make('clear');
    const response = await transport.request(request(), NEVER);
    const reader = response.body[Symbol.asyncIterator]();
    await reader.next();
    expect(transport.open).toBe(1);
    await reader.return?.();
    await world.run();
    expect(transport.open).toBe(0);
    expect((await reader.next()).done).toBe(true);
  });

  it.each([
    ['refuse', 'ECONNREFUSED'],
    ['reset', 'ECONNRESET'],
    ['reset-after', 'ECONNRESET'],
    ['cut-after', 'UND_ERR_SOCKET'],
    ['wrong-length', 'UND_ERR_SOCKET'],
  ])('%s: breaks with %s', async (weather, code) => {
    const { world, transport } = make(weather);
    const outcome = read(transport, NEVER).catch((error: { code: string }) => error.code);
    await world.run();
    expect(await outcome).toBe(code);
    expect(transport.open).toBe(0);
  });

  it('tells accounts apart by their credential, wherever it stands', async () => {
    const { transport } = make('clear');
    for (const headers of [
      { 'X-Api-Key': 'a' },
      { authorization: 'Bearer b' },
      { 'x-goog-api-key': 'c' },
      { authorization: 'Bearer lab-token.d' },
    ]) {
      await transport.request({ ...request(), headers }, NEVER);
    }
    expect(transport.calls.map((call) => call.account)).toEqual(['a', 'b', 'c', 'd']);
  });
});

async function history(seed: number): Promise<string> {
  const world = createVirtualWorld(seed);
  const script = labScript({
    seed,
    chance: [
      { weather: 'stall', probability: 0.2 },
      { weather: 'reset-after', probability: 0.2 },
    ],
    default: 'clear:ms=3',
  });
  const lines: string[] = [];
  const note = (call: LabCallRecord): void =>
    void lines.push(`${call.account} ${call.weather} ${call.ending} ${call.endedMs} ${call.bytesSent}`);
  const transport = createVirtualTransport(world, script, note);
  const runs = Array.from({ length: 20 }, async (_, at) => {
    await world.sleep(Math.floor(world.random() * 100), NEVER);
    const leaving = new AbortController();
    const alarm = world.alarm(5_000, () => leaving.abort());
    const text = await read(transport, leaving.signal, `key-${at % 4}`).catch(String);
    alarm.cancel();
    lines.push(`${world.id()} ${text}`);
  });
  await world.run();
  await Promise.all(runs);
  expect(transport.open).toBe(0);
  expect(world.alarms).toBe(0);
  return lines.join('\n');
}

function make(weather: string): { world: World & ReturnType<typeof createVirtualWorld>; transport: VirtualTransport } {
  const world = createVirtualWorld(1);
  return { world, transport: createVirtualTransport(world, labScript({ default: weather })) };
}

function request(key = 'key-1') {
  return {
    method: 'POST',
    url: 'https://anywhere.example/v1/messages',
    headers: { 'x-api-key': key },
    body: BODY,
    allowPrivate: false,
  } as const;
}

async function read(transport: VirtualTransport, signal: AbortSignal, key?: string): Promise<string> {
  const response = await transport.request(request(key), signal);
  let text = '';
  for await (const chunk of response.body) text += Buffer.from(chunk).toString('utf8');
  return text;
}
