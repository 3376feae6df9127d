/**
 * One gateway in front of one lab for one client's turn, both over real sockets. Two accounts serve the upstream; the one that is asked first
 * is sick from then on. Beside it stands the lab alone, with nobody between it and the client.
 */

import { generateKeyPairSync } from 'node:crypto';
import { planAnswer } from '../../src/lab/plan.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import type { LabCall } from '../../src/lab/step.ts';
import { CLEAR, parseWeather, type Weather } from '../../src/lab/weather.ts';
import { startTestGateway, type TestAccount, type TestGateway, world } from '../scenarios/gateway.ts';

export type UpstreamName = 'anthropic' | 'vertex-claude' | 'gemini' | 'vertex-gemini' | 'openai';

interface Upstream {
  readonly provider: TestAccount['provider'];
  /** What the upstream is asked for, whatever the client asked, unless the order names another. */
  readonly model: string;
}

export interface HouseOrder {
  readonly upstream: UpstreamName;
  /** A weather of the lab: what is wrong with the account that is asked first. */
  readonly weather: string;
  /** The model of the upstream that every request is led to. */
  readonly target?: string;
  /** The gateway's waits are what they are for a person who configured nothing, not the short ones of a test. */
  readonly ownWaits?: boolean;
}

export function targetOf({ upstream, target }: HouseOrder): string {
  return target ?? upstreams[upstream].model;
}

const upstreams: Readonly<Record<UpstreamName, Upstream>> = {
  anthropic: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  'vertex-claude': { provider: 'vertex', model: 'claude-sonnet-4-5' },
  gemini: { provider: 'gemini', model: 'gemini-3-flash' },
  'vertex-gemini': { provider: 'vertex', model: 'gemini-3-flash' },
  openai: { provider: 'openai', model: 'gpt-5' },
};

export interface ClientHouse {
  readonly url: string;
  readonly gateway: TestGateway;
  /** What reached the lab for generation, in order. */
  generations(): readonly LabCallRecord[];
  close(): Promise<void>;
}

/** Short clocks, so that a sick account costs a moment; a real client takes seconds to start as it is. */
const healing = {
  first_byte: '2s',
  first_content: '2500ms',
  idle: '2s',
  deadline: '30s',
  backoff: Object.fromEntries(
    ['400', '401', '403', '404', '429', '500', '503', '529', 'peek'].map((key) => [
      key,
      { kind: 'fixed', base: '5ms', max: '5ms' },
    ]),
  ),
};

export async function openHouse(order: HouseOrder): Promise<ClientHouse> {
  let sick: string | undefined;
  const lab = await startSickLab(order.weather, (call) => {
    sick ??= call.account;
    return call.account === sick;
  });
  try {
    const model = targetOf(order);
    const gateway = await startTestGateway({
      accounts: ['ada', 'grace'].map((name) => accountOf(name, order, lab.url)),
      routes: [{ match: '*', to: [model] }],
      ...(order.ownWaits === true ? {} : { healing, scheduling: { max_wait: '1s' } }),
    });
    return {
      url: gateway.url,
      gateway,
      generations: () => lab.calls.filter(isGeneration),
      async close() {
        await gateway.close();
        await lab.close();
      },
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

export interface Alone {
  readonly url: string;
  generations(): readonly LabCallRecord[];
  close(): Promise<void>;
}

/** An upstream that has one fault and is healthy from then on. */
export async function openAlone(weather: string): Promise<Alone> {
  let met = false;
  const lab = await startSickLab(weather, () => {
    const first = !met;
    met = true;
    return first;
  });
  return { url: lab.url, generations: () => lab.calls.filter(isGeneration), close: () => lab.close() };
}

/** Only calls for generation are ever sick. */
function startSickLab(weather: string, isSick: (call: LabCall) => boolean): Promise<Lab> {
  const sickness = weatherOf(weather);
  return startLab({
    world,
    planner: (call, _scripted, chance) =>
      planAnswer(call, isGeneration(call) && isSick(call) ? sickness : CLEAR, chance),
  });
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function isGeneration({ method, path }: Pick<LabCall, 'method' | 'path'>): boolean {
  return method === 'POST' && !/token|countTokens/i.test(path);
}

function accountOf(name: string, order: HouseOrder, labUrl: string): TestAccount {
  const email = `${name}@example.com`;
  const { provider } = upstreams[order.upstream];
  const base = provider === 'openai' ? `${labUrl}/v1` : labUrl;
  const shared = { email, provider, base_url: base, models: [targetOf(order)] };
  if (provider !== 'vertex') return { ...shared, credential: `test-key-${name}-0123456789` };
  const place = { project: 'test-project', location: 'global', token_url: `${labUrl}/token` };
  return { ...shared, ...place, credential: serviceAccount(email) };
}

function serviceAccount(email: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test-project',
    private_key_id: 'test',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: email,
  });
}
