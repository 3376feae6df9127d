/** What a search costs those who are being served: requests through a started gateway to the lab, in turns with and without somebody searching. */

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
  { turns, turnMs }: { readonly turns: number; readonly turnMs: number },
): Promise<DataPath> {
  const processes = createProcesses(world);
  const agent = new Agent({ connections: 1 });
  try {
    const lab = await processes.start('./journal/gateway.ts', { directory, role: 'lab' });
    const gateway = await processes.start('./journal/gateway.ts', { directory, role: String(lab.port) });
    const key = await gateway.ask<string>('key', null);
    const searcher = await processes.start('./journal/searcher.ts', { port: gateway.port, key });
    const turn = () => loop(gateway.port, agent, world, turnMs);
    await turn();
    const quiet: number[] = [];
    const searching: number[] = [];
    const p99DifferencesMs: number[] = [];
    let searches = 0;
    for (let n = 0; n < turns; n += 1) {
      const before = await turn();
      await searcher.ask('start', null);
      const during = await turn();
      searches = await searcher.ask<number>('stop', null);
      quiet.push(...before);
      searching.push(...during);
      p99DifferencesMs.push(quantile(during, 0.99) - quantile(before, 0.99));
    }
    const requests = quiet.length + searching.length;
    return { requests, searches, quiet: times(quiet), searching: times(searching), p99DifferencesMs };
  } finally {
    await agent.close();
    await processes.stopAll();
  }
}

/** One request after the other; milliseconds of each from its start to its last byte. */
async function loop(port: number, dispatcher: Agent, world: World, turnMs: number): Promise<number[]> {
  const took: number[] = [];
  const end = world.elapsed() + turnMs;
  while (world.elapsed() < end) {
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

function times(values: readonly number[]): Times {
  return { p50Ms: quantile(values, 0.5), p99Ms: quantile(values, 0.99) };
}
