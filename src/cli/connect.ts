/**
 * `connect`: tells a client where the gateway is. Without a flag it prints the environment and touches nothing; `--write` changes the
 * client's own settings after showing what changes and keeping what was there; `--undo` brings that back.
 */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Flags } from '../config/overrides.ts';
import { authInForce } from '../config/startup.ts';
import { CLAUDE_MODELS, GEMINI_MODELS } from '../lab/catalogue.ts';
import type { Config } from '../model/config.ts';
import { CLIENTS, type Client, type ClientName, type Connection, type SettingsFile } from './connect-clients.ts';
import { showDiff } from './connect-diff.ts';
import {
  applyChanges,
  namesBeside,
  othersMayRead,
  readSettings,
  restoreBackup,
  SettingsFault,
} from './connect-files.ts';
import {
  type Backup,
  backupPath,
  type Change,
  newestBackups,
  nextStamp,
  planWrite,
  undonePath,
  untouchedSince,
} from './connect-plan.ts';
import { environmentLines } from './connect-shell.ts';
import { gatewayUrl } from './gateway-url.ts';
import type { CommandIo } from './io.ts';
import { prepare } from './prepare.ts';

export interface ConnectFlags extends Flags {
  readonly config?: string;
  readonly write?: boolean;
  readonly undo?: boolean;
}
export interface ConnectIo extends Pick<CommandIo, 'out' | 'err' | 'env'> {
  readonly platform: NodeJS.Platform;
  /** Wall clock, milliseconds: the name of a backup. */
  now(): number;
}

export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];

/** 0 = done, 1 = it could not be done, 2 = wrong usage or configuration. */
export function connect(name: ClientName, flags: ConnectFlags, io: ConnectIo): 0 | 1 | 2 {
  if (flags.write === true && flags.undo === true) {
    io.err('--write and --undo exclude each other');
    return 2;
  }
  const client: Client = CLIENTS[name];
  const found = findConnection(flags, io.env);
  try {
    // What was written can be taken back whatever has become of the configuration.
    if (flags.undo === true) return undo(client, 'errors' in found ? undefined : found.connection, io);
    for (const line of 'errors' in found ? found.errors : found.warnings) io.err(line);
    if ('errors' in found) return 2;
    if (flags.write === true) return write(name, client, found.connection, io);
  } catch (error) {
    if (!(error instanceof SettingsFault)) throw error;
    io.err(`antigravity-tools: ${error.message}`);
    return 1;
  }
  for (const line of environmentLines(name, client, found.connection, io.platform)) io.out(line);
  return 0;
}

function write(name: ClientName, client: Client, connection: Connection, io: ConnectIo): 0 | 1 {
  const files = filesOf(client, io);
  const chosen = client.chosen?.(files, existsSync) ?? files;
  const snapshots = chosen.map((file) => ({ file, bytes: readSettings(file.path) }));
  const plan = planWrite(snapshots, connection);
  if ('fault' in plan) throw new SettingsFault(plan.fault);
  if (plan.changes.length === 0) io.out(`${client.title} is already connected to ${connection.url}: nothing to change`);
  else {
    for (const change of plan.changes) show(change, [connection.key], io);
    const stamp = nextStamp(io.now(), backupsOf(files)[0]?.stamp);
    applyChanges(plan.changes, stamp);
    for (const { path, before } of plan.changes) {
      const kept = `changed ${path}; as it was: ${backupPath(path, stamp, before)}`;
      io.out(before === undefined ? `created ${path}` : kept);
    }
    io.out(`${client.title} now asks ${connection.url}; take it back with: antigravity-tools connect ${name} --undo`);
    if (client.writtenHint !== undefined) io.out(client.writtenHint(connection));
  }
  const wanted = new Map(client.environment(connection));
  for (const variable of client.shellWins) {
    const set = io.env[variable] ?? '';
    if (set !== '' && set !== wanted.get(variable))
      io.err(`${variable} is set in this shell to something else, and ${client.title} prefers that: unset it`);
  }
  for (const { file, bytes } of snapshots) {
    const guarded = connection.key !== KEY_WHERE_NONE_IS_ASKED && readSettings(file.path)?.includes(connection.key);
    if (guarded === true && io.platform !== 'win32' && othersMayRead(file.path))
      io.err(`other users of this machine can read the key in ${file.path}; to stop that: chmod 600 ${file.path}`);
    for (const note of file.notes?.(bytes?.toString() ?? '') ?? []) io.err(`${file.path}: ${note}`);
  }
  return 0;
}

function undo(client: Client, connection: Connection | undefined, io: ConnectIo): 0 {
  const files = filesOf(client, io);
  const backups = backupsOf(files);
  if (backups.length === 0) {
    io.out(`nothing to undo: no settings of ${client.title} were changed by antigravity-tools`);
    return 0;
  }
  const steps = backups.map((backup) => {
    const after = backup.created ? undefined : readSettings(backup.path);
    const change: Change = { path: backup.of, before: readSettings(backup.of), after };
    return { backup, change };
  });
  for (const { change } of steps) show(change, connection === undefined ? [] : [connection.key], io);
  for (const { backup, change } of steps) {
    const file = files.find(({ path }) => path === backup.of);
    const safe =
      change.before === undefined ||
      (file !== undefined && untouchedSince(file, change.after, change.before, connection));
    const keep = safe ? undefined : undonePath(backup.of, backup.stamp);
    restoreBackup(backup, change, keep);
    io.out(`${backup.created ? 'removed' : 'restored'} ${backup.of}`);
    if (keep !== undefined) io.out(`it had been changed since; that version is kept in ${keep}`);
  }
  return 0;
}

function show(change: Change, secrets: readonly string[], io: ConnectIo): void {
  const { path, before, after } = change;
  for (const line of showDiff({ path, before: before?.toString(), after: after?.toString() }, secrets)) io.out(line);
}

function filesOf(client: Client, { env, platform }: ConnectIo): readonly SettingsFile[] {
  const stated = platform === 'win32' ? env.USERPROFILE || env.HOME : env.HOME;
  return client.files({ env, home: stated || homedir() });
}

function backupsOf(files: readonly SettingsFile[]): readonly Backup[] {
  return newestBackups(files.map(({ path }) => ({ path, names: namesBeside(path) })));
}

type Found =
  | { readonly connection: Connection; readonly warnings: readonly string[] }
  | { readonly errors: readonly string[] };

function findConnection(flags: ConnectFlags, env: ConnectIo['env']): Found {
  const prepared = prepare(flags, env);
  if ('errors' in prepared) return prepared;
  const { config } = prepared.settled;
  const { host, port, auth } = config.server;
  if (port === 0) return { errors: ['port 0 means another port at every start: say which one with --port'] };
  const key = auth.keys[0];
  if (key === undefined && authInForce(config) !== 'off')
    return { errors: ['the gateway asks clients for a key, but server.auth.keys has none: add one first'] };
  const connection = { url: gatewayUrl(host, port), key: key ?? KEY_WHERE_NONE_IS_ASKED, models: modelNames(config) };
  return { connection, warnings: prepared.warnings };
}

/** What the configuration names, else the best known names of what its accounts serve. */
function modelNames({ accounts, routes }: Config): string[] {
  const enabled = accounts.filter((account) => account.enabled);
  const named = [...routes.map((route) => route.match), ...enabled.flatMap((account) => account.models)];
  const literal = named.filter((name) => name !== '' && !name.includes('*'));
  const serves = (...providers: readonly string[]): boolean =>
    enabled.length === 0 || enabled.some(({ provider }) => providers.includes(provider));
  const known = [
    ...(serves('anthropic', 'vertex') ? CLAUDE_MODELS : []),
    ...(serves('gemini', 'vertex') ? GEMINI_MODELS : []),
  ];
  return [...new Set(literal.length > 0 ? literal : known)];
}

/** Clients refuse an empty key, and some look at its form. */
const KEY_WHERE_NONE_IS_ASKED = 'sk-antigravity-tools-no-key-needed';
