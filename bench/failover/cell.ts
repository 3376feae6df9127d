/**
 * One cell: a scenario in a dialect, run once. Opens the two routes and what stands before them, sends the requests, and gives back what was seen. It must never leave a process or a socket behind.
 */

import type { World } from '../../src/model/ports.ts';
import { type CellFacts, type Check, checksOf, type Party } from './checks.ts';
import { askOnce, type Exchange } from './client.ts';
import type { Dialect } from './dialects/dialect.ts';
import { configuration, startGateway } from './gateway.ts';
import { openRoute, questionMark, type Route } from './route.ts';
import { backWithinMs, outageMs, type Scenario } from './scenarios.ts';

const askedModel = 'bench-model';
const primary: Party = { model: 'primary-model', email: 'primary@example.com', inputTokens: 311 };
const fallback: Party = { model: 'fallback-model', email: 'fallback@example.com', inputTokens: 642 };

/** Where a route of the cell is found. */
export interface Seat extends Party {
  readonly port: number;
}

/** What stands between the client and the routes. */
export interface Front {
  readonly port: number;
  /** What the client asks for. */
  readonly model: string;
  log?(): string;
  close?(): Promise<void>;
}

export type OpenFront = (dialect: Dialect, primary: Seat, fallback: Seat) => Promise<Front>;

/** The gateway. `starting` lets only a few start at a time: that is what costs processor time. */
export function gatewayFront(starting: <T>(start: () => Promise<T>) => Promise<T>, world: World): OpenFront {
  return async (dialect, ...seats) => {
    const accounts = seats.map(({ email, model, port }) => {
      return { email, model, provider: dialect.provider, baseUrl: `http://127.0.0.1:${port}${dialect.basePath}` };
    });
    const gateway = await starting(() => startGateway(configuration(askedModel, accounts), world));
    return { ...gateway, model: askedModel };
  };
}

export interface CellOrder {
  readonly scenario: Scenario;
  readonly dialect: Dialect;
  readonly front: OpenFront;
  readonly world: World;
}

export interface CellResult {
  readonly scenario: Scenario;
  readonly dialect: Dialect;
  readonly checks: readonly Check[];
  readonly passed: boolean;
  readonly facts: CellFacts;
  /** What the gateway wrote. */
  readonly log: string;
}

export async function runCell(order: CellOrder): Promise<CellResult> {
  const { scenario, dialect, world } = order;
  const open = (role: 'primary' | 'fallback', party: Party): Promise<Route> =>
    openRoute({ role, dialect, model: party.model, inputTokens: party.inputTokens, script: scenario[role], world });
  const routes = { primary: await open('primary', primary), fallback: await open('fallback', fallback) };
  let front: Front | undefined;
  try {
    const seats = [
      { ...primary, port: routes.primary.port },
      { ...fallback, port: routes.fallback.port },
    ] as const;
    front = await order.front(dialect, ...seats);
    routes.primary.start();
    routes.fallback.start();
    const startedMs = world.elapsed();
    const isBack = (): boolean => routes.primary.asks.some((ask) => ask.end === 'whole');
    const exchanges = await askAll(order, { port: front.port, model: front.model, startedMs, isBack });
    const asks = [...routes.primary.asks, ...routes.fallback.asks].sort((a, b) => a.atMs - b.atMs);
    const facts: CellFacts = { scenario, dialect, exchanges, asks, startedMs, fallback };
    const checks = checksOf(facts);
    const passed = checks.every((check) => check.faults.length === 0);
    return { scenario, dialect, checks, passed, facts, log: front.log?.() ?? '' };
  } finally {
    await front?.close?.();
    await Promise.all([routes.primary.close(), routes.fallback.close()]);
  }
}

interface Asking {
  readonly port: number;
  readonly model: string;
  readonly startedMs: number;
  readonly isBack: () => boolean;
}

/** The requests of a series start at their times, whatever became of those before. */
async function askAll({ scenario, dialect, world }: CellOrder, asking: Asking): Promise<readonly Exchange[]> {
  const { port, model, startedMs } = asking;
  const never = new AbortController().signal;
  const everyMs = scenario.series?.everyMs ?? 0;
  const requests = scenario.series?.requests ?? 1;
  const under: Promise<Exchange>[] = [];
  for (let question = 1; ; question += 1) {
    const atMs = (question - 1) * everyMs;
    // After the series only a primary that is not back yet is watched, as long as its time lasts.
    const isWatch = question > requests;
    if (isWatch && !(scenario.also.includes('outage') && atMs <= outageMs + backWithinMs)) break;
    await world.sleep(Math.max(0, startedMs + atMs - world.elapsed()), never);
    if (isWatch && asking.isBack()) break;
    const text = `${questionMark(question)} Say the sixty tokens.`;
    under.push(askOnce({ port, dialect, model, question, text, world }));
  }
  return Promise.all(under);
}
