/**
 * What a search costs those who are being served: requests at a steady pace through a started gateway to the lab, in pairs of turns with and without
 * somebody searching; which comes first changes from pair to pair, for the machine is shared.
 */

import { Agent, request } from 'undici';
import type { World } from '../../src/model/ports.ts';
import { quantile } from '../numbers.ts';
import { createProcesses } from '../processes.ts';

export interface DataPath {
  readonly requests: number;
  readonly searches: number;
  readonly quiet: Times;
  readonly searching: Times;
  /** Of each pair of turns: p99 with a search less p99 without. */
  readonly p99DifferencesMs: readonly number[];
  /** Processor time of the gateway for one search: of the thread that serves requests, and of all its threads. */
  readonly mainMsPerSearch: number;
  readonly allMsPerSearch: number;
}
export interface Times {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const BODY = JSON.stringify({
  model: 'claude-sonnet-4-5',
  max_tokens: 256,
  stream: true,
  messages: [{ role: 'user', content: 'Say something about lamps.' }],
});

export async function measureDataPath(
  directory: string,
  world: World,
  { pairs, turnMs }: { readonly pairs: number; readonly turnMs: number },
): Promise<DataPath> {
  const processes = createProcesses(world);
  const agent = new Agent({ connections: 1 });
  try {
    const lab = await processes.start('./journal/gateway.ts', { directory, role: 'lab' });
    const gateway = await processes.start('./journal/gateway.ts', { directory, role: String(lab.port) });
    const key = await gateway.ask<string>('key', null);
    const searcher = await processes.start('./journal/searcher.ts', { port: gateway.port, key });
    const spent = { main: 0, all: 0 };
    /** `sign`: what a turn with searches takes less what one without takes. */
    const turn = async (sign: number): Promise<number[]> => {
      const before = await gateway.ask<Cpu>('cpu', null);
      const took = await loop(gateway.port, agent, world, turnMs);
      const after = await gateway.ask<Cpu>('cpu', null);
      for (const which of ['main', 'all'] as const) spent[which] += sign * (cpuMs(after[which]) - cpuMs(before[which]));
      return took;
    };
    await turn(0);
    const quiet: number[] = [];
    const searching: number[] = [];
    const p99DifferencesMs: number[] = [];
    let searches = 0;
    const withSearch = async (): Promise<number[]> => {
      await searcher.ask('start', null);
      const during = await turn(1);
      searches = await searcher.ask<number>('stop', null);
      return during;
    };
    for (let n = 0; n < pairs; n += 1) {
      const first = n % 2 === 0 ? await turn(-1) : await withSearch();
      const second = n % 2 === 0 ? await withSearch() : await turn(-1);
      const [before, during] = n % 2 === 0 ? [first, second] : [second, first];
      quiet.push(...before);
      searching.push(...during);
      p99DifferencesMs.push(quantile(during, 0.99) - quantile(before, 0.99));
    }
    const requests = quiet.length + searching.length;
    const perSearch = { mainMsPerSearch: spent.main / searches, allMsPerSearch: spent.all / searches };
    return { requests, searches, quiet: times(quiet), searching: times(searching), p99DifferencesMs, ...perSearch };
  } finally {
    await agent.close();
    await processes.stopAll();
  }
}

/** One request after the other, each begun when its time has come, or the one before has ended; milliseconds from its start to its last byte. */
async function loop(port: number, dispatcher: Agent, world: World, turnMs: number): Promise<number[]> {
  const took: number[] = [];
  const never = new AbortController().signal;
  const start = world.elapsed();
  for (let due = start; due < start + turnMs; due += PERIOD_MS) {
    const early = due - world.elapsed();
    if (early > 0) await world.sleep(early, never);
    const before = world.elapsed();
    const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
    const url = `http://127.0.0.1:${port}/v1/messages`;
    const answer = await request(url, { dispatcher, method: 'POST', headers, body: BODY });
    const text = await answer.body.text();
    if (!text.includes('message_stop'))
      throw new Error(`not a whole answer: ${answer.statusCode} ${text.slice(0, 200)}`);
    took.push(world.elapsed() - before);
  }
  return took;
}
/** 200 requests a second: far from what the processor can do, so that both turns have the same load. */
const PERIOD_MS = 5;

type Cpu = Record<'main' | 'all', { readonly user: number; readonly system: number }>;
function cpuMs({ user, system }: Cpu['main']): number {
  return (user + system) / 1000;
}

function times(values: readonly number[]): Times {
  return { p50Ms: quantile(values, 0.5), p99Ms: quantile(values, 0.99) };
}
