/**
 * Lives through one cell on a virtual clock: the real healing loop, adapters, pool, circuits, budget, signatures and journal between a client that
 * keeps every byte and the lab. It judges nothing.
 */

import { defaultConfig } from '../../../src/config/load.ts';
import { heal } from '../../../src/healing/heal.ts';
import { TOKEN_PREFIX } from '../../../src/lab/catalogue.ts';
import { type LabPlanner, planAnswer } from '../../../src/lab/plan.ts';
import type { LabCallRecord } from '../../../src/lab/record.ts';
import { labScript } from '../../../src/lab/script.ts';
import { createVirtualTransport } from '../../../src/lab/virtual-transport.ts';
import { createVirtualWorld } from '../../../src/lab/virtual-world.ts';
import { CLEAR, parseWeather, type Weather } from '../../../src/lab/weather.ts';
import type { AccountConfig } from '../../../src/model/config.ts';
import type { Fact } from '../../../src/model/journal.ts';
import { createRecordBuilder } from '../../../src/monitor/record.ts';
import type { FinishedRecord } from '../../../src/monitor/rows.ts';
import { DIALECTS } from '../../../src/protocols/dialects.ts';
import { createPreviousResponses } from '../../../src/server/previous-responses.ts';
import { createMemoryJournal } from '../../../src/storage/memory/journal.ts';
import type { Tokens } from '../../../src/upstreams/vertex/token.ts';
import { type Sight, virtualClient } from '../../simulation/client.ts';
import { furnish } from '../../simulation/doors.ts';
import { type Cell, houses, upstreams } from './cells.ts';
import { askingOf } from './questions.ts';

export const { healing } = defaultConfig();

export interface Lived {
  readonly sight: Sight;
  readonly calls: readonly LabCallRecord[];
  readonly facts: readonly Fact[];
  readonly records: readonly FinishedRecord[];
  readonly id: string;
  /** When the exchange was over; undefined when it never was. */
  readonly endedMs: number | undefined;
  /** After everything that could still happen has happened. */
  readonly openUpstreams: number;
  readonly alarms: number;
  readonly lent: number;
  /** What the code threw. */
  readonly thrown: readonly unknown[];
}

/** Of the lab's pieces, ids and waits, and of the waits of the gateway, for the table that is written down. */
export const tableSeed = 1;
/** Whatever is not over then never will be. */
const patienceMs = 2 * 3_600_000;

export async function live(cell: Cell, seed = tableSeed): Promise<Lived> {
  const world = createVirtualWorld(seed);
  const accounts = accountsOf(cell);
  const transport = createVirtualTransport(world, labScript({ seed }), () => {}, plannerOf(cell));
  const journal = createMemoryJournal((finished) =>
    createRecordBuilder({ finished, narrate: () => [], redact: (text) => text, bodies: metadataOnly }),
  );
  const { doors, pool, state } = furnish({ world, transport, accounts, journal, tokens, captureBytesMax: 0 });
  const { path, input } = askingOf(cell);
  const dialect = DIALECTS[cell.client];
  const read = dialect.readRequest(input);
  if ('problem' in read) throw new Error(`a request of the matrix was refused: ${read.problem.message}`);
  const { request } = read;
  const { sink, sight } = virtualClient(world, 0);
  const id = world.id();
  const listen = createPreviousResponses(state, world).listen(request, '');
  const thrown: unknown[] = [];
  let endedMs: number | undefined;
  const exchange = {
    id,
    request,
    models: [request.model],
    caller: '',
    method: 'POST',
    path,
    headers: {},
    dialect,
    sink,
  };
  heal({ ...exchange, ...(listen ? { listen } : {}) }, doors)
    .catch((error: unknown) => thrown.push(error))
    .finally(() => {
      endedMs = world.elapsed();
    });
  await world.run({ forMs: patienceMs });
  const lent = pool.snapshot().reduce((sum, { inFlight }) => sum + inFlight, 0);
  const { calls, open: openUpstreams } = transport;
  const { facts, records } = journal;
  return { sight, calls, facts, records, id, endedMs, openUpstreams, alarms: world.alarms, lent, thrown };
}

function metadataOnly() {
  return { keep: 'metadata', bytesMax: 0 } as const;
}

function accountsOf({ upstream, house }: Cell): AccountConfig[] {
  const { provider, baseUrl, model } = upstreams[upstream];
  return Array.from({ length: houses[house].accounts }, (_, n) => ({
    email: `${provider}-${n}@matrix.example`,
    provider,
    credential: `${provider}-key-${n}`,
    baseUrl,
    allowPrivate: true,
    ...(provider === 'vertex' ? { project: 'matrix', location: 'global' } : {}),
    models: [model],
    weight: 1,
    enabled: true,
  }));
}

/** Vertex' tokens as the lab gives them, without the signing of a request for each. */
const tokens: Tokens = {
  token: async (account) => ({
    token: `${TOKEN_PREFIX}${account.email}`,
    fresh: true,
    credential: {
      type: 'service_account',
      tokenUrl: 'http://vertex.lab/token',
      allowPrivate: true,
      clientEmail: account.email,
      privateKey: 'none',
    },
  }),
  drop: () => {},
};

/** The fault strikes whichever account is asked first. */
function plannerOf({ fault, house }: Cell): LabPlanner {
  const weather = weatherOf(fault);
  let sick: string | undefined;
  return (call, _scripted, chance) => {
    sick ??= call.account;
    const isSick = call.account === sick && (!houses[house].isSickOnce || call.n === 0);
    return planAnswer(call, isSick ? weather : CLEAR, chance);
  };
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}
