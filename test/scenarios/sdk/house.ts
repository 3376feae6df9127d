/**
 * A gateway in this process in front of a lab, both over real sockets. Each cell of a test is one model name with two accounts of its own,
 * so that many cells run at once and none sees another's rests. Which account of a cell goes wrong is decided by who is asked first.
 */

import { generateKeyPairSync } from 'node:crypto';
import { type LabPlanner, planAnswer } from '../../../src/lab/plan.ts';
import type { LabCallRecord } from '../../../src/lab/record.ts';
import { type Lab, startLab } from '../../../src/lab/server.ts';
import { CLEAR, parseWeather, type Weather } from '../../../src/lab/weather.ts';
import { startTestGateway, type TestAccount, type TestGateway, type TestSetup, world } from '../gateway.ts';

export type CellProvider = 'anthropic' | 'gemini' | 'vertex-claude' | 'vertex-gemini';

export interface CellOrder {
  readonly provider: CellProvider;
  readonly weather: string;
  /** The weather's victims: the account asked first, or both. */
  readonly sick: 'first' | 'all';
  /** The family of the model, without the cell's own mark. */
  readonly model?: string;
}

export interface Cell extends CellOrder {
  /** The model to ask for; only this cell's accounts serve it. */
  readonly asks: string;
  readonly emails: readonly string[];
  /** What reached the lab for this cell, in order; grants of tokens and lists are left out. */
  calls(): readonly LabCallRecord[];
}

export interface House {
  readonly url: string;
  readonly lab: Lab;
  readonly gateway: TestGateway;
  readonly cells: readonly Cell[];
  close(): Promise<void>;
}

/** Short clocks and hardly any waits. Long enough for a loaded machine, short enough for hundreds of cells. */
const healing = {
  first_byte: '1s',
  first_content: '1200ms',
  idle: '900ms',
  deadline: '9s',
  backoff: Object.fromEntries(
    ['400', '401', '403', '404', '429', '500', '503', '529', 'peek'].map((key) => [
      key,
      { kind: 'fixed', base: '2ms', max: '2ms' },
    ]),
  ),
};

export async function startHouse(orders: readonly CellOrder[], more: Partial<TestSetup> = {}): Promise<House> {
  const lab = await startLab({ world, planner: plannerOf(orders) });
  try {
    const cells = orders.map((order, index) => cellOf(order, index, lab));
    const gateway = await startTestGateway({
      accounts: cells.flatMap((cell) => accountsOf(cell, lab.url)),
      scheduling: { max_wait: '100ms' },
      monitor: { bodies: 'metadata' },
      logLevel: 'warn',
      ...more,
      healing: { ...healing, ...more.healing },
    });
    const close = async (): Promise<void> => {
      await gateway.close();
      await lab.close();
    };
    return { url: gateway.url, lab, gateway, cells, close };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

const models: Readonly<Record<CellProvider, string>> = {
  anthropic: 'claude-sonnet-4-5',
  'vertex-claude': 'claude-sonnet-4-5',
  gemini: 'gemini-3-flash',
  'vertex-gemini': 'gemini-3-flash',
};

function cellOf(order: CellOrder, index: number, lab: Lab): Cell {
  const mark = `c${index}`;
  return {
    ...order,
    asks: `${order.model ?? models[order.provider]}-${mark}`,
    emails: [`${mark}-a@example.com`, `${mark}-b@example.com`],
    calls: () => lab.calls.filter((call) => markOf(call.account) === index && !isAside(call)),
  };
}

function isAside(call: Pick<LabCallRecord, 'method' | 'path'>): boolean {
  return call.method !== 'POST' || call.path.endsWith('/token');
}

/** The cell an account of the lab belongs to. */
function markOf(account: string): number | undefined {
  const mark = /\bc(\d+)-[ab]\b/.exec(account)?.[1];
  return mark === undefined ? undefined : Number(mark);
}

function plannerOf(orders: readonly CellOrder[]): LabPlanner {
  const weathers = orders.map(({ weather }) => weatherOf(weather));
  const sick = new Map<number, string>();
  return (call, _scripted, chance) => {
    const mark = markOf(call.account);
    const order = mark === undefined ? undefined : orders[mark];
    if (mark === undefined || order === undefined || isAside(call)) return planAnswer(call, CLEAR, chance);
    if (!sick.has(mark)) sick.set(mark, call.account);
    const isSick = order.sick === 'all' || sick.get(mark) === call.account;
    return planAnswer(call, isSick ? (weathers[mark] ?? CLEAR) : CLEAR, chance);
  };
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function accountsOf({ provider, emails, asks }: Cell, labUrl: string): TestAccount[] {
  return emails.map((email) => {
    const shared = { email, base_url: labUrl, allow_private: true, models: [asks] };
    if (provider === 'anthropic' || provider === 'gemini') {
      return { ...shared, provider, credential: `test-key-${email.split('@')[0]}-0123456789` };
    }
    const place = { project: 'test-project', location: 'global', token_url: `${labUrl}/token` };
    return { ...shared, ...place, provider: 'vertex', credential: serviceAccount(email) };
  });
}

let pem: string | undefined;

/** One key serves all, and a short one: the lab tells accounts apart by their addresses, and a configuration file has a limit. */
function serviceAccount(email: string): string {
  pem ??= generateKeyPairSync('rsa', { modulusLength: 1024 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test-project',
    private_key_id: 'test',
    private_key: pem,
    client_email: email,
  });
}
