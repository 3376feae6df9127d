/** Settles what was said in several places: flag over environment over file over default. Pure: the environment comes in as a value. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../model/config.ts';
import { nearest } from './nearest.ts';

export interface Flags {
  readonly host?: string;
  readonly port?: string | number;
  readonly logLevel?: string;
  readonly dataDir?: string;
}
export type Environment = Readonly<Record<string, string | undefined>>;
export type Source = 'flag' | 'environment' | 'file' | 'default';

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface ProxySettings {
  /** May hold a password: never logged. Undefined = connect directly. */
  readonly url: string | undefined;
  /** Host names and suffixes that are reached directly, as `NO_PROXY` lists them. */
  readonly direct: readonly string[];
}

export interface Settled {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly logLevel: LogLevel;
  readonly proxy: ProxySettings;
  readonly sources: Readonly<Record<'host' | 'port' | 'logLevel' | 'dataDirectory' | 'proxy' | 'otlp', Source>>;
}
/** `name` is the flag or variable at fault. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** `stated` are the paths that the file states, as `parseConfig` returns them; `home` is the user's own directory. */
export function settle(
  config: Config,
  flags: Flags,
  env: Environment,
  given: { readonly stated?: ReadonlySet<string>; readonly home?: string } = {},
): Settled | { readonly errors: readonly SettingFault[] } {
  const errors: SettingFault[] = [];
  const file = (path: string): Source => (given.stated?.has(path) === true ? 'file' : 'default');
  const host = pick(flags.host, '--host', env, ['HOST'], readHost, errors);
  const port = pick(flags.port, '--port', env, ['PORT'], readPort, errors);
  const logLevel = pick(flags.logLevel, '--log-level', env, ['LOG_LEVEL'], readLogLevel, errors);
  const proxy = pick(undefined, '', env, ['HTTPS_PROXY', 'https_proxy'], readProxy, errors);
  const otlp = pick(undefined, '', env, ['OTEL_EXPORTER_OTLP_ENDPOINT'], readWebUrl, errors);
  const data = dataDirectory(flags, env, given.home);
  if (errors.length > 0) return { errors };
  return {
    config: {
      ...config,
      server: { ...config.server, host: host?.value ?? config.server.host, port: port?.value ?? config.server.port },
      telemetry: { ...config.telemetry, otlp: otlp?.value ?? config.telemetry.otlp },
    },
    dataDirectory: data.value,
    logLevel: logLevel?.value ?? 'info',
    proxy: { url: proxy?.value, direct: directHosts(env) },
    sources: {
      host: host?.source ?? file('server.host'),
      port: port?.source ?? file('server.port'),
      logLevel: logLevel?.source ?? 'default',
      dataDirectory: data.source,
      proxy: proxy?.source ?? 'default',
      otlp: otlp?.source ?? file('telemetry.otlp'),
    },
  };
}

/** The data directory alone: it is needed to find the file that `settle` is given. */
export function dataDirectory(flags: Flags, env: Environment, home?: string): { value: string; source: Source } {
  const user = home ?? homedir();
  const expand = (path: string) => (path === '~' || /^~[/\\]/.test(path) ? join(user, path.slice(1)) : path);
  if (flags.dataDir !== undefined && flags.dataDir !== '') return { value: expand(flags.dataDir), source: 'flag' };
  const stated = env.ANTIGRAVITY_TOOLS_HOME;
  if (stated !== undefined && stated !== '') return { value: expand(stated), source: 'environment' };
  return { value: join(user, '.antigravity_tools'), source: 'default' };
}

type Read<T> = { readonly value: T } | { readonly message: string; readonly suggestion?: string };

/** The flag, else the first variable that is set; an empty variable counts as not set. */
function pick<T>(
  flag: string | number | undefined,
  flagName: string,
  env: Environment,
  variables: readonly string[],
  read: (text: string) => Read<T>,
  errors: SettingFault[],
): { value: T; source: Source } | undefined {
  const variable = variables.find((name) => (env[name] ?? '').trim() !== '');
  const text = flag ?? (variable === undefined ? undefined : env[variable]);
  if (text === undefined) return undefined;
  const result = read(String(text).trim());
  if ('value' in result) return { value: result.value, source: flag === undefined ? 'environment' : 'flag' };
  errors.push({ name: flag === undefined ? (variable ?? '') : flagName, ...result });
  return undefined;
}

function readHost(text: string): Read<string> {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (/^[A-Za-z0-9.:_%-]{1,253}$/.test(host) && !/^[^:]*:\d+$/.test(host)) return { value: host };
  return { message: 'expected a host name or address without a port, such as 127.0.0.1' };
}

function readPort(text: string): Read<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= PORT_MAX) return { value: port };
  return { message: `expected a port from 0 to ${PORT_MAX} (0 picks a free one)` };
}

function readLogLevel(text: string): Read<LogLevel> {
  const level = LOG_LEVELS.find((word) => word === text.toLowerCase());
  if (level !== undefined) return { value: level };
  const suggestion = nearest(text, LOG_LEVELS, LEVEL_DISTANCE_MAX);
  const message = `expected one of ${LOG_LEVELS.join(', ')}`;
  return suggestion === undefined ? { message } : { message, suggestion };
}

function readProxy(text: string): Read<string> {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return readWebUrl(url);
}

/** The text is not repeated in the message: a proxy's address can hold a password. */
function readWebUrl(text: string): Read<string> {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return { value: text };
  return { message: 'expected an http or https URL' };
}

function directHosts(env: Environment): string[] {
  const text = env.NO_PROXY ?? env.no_proxy ?? '';
  return text.split(/[\s,]+/).filter((host) => host !== '');
}

const PORT_MAX = 65_535;
const LEVEL_DISTANCE_MAX = 3;
