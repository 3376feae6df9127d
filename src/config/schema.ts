/** Every key of the configuration file with its type and default, in the file's own names. What crosses keys is in `checks.ts`. */

import type * as z from 'zod';
import type { BackoffKey, Config, Provider } from '../model/config.ts';
import type { Backoff } from '../model/failure.ts';
import {
  choice,
  duration,
  flag,
  list,
  optionalList,
  optionalSection,
  positive,
  section,
  size,
  text,
  whole,
} from './leaves.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const TEN_YEARS_MS = 3_650 * DAY;

/** Goes into a response header. */
const label = text('a label of printable ASCII characters, such as ada@example.com', /^[!-~]([ -~]{0,252}[!-~])?$/);
const pattern = text('a model name or pattern such as "gemini-*"', /^[!-~]{1,256}$/);
const url = text('a URL', /^\S{1,2048}$/);
const urlOrNothing = text('a URL, or "" for none', /^\S{0,2048}$/);
/** The empty ones are refused by `secrets.ts`, which can say more. */
const secret = text('text');

const account = section({
  email: label.prefault(null),
  provider: choice(['gemini', 'vertex', 'anthropic', 'openai']).prefault(null),
  credential: secret.prefault(null),
  base_url: url.optional(),
  allow_private: flag.default(false),
  project: text('a Google Cloud project id', /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,126}$/).optional(),
  /** Becomes part of a host name. */
  location: text('a Google Cloud location such as global or us-east5', /^[a-z][a-z0-9-]{0,62}$/).optional(),
  token_url: url.optional(),
  models: optionalList(pattern),
  weight: positive(1_000).default(1),
  enabled: flag.default(true),
});

const backoff = optionalSection({
  kind: choice(['none', 'fixed', 'linear', 'exponential']).prefault(null),
  base: duration({ zero: true }).optional(),
  max: duration({ zero: true }).optional(),
});

const BACKOFF_KEYS = ['400', '401', '403', '404', '429', '500', '503', '529', 'peek'] as const satisfies BackoffKey[];

const server = section({
  drain: duration({ zero: true }).default(30_000),
  host: text('a host name or address without a port, such as 127.0.0.1', /^[A-Za-z0-9.:_%[\]-]{1,253}$/).default(
    '127.0.0.1',
  ),
  port: whole(0, 65_535).default(8045),
  auth: section({
    mode: choice(['off', 'strict', 'all_except_health', 'auto']).default('auto'),
    keys: list(secret),
  }),
  allowed_hosts: list(
    text('a host name without a port, such as gateway.example.com', /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253})$/),
  ),
  max_body: size({ zero: false, max: '500MB' }).default(100 * 1024 ** 2),
});

const healing = section({
  max_attempts: whole(1, 20).default(3),
  first_byte: duration({ zero: false }).default(30_000),
  first_content: duration({ zero: false }).optional(),
  idle: duration({ zero: false }).default(90_000),
  deadline: duration({ zero: false }).default(10 * MINUTE),
  keepalive: duration({ zero: false }).default(15_000),
  open_after: duration({ zero: true }).default(0),
  hold: choice(['live', 'balanced', 'safe']).default('balanced'),
  resume: flag.default(true),
  hedge: flag.default(false),
  attach: flag.default(false),
  backoff: section({
    '400': backoff,
    '401': backoff,
    '403': backoff,
    '404': backoff,
    '429': backoff,
    '500': backoff,
    '503': backoff,
    '529': backoff,
    peek: backoff,
  }),
});

export const fileSchema = section({
  server,
  accounts: list(account),
  routes: list(section({ match: pattern.prefault(null), to: list(pattern) })),
  healing,
  scheduling: section({
    mode: choice(['cache_first', 'balance', 'performance_first']).default('balance'),
    sticky: flag.default(true),
    max_wait: duration({ zero: true }).default(60_000),
  }),
  monitor: section({
    bodies: choice(['full', 'metadata', 'off']).default('full'),
    max_body: size({ zero: true, max: '100MB' }).default(256 * 1024),
    retention: duration({ zero: false, maxMs: TEN_YEARS_MS }).default(30 * DAY),
    max_size: size({ zero: false, max: '100TB' }).default(1024 ** 3),
    explain: flag.default(true),
  }),
  state: section({ url: urlOrNothing.default('') }),
  journal: section({ url: urlOrNothing.default('') }),
  telemetry: section({ metrics: flag.default(true), otlp: urlOrNothing.default('') }),
});

export type FileValues = z.output<typeof fileSchema>;
export type AccountValues = FileValues['accounts'][number];

const FIRST_CONTENT_MS = 60_000;
/** Gemini CLI gives up on a silent stream earlier than the others. */
const FIRST_CONTENT_GEMINI_MS = 30_000;

const MODELS_BY_PROVIDER: Readonly<Record<Provider, readonly string[]>> = {
  anthropic: ['claude-*'],
  gemini: ['gemini-*'],
  vertex: ['claude-*', 'gemini-*'],
  openai: [],
};

/** The file's values in the words of the model. */
export function toConfig(values: FileValues): Config {
  const { server, healing, scheduling, monitor } = values;
  return {
    server: {
      drainMs: server.drain,
      host: server.host.replace(/^\[(.*)\]$/, '$1'),
      port: server.port,
      auth: server.auth,
      allowedHosts: server.allowed_hosts.map((host) => host.toLowerCase()),
      maxBodyBytes: server.max_body,
    },
    accounts: values.accounts.map(toAccount),
    routes: values.routes,
    healing: {
      maxAttempts: healing.max_attempts,
      firstByteMs: healing.first_byte,
      firstContentMs: healing.first_content ?? FIRST_CONTENT_MS,
      firstContentGeminiMs: healing.first_content ?? FIRST_CONTENT_GEMINI_MS,
      idleMs: healing.idle,
      deadlineMs: healing.deadline,
      keepaliveMs: healing.keepalive,
      openAfterMs: healing.open_after,
      hold: healing.hold,
      resume: healing.resume,
      hedge: healing.hedge,
      attach: healing.attach,
      backoff: toBackoffs(healing.backoff),
    },
    scheduling: { mode: scheduling.mode, sticky: scheduling.sticky, maxWaitMs: scheduling.max_wait },
    monitor: {
      bodies: monitor.bodies,
      maxBodyBytes: monitor.max_body,
      retentionMs: monitor.retention,
      maxSizeBytes: monitor.max_size,
      explain: monitor.explain,
    },
    state: values.state,
    journal: values.journal,
    telemetry: values.telemetry,
  };
}

function toAccount(values: AccountValues): Config['accounts'][number] {
  const location = values.provider === 'vertex' ? (values.location ?? 'global') : values.location;
  return {
    email: values.email,
    provider: values.provider,
    credential: values.credential,
    ...(values.base_url === undefined ? {} : { baseUrl: values.base_url.replace(/\/+$/, '') }),
    allowPrivate: values.allow_private,
    ...(values.project === undefined ? {} : { project: values.project }),
    ...(location === undefined ? {} : { location }),
    ...(values.token_url === undefined ? {} : { tokenUrl: values.token_url }),
    models: values.models ?? MODELS_BY_PROVIDER[values.provider],
    weight: values.weight,
    enabled: values.enabled,
  };
}

function toBackoffs(values: FileValues['healing']['backoff']): Partial<Record<BackoffKey, Backoff>> {
  const backoffs: Partial<Record<BackoffKey, Backoff>> = {};
  for (const key of BACKOFF_KEYS) {
    const entry = values[key];
    if (entry === undefined) continue;
    const baseMs = entry.kind === 'none' ? 0 : (entry.base ?? 0);
    const maxMs = entry.kind === 'none' ? 0 : (entry.max ?? BACKOFF_MAX_MS[entry.kind](baseMs));
    backoffs[key] = { kind: entry.kind, baseMs, maxMs };
  }
  return backoffs;
}

/** The limit of an entry that states none: the one that the default table has for the same kind. */
const BACKOFF_MAX_MS = {
  fixed: (baseMs: number) => baseMs,
  linear: (baseMs: number) => Math.max(30_000, baseMs),
  exponential: (baseMs: number) => Math.max(60_000, baseMs),
};
