/**
 * `accounts`: shows and changes the accounts, through the running gateway where one runs, else in the vault itself. A secret comes from a pipe or a hidden
 * question, never from an argument, and is never printed.
 */

import { offlineAccounts } from '../accounts-offline.ts';
import { credentialForm } from '../config/secrets.ts';
import type { World } from '../model/ports.ts';
import type { AccountTestView, AccountView } from '../monitor/views.ts';
import { accountLines } from './account-table.ts';
import {
  type AdminAnswer,
  type AdminClient,
  AdminFault,
  type AdminFlags,
  adminClient,
  refusalOf,
} from './admin-client.ts';
import type { CommandIo } from './io.ts';
import { prepare } from './prepare.ts';
import { plainText } from './terminal-text.ts';

export interface AccountsIo extends CommandIo {
  readonly world: World;
  /** Of the terminal. */
  columns(): number;
  /** Undefined when the person has given up. */
  secret(question: string): Promise<string | undefined>;
}

export interface AddFlags extends AdminFlags {
  readonly provider?: string;
  readonly credential?: string;
  readonly baseUrl?: string;
  readonly allowPrivate?: boolean;
  readonly project?: string;
  readonly location?: string;
  readonly models?: string;
  readonly weight?: string;
  readonly disabled?: boolean;
}

export type AccountsAction = 'list' | 'add' | 'test' | 'enable' | 'disable' | 'remove';

const FINE = 0;
const FAILED = 1;
const USAGE = 2;

/** Resolves with the exit code. */
export async function accounts(
  action: AccountsAction,
  label: string | undefined,
  flags: AddFlags & { readonly json?: boolean },
  io: AccountsIo,
): Promise<number> {
  const client = adminClient({ flags, env: io.env });
  if ('errors' in client) {
    for (const line of client.errors) io.err(line);
    return USAGE;
  }
  const asked = action === 'add' ? await inputOf(label ?? '', flags, io) : undefined;
  if (typeof asked === 'string') return wrong(asked, io);
  try {
    return await ACTIONS[action]({ place: await placeOf(client, flags, io), label: label ?? '', flags, io, asked });
  } catch (error) {
    if (!(error instanceof AdminFault)) throw error;
    io.err(`antigravity-tools: ${error.message}`);
    return FAILED;
  }
}

// ---------------------------------------------------------------- what is asked for

interface Order {
  readonly place: Place;
  readonly label: string;
  readonly flags: { readonly json?: boolean };
  readonly io: AccountsIo;
  readonly asked: Record<string, unknown> | undefined;
}

const ACTIONS: Readonly<Record<AccountsAction, (order: Order) => Promise<number>>> = {
  async list({ place, flags, io }) {
    const views = await place.list();
    if (flags.json === true) io.out(JSON.stringify({ accounts: views }, null, 2));
    else for (const line of accountLines(views, place.isRunning, io.columns())) io.out(line);
    return FINE;
  },
  add: async (order) => done(await order.place.add(order.asked), order, 'added'),
  enable: async (order) => done(await order.place.change(order.label, { enabled: true }), order, 'enabled'),
  disable: async (order) => done(await order.place.change(order.label, { enabled: false }), order, 'disabled'),
  remove: async (order) => done(await order.place.remove(order.label), order, 'removed'),
  async test({ place, label, flags, io }) {
    const answer = await place.test(label);
    if ('fault' in answer) return refused(answer, io);
    const { ok, message, took_ms, status } = answer.body;
    if (flags.json === true) io.out(JSON.stringify(answer.body, null, 2));
    else {
      const how = [...(status === null ? [] : [`status ${status}`]), `${took_ms} ms`].join(', ');
      io.out(plainText(`${label}: ${ok ? 'works' : 'does not work'} (${how}). ${message}`));
    }
    return ok ? FINE : FAILED;
  },
};

function done(answer: Told<unknown>, { place, label, asked, io }: Order, verb: string): number {
  if ('fault' in answer) return refused(answer, io);
  const when = place.isRunning ? '' : '; a gateway takes it at its next start';
  io.out(plainText(`account ${asked?.email ?? label} is ${verb}${when}`));
  return FINE;
}

function refused({ fault, status }: Fault, io: AccountsIo): number {
  io.err(`antigravity-tools: ${plainText(fault)}`);
  return status === 400 ? USAGE : FAILED;
}

function wrong(sentence: string, io: AccountsIo): number {
  io.err(`antigravity-tools: ${sentence}`);
  return USAGE;
}

/** The account as the configuration file would state it, or what is wrong with the command. */
async function inputOf(email: string, flags: AddFlags, io: AccountsIo): Promise<Record<string, unknown> | string> {
  if (flags.credential !== undefined && credentialForm(flags.credential).form === 'literal') {
    return '--credential takes env:NAME, file:PATH or keychain:NAME: other users could see a secret in an argument. Leave it away to be asked, or send the secret through a pipe. What stood there should be revoked if it was one';
  }
  const weight = flags.weight === undefined ? undefined : Number(flags.weight);
  const credential = flags.credential ?? (await io.secret(`Credential of ${plainText(email)} (it is not shown): `));
  if (credential === undefined || credential === '') return 'no credential was given: nothing was added';
  const stated = {
    email,
    provider: flags.provider,
    credential,
    base_url: flags.baseUrl,
    allow_private: flags.allowPrivate,
    project: flags.project,
    location: flags.location,
    models: flags.models?.split(',').map((model) => model.trim()),
    weight,
    enabled: flags.disabled === true ? false : undefined,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}

// ---------------------------------------------------------------- where it is asked

interface Fault {
  readonly fault: string;
  readonly status: number;
}
type Told<T> = { readonly body: T } | Fault;

/** The running gateway, or the vault itself. */
interface Place {
  readonly isRunning: boolean;
  list(): Promise<readonly AccountView[]>;
  add(input: unknown): Promise<Told<unknown>>;
  change(email: string, input: unknown): Promise<Told<unknown>>;
  remove(email: string): Promise<Told<unknown>>;
  test(email: string): Promise<Told<AccountTestView>>;
}

async function placeOf(client: AdminClient, flags: AdminFlags, io: AccountsIo): Promise<Place> {
  try {
    const { status, body } = await client.get<{ accounts?: readonly AccountView[] }>('/api/accounts');
    if (status === 200 && body?.accounts !== undefined) return runningPlace(client, body.accounts);
    throw new AdminFault('stranger', refusalOf({ status, body, headers: {} }));
  } catch (error) {
    // A gateway with another data directory is not the one to ask, nor is it a reason to write past it.
    if (!(error instanceof AdminFault) || error.reason !== 'absent') throw error;
    return vaultPlace(flags, io);
  }
}

function runningPlace(client: AdminClient, listed: readonly AccountView[]): Place {
  const at = (email: string): string => `/api/accounts/${encodeURIComponent(email)}`;
  const told = <T>(answer: AdminAnswer<T>): Told<T> =>
    answer.status < 300 ? { body: answer.body } : { fault: refusalOf(answer), status: answer.status };
  return {
    isRunning: true,
    list: async () => listed,
    add: async (input) => told(await client.post('/api/accounts', input)),
    change: async (email, input) => told(await client.patch(at(email), input)),
    remove: async (email) => told(await client.delete(at(email))),
    test: async (email) => told(await client.post<AccountTestView>(`${at(email)}/test`)),
  };
}

async function vaultPlace(flags: AdminFlags, io: AccountsIo): Promise<Place> {
  const prepared = prepare(flags, io.env);
  // It could be read a moment ago, to find the gateway.
  if ('errors' in prepared) throw new AdminFault('absent', prepared.errors.join('; '));
  const { dataDirectory: directory, config: file } = prepared.settled;
  const warn = (line: string): void => io.err(`warning: ${plainText(line)}`);
  const desk = await offlineAccounts({ directory, file, world: io.world, warn });
  const told = <T extends object>(answer: T | { refused: keyof typeof STATUSES; message: string }): Told<T> =>
    'refused' in answer ? { fault: answer.message, status: STATUSES[answer.refused] } : { body: answer };
  return {
    isRunning: false,
    list: async () => desk.list(),
    add: async (input) => told(await desk.add(input)),
    change: async (email, input) => told(await desk.change(email, input)),
    remove: async (email) => told(await desk.remove(email)),
    test: async () => ({
      fault: 'no gateway runs that could make the test: start it with `antigravity-tools serve`',
      status: 503,
    }),
  };
}

const STATUSES = { invalid: 400, unknown: 404, conflict: 409, unavailable: 503 } as const;
