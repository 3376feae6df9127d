/**
 * Builds the gateway from a configuration: the place that knows every room, with `house.ts`. It starts nothing until everything it needs is there, and
 * gives everything back on close.
 */

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { furnishWithAccounts } from './accounts-desk.ts';
import { followConfig } from './config/follow.ts';
import type { Settled } from './config/overrides.ts';
import { authInForce, refusesToStart } from './config/startup.ts';
import { unbuiltKeys } from './config/unbuilt.ts';
import { type MonitorDoor, openDoor } from './door.ts';
import type { HealDoors } from './healing/walk.ts';
import { type House, listModels } from './house.ts';
import type { Config } from './model/config.ts';
import type { Fact } from './model/journal.ts';
import type { RequestJournal, World } from './model/ports.ts';
import { loadAdminKey } from './monitor/admin-key.ts';
import { createRecordBuilder } from './monitor/record.ts';
import { signInLink } from './monitor/session-routes.ts';
import type { SignInLink } from './monitor/setting-views.ts';
import { DIALECTS } from './protocols/dialects.ts';
import { explained } from './protocols/explained.ts';
import { capabilitiesOf } from './routing/capabilities.ts';
import { resolve } from './routing/resolve.ts';
import { createHandler, type Handler, type HandlerDoors } from './server/handle.ts';
import { type Listening, listen } from './server/listen.ts';
import { openStorage, type Storage } from './storage/sqlite/open.ts';
import { createLog, journalToLog, type Log } from './telemetry/log.ts';
import { createNarrator } from './telemetry/narrate.ts';
import { createRedactor, type Redactor } from './telemetry/redact.ts';

export interface Setup {
  readonly settled: Settled;
  /** The configuration file in force, to be watched. */
  readonly file?: string;
  /** Dotted paths of what that file states. */
  readonly stated?: ReadonlySet<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly world: World;
  /** A line for the person at the terminal. */
  readonly notice: (line: string) => void;
  /** Other readers of the facts; the demo's table is one. */
  readonly readers?: readonly RequestJournal[];
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly adminKey: string;
  /** A one-time link to the Monitor. For the person alone: it must not be logged. */
  signIn(): SignInLink;
  /** Stops accepting, lets streams finish within `server.drain`, ends the rest with an error, flushes and closes. */
  drain(): Promise<void>;
  /** Closes at once. */
  close(): Promise<void>;
}

/** A reason not to start that a person can act on. */
export class StartError extends Error {}

export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

export async function startGateway(setup: Setup): Promise<Gateway> {
  const { settled, world, notice } = setup;
  const refusal = refusesToStart(settled.config);
  if (refusal !== undefined) throw new StartError(refusal);
  const directory = settled.dataDirectory;
  const adminKey = loadAdminKey(directory);
  const redactor = createRedactor();
  redactor.add(adminKey);
  const log = createLog({ directory: join(directory, 'logs'), level: settled.logLevel, world, redact: redactor.text });
  const warn = (line: string): void => {
    log.line('warn', line);
    notice(redactor.text(line));
  };
  const force = { config: settled.config };
  const storage = await openStorage(storageOf(directory, world, warn, redactor, force));
  const rooms = { settled, env: setup.env, world, redactor, log, state: storage.state, version };
  const { house, desk } = await furnishWithAccounts({ ...rooms, force, warn });
  const fault = (error: unknown): void => log.line('error', `the admin API: ${describe(error)}`);
  const handed = { ...journalOf(storage, force), key: () => adminKey, version, redact: redactor.text, fault };
  const door = openDoor({ ...handed, setup, force, accounts: desk, written: () => watch?.check() });
  const readers = [journalToLog(log), storage.journal, door.live, desk.hours, ...(setup.readers ?? [])];
  const journal = fanOut(readers, log);
  const stop = new AbortController();
  const closing = new AbortController();
  closing.signal.addEventListener('abort', () => door.live.close());
  const doors = { force, house, journal, world, redactor, log, door, stop: stop.signal, closing: closing.signal };
  const handler = createHandler(doorsOf(doors));
  for (const sentence of unbuiltKeys(settled.config, setup.stated)) warn(sentence);
  const take = (next: Config): void => {
    desk.take(next);
    door.config.taken();
  };
  const bound = settled.config.server;
  const watch = setup.file === undefined ? undefined : followConfig(setup.file, { world, bound, warn, take });
  const shut = async (): Promise<void> => {
    watch?.close();
    await storage.close();
    await house.transport.close();
    await log.close();
  };
  const listening = await listenOrExplain(settled.config, handler, world).catch(async (error: unknown) => {
    await shut();
    throw error;
  });
  log.line('info', `antigravity-tools ${version} listens on ${listening.url}`);
  return {
    url: listening.url,
    port: listening.port,
    dataDirectory: directory,
    adminKey,
    signIn: () => signInLink(listening.url, door.sessions),
    ...endings({ listening, log, force, closing, stop, shut }),
  };
}

interface Running {
  readonly listening: Listening;
  readonly log: Log;
  readonly force: Force;
  readonly closing: AbortController;
  readonly stop: AbortController;
  readonly shut: () => Promise<void>;
}

/** The two ways to end. */
function endings({ listening, log, force, closing, stop, shut }: Running): Pick<Gateway, 'drain' | 'close'> {
  return {
    async drain() {
      closing.abort();
      log.line('info', `draining: ${listening.active()} requests are open`);
      await listening.drain(force.config.server.drainMs, () => stop.abort());
      await shut();
    },
    async close() {
      closing.abort();
      await listening.destroy();
      await shut();
    },
  };
}

/** The configuration in force; replaced whole on reload. */
interface Force {
  config: Config;
}

function storageOf(
  directory: string,
  world: World,
  notice: (line: string) => void,
  redactor: Redactor,
  force: Force,
): Parameters<typeof openStorage>[0] {
  const limits = () => {
    const { retentionMs, maxSizeBytes } = force.config.monitor;
    return { retentionMs, maxSizeBytes };
  };
  return { directory, world, notice, recorder: recorderOf(redactor, force), limits };
}

/** What the admin API asks of the journal. */
function journalOf({ query, store, dropped }: Storage, force: Force) {
  const storage = () => ({ bytes_max: force.config.monitor.maxSizeBytes, dropped: dropped() });
  return { query, store, records: store.records, storage };
}

function recorderOf(redactor: Redactor, force: Force): Parameters<typeof openStorage>[0]['recorder'] {
  return (finished) =>
    createRecordBuilder({
      finished,
      narrate: createNarrator(),
      redact: redactor.text,
      bodies: () => ({ keep: force.config.monitor.bodies, bytesMax: force.config.monitor.maxBodyBytes }),
    });
}

interface Rooms {
  readonly force: Force;
  readonly house: House;
  readonly journal: RequestJournal;
  readonly world: World;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly door: MonitorDoor;
  readonly stop: AbortSignal;
  readonly closing: AbortSignal;
}

function doorsOf({ force, house, journal, world, redactor, log, door, stop, closing }: Rooms): HandlerDoors {
  const healing = (): HealDoors => {
    const { monitor, scheduling, healing: limits } = force.config;
    return {
      world,
      ...house.healing,
      journal,
      healing: limits,
      prefills: (model) => capabilitiesOf(model).prefill,
      restWaitMsMax: scheduling.maxWaitMs,
      captureBytesMax: monitor.bodies === 'full' ? monitor.maxBodyBytes : 0,
      rawBytesMax: door.capture.take,
      ...(monitor.explain ? { explain: explained } : {}),
    };
  };
  const control = getRequestListener(door.admin.fetch);
  return {
    gate: () => gateRules(force.config),
    healing,
    bodyBytesMax: () => force.config.server.maxBodyBytes,
    dialects: DIALECTS,
    resolve: (model) => resolve(model, force.config.routes),
    serves: ({ protocol, operation }, models) => models.some((model) => house.pool.serves(protocol, operation, model)),
    models: (protocol, id) => listModels(force.config, house, protocol, id),
    control: (request: IncomingMessage, response: ServerResponse) => void control(request, response),
    previous: house.previous,
    redactHeaders: redactor.headers,
    turnedAway: (line, request) => log.line('info', line, { request }),
    fault: (error, request) => log.line('error', `a fault of the gateway: ${describe(error)}`, { request }),
    attached: (line, request) => log.line('info', line, { request }),
    closing,
    stop,
  };
}

function gateRules(config: Config) {
  const { auth, allowedHosts, host } = config.server;
  return { mode: authInForce(config), keys: auth.keys, allowedHosts, host };
}

/** One reader's fault must not keep a fact from the others. */
function fanOut(readers: readonly RequestJournal[], log: Log): RequestJournal {
  return {
    note(fact: Fact) {
      for (const reader of readers) {
        try {
          reader.note(fact);
        } catch (error) {
          log.line('error', `a reader of facts failed: ${describe(error)}`, { request: fact.id });
        }
      }
    },
  };
}

async function listenOrExplain(config: Config, handler: Handler, world: World): Promise<Listening> {
  const { host, port } = config.server;
  try {
    return await listen({ host, port, handler, world });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw new StartError(`port ${port} on ${host} is in use; choose another with --port`);
    if (code === 'EACCES') throw new StartError(`port ${port} on ${host} needs more rights than this user has`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartError(`${host} is not an address of this machine`);
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
