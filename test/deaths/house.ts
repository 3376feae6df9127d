/**
 * One exchange of which the upstream dies: two accounts, the real loop, adapters, pool and signatures on a virtual clock, and a lab that serves a
 * recording, dies at the named place, and goes on in the named way. It notes what each upstream said and what the client had by then; it judges nothing.
 */

import { heal } from '../../src/healing/heal.ts';
import type { LabPlanner } from '../../src/lab/plan.ts';
import { planResumedRecording } from '../../src/lab/resumed-recording.ts';
import { readBody, readRoute } from '../../src/lab/route.ts';
import { labScript } from '../../src/lab/script.ts';
import type { LabResume } from '../../src/lab/step.ts';
import { createVirtualTransport } from '../../src/lab/virtual-transport.ts';
import { createVirtualWorld } from '../../src/lab/virtual-world.ts';
import { CLEAR, parseWeather } from '../../src/lab/weather.ts';
import type { AccountConfig, HealingConfig, Provider } from '../../src/model/config.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { AccountPool } from '../../src/model/ports.ts';
import type { Protocol } from '../../src/model/request.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { createMemoryJournal } from '../../src/storage/memory/journal.ts';
import type { Tokens } from '../../src/upstreams/vertex/token.ts';
import { type Sight, virtualClient } from '../simulation/client.ts';
import { furnish } from '../simulation/doors.ts';
import { type Mortal, requestFor, streamIn } from './recordings.ts';

export interface Death {
  readonly recorded: Mortal;
  readonly client: Protocol;
  /** Of the first upstream, in the lab's words. */
  readonly weather: string;
  /** How the second goes on. */
  readonly way: LabResume;
  readonly hold: HealingConfig['hold'];
  /** Of the second account; absent = the same as the first. */
  readonly heir?: Provider;
}

/** One call that reached an upstream. */
export interface Call {
  readonly dialect: Protocol;
  readonly status: number;
  readonly asked: Uint8Array;
  /** What the upstream sent before it died or ended. */
  readonly sent: Uint8Array;
  /** What the client had been shown when the call came. */
  readonly shownBefore: Uint8Array;
}

export interface Witness {
  readonly sight: Sight;
  readonly shown: Uint8Array;
  readonly calls: readonly Call[];
  readonly facts: readonly Fact[];
  /** What the code threw, and what it left behind. */
  readonly faults: readonly string[];
}

const forMs = 600_000;

export async function witness(death: Death): Promise<Witness> {
  const { recorded, client, hold } = death;
  const world = createVirtualWorld(1);
  const customer = virtualClient(world, 0);
  const { sight } = customer;
  const calls: Call[] = [];
  const script = labScript({ seed: 1 });
  const planner = plannerOf(death, calls, () => Buffer.concat(sight.pieces));
  const transport = createVirtualTransport(world, script, () => {}, planner);
  const journal = createMemoryJournal();
  const accounts = [accountOf(recorded.provider, 1), accountOf(death.heir ?? recorded.provider, 2)];
  const furniture = { world, transport, accounts, journal, tokens, healing: { hold }, captureBytesMax: 4096 };
  const { doors: open, pool } = furnish(furniture);
  const doors = { ...open, pool: firstFirst(pool, accounts[1]?.email ?? '') };
  const request = requestFor(recorded, client, death.heir !== undefined);
  const exchange = { id: world.id(), request, models: [request.model], caller: '', method: 'POST', path: '/' };
  const faults: string[] = [];
  let isOver = false;
  const healing = heal({ ...exchange, headers: {}, dialect: DIALECTS[client], sink: customer.sink }, doors)
    .catch((error: unknown) => void faults.push(`threw: ${error instanceof Error ? error.stack : String(error)}`))
    .finally(() => {
      isOver = true;
    });
  await world.run({ forMs, until: () => isOver });
  if (isOver) await healing;
  else faults.push(`not over after ${forMs} ms`);
  if (transport.open > 0) faults.push(`${transport.open} upstream answers are still open`);
  for (const { email, inFlight } of pool.snapshot()) if (inFlight !== 0) faults.push(`${email} is still lent`);
  return { sight, shown: Buffer.concat(sight.pieces), calls, facts: journal.facts, faults };
}

/** The first call meets the death, every later one is answered to its end. */
function plannerOf({ recorded, weather, way }: Death, calls: Call[], shown: () => Uint8Array): LabPlanner {
  const read = parseWeather(weather);
  if ('problem' in read) throw new Error(read.problem);
  return (call, _weather, chance) => {
    const dialect = spokenIn(call, readBody(call.body));
    const steps = planFor(recorded, dialect, way)(call, calls.length === 0 ? read.weather : CLEAR, chance);
    const sent = Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : [])));
    const head = steps.find((step) => step.do === 'head');
    calls.push({ dialect, status: head?.status ?? 0, asked: call.body, sent, shownBefore: shown() });
    return steps;
  };
}

/** Reading a recording takes longer than dying of it: what was read of the last one is kept. */
let kept: { readonly of: Mortal; readonly plans: Map<string, LabPlanner> } | undefined;

function planFor(recorded: Mortal, dialect: Protocol, way: LabResume): LabPlanner {
  if (kept?.of !== recorded) kept = { of: recorded, plans: new Map() };
  const key = `${dialect} ${JSON.stringify(way)}`;
  const plan = kept.plans.get(key) ?? planResumedRecording(streamIn(recorded, dialect), way);
  kept.plans.set(key, plan);
  return plan;
}

function spokenIn(...call: Parameters<typeof readRoute>): Protocol {
  const { dialect } = readRoute(...call);
  if (dialect === 'vertex-anthropic') return 'anthropic';
  return dialect === 'vertex-gemini' ? 'gemini' : dialect;
}

/** Which of two equals is asked first is left to chance; here the one with the recording must be. */
function firstFirst(pool: AccountPool, second: string): AccountPool {
  let isFirst = true;
  return {
    lease(wish) {
      const lease = pool.lease(isFirst ? { ...wish, failed: new Set([second]) } : wish);
      isFirst = false;
      return lease;
    },
    another: (wish, provider) => pool.another(wish, provider),
    isModelOpen: (...about) => pool.isModelOpen(...about),
  };
}

const tokens: Tokens = {
  token: async (_account, source) => ({ token: source, fresh: false, credential: { source, projectId: 'p' } as never }),
  drop: () => undefined,
};

function accountOf(provider: Provider, n: number): AccountConfig {
  return {
    email: `${provider}-${n}@deaths.example`,
    provider,
    credential: `${provider}-key-${n}`,
    baseUrl: `http://${provider}.lab${provider === 'openai' ? '/v1' : ''}`,
    project: 'project-one',
    allowPrivate: true,
    models: ['*'],
    weight: 1,
    enabled: true,
  };
}
