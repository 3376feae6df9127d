import { describe, expect, test } from 'vitest';
import type { Config } from '../model/config.ts';
import { describeIssue } from './issue.ts';
import { defaultConfig, loadConfig, parseConfig } from './load.ts';

function good(text: string, file = 'config.yaml') {
  const result = parseConfig(text, file);
  if ('errors' in result) throw new Error(result.errors.map(describeIssue).join('\n'));
  return result;
}

const EVERY_KEY = `
server:
  drain: 10s
  host: 0.0.0.0
  port: 9000
  auth: { mode: strict, keys: [Zk3vq9xTf0aLm2Rw8PsY] }
  allowed_hosts: [Gateway.example.com]
  max_body: 5MB
accounts:
  - email: ada@example.com
    provider: vertex
    credential: env:GOOGLE_ADA
    base_url: http://127.0.0.1:9999/
    allow_private: true
    project: my-project
    location: us-east5
    token_url: http://127.0.0.1:9998/token
    models: ["claude-*"]
    weight: 2.5
    enabled: false
routes:
  - match: "claude-haiku-*"
    to: [gemini-3-flash, "*"]
healing:
  max_attempts: 5
  first_byte: 1s
  first_content: 2s
  idle: 3s
  deadline: 4s
  keepalive: 5s
  open_after: 6s
  hold: safe
  resume: false
  attach: true
  backoff:
    429: { kind: linear, base: 1s, max: 7s }
    "500": { kind: none }
    "503": { kind: exponential, base: 90s }
    peek: { kind: fixed, base: 250ms }
scheduling: { mode: cache_first, sticky: false, max_wait: 0 }
monitor: { bodies: off, max_body: 1KB, retention: 7d, max_size: 2GB, explain: false }
state: { url: "redis://localhost:6379/0" }
journal: { url: "postgres://user@localhost/journal" }
telemetry: { metrics: false, otlp: "http://127.0.0.1:4318" }
`;

const EVERY_KEY_READ: Config = {
  server: {
    drainMs: 10_000,
    host: '0.0.0.0',
    port: 9000,
    auth: { mode: 'strict', keys: ['Zk3vq9xTf0aLm2Rw8PsY'] },
    allowedHosts: ['gateway.example.com'],
    maxBodyBytes: 5 * 1024 ** 2,
  },
  accounts: [
    {
      email: 'ada@example.com',
      provider: 'vertex',
      credential: 'env:GOOGLE_ADA',
      baseUrl: 'http://127.0.0.1:9999',
      allowPrivate: true,
      project: 'my-project',
      location: 'us-east5',
      tokenUrl: 'http://127.0.0.1:9998/token',
      models: ['claude-*'],
      weight: 2.5,
      enabled: false,
    },
  ],
  routes: [{ match: 'claude-haiku-*', to: ['gemini-3-flash', '*'] }],
  healing: {
    maxAttempts: 5,
    firstByteMs: 1_000,
    firstContentMs: 2_000,
    firstContentGeminiMs: 2_000,
    idleMs: 3_000,
    deadlineMs: 4_000,
    keepaliveMs: 5_000,
    openAfterMs: 6_000,
    hold: 'safe',
    resume: false,
    hedge: false,
    attach: true,
    backoff: {
      '429': { kind: 'linear', baseMs: 1_000, maxMs: 7_000 },
      '500': { kind: 'none', baseMs: 0, maxMs: 0 },
      '503': { kind: 'exponential', baseMs: 90_000, maxMs: 90_000 },
      peek: { kind: 'fixed', baseMs: 250, maxMs: 250 },
    },
  },
  scheduling: { mode: 'cache_first', sticky: false, maxWaitMs: 0 },
  monitor: { bodies: 'off', maxBodyBytes: 1024, retentionMs: 604_800_000, maxSizeBytes: 2 * 1024 ** 3, explain: false },
  state: { url: 'redis://localhost:6379/0' },
  journal: { url: 'postgres://user@localhost/journal' },
  telemetry: { metrics: false, otlp: 'http://127.0.0.1:4318' },
};

describe('a good file', () => {
  test('every key arrives', () => {
    expect(good(EVERY_KEY).config).toEqual(EVERY_KEY_READ);
  });

  test('the same as JSON arrives the same', () => {
    const json = JSON.stringify({
      server: { port: 9000, auth: { mode: 'all_except_health', keys: ['Zk3vq9xTf0aLm2Rw8PsY'] } },
      accounts: [{ email: 'a', provider: 'gemini', credential: 'env:A' }],
      healing: { backoff: { 429: { kind: 'none' } } },
    });
    const yaml = `
server: { port: 9000, auth: { mode: all_except_health, keys: [Zk3vq9xTf0aLm2Rw8PsY] } }
accounts: [{ email: a, provider: gemini, credential: env:A }]
healing: { backoff: { 429: { kind: none } } }`;
    expect(good(json, 'config.json').config).toEqual(good(yaml).config);
    expect(good(json, 'config.yaml').config).toEqual(good(yaml).config);
  });

  test('what the file leaves away has the default of the contract', () => {
    expect(defaultConfig()).toEqual({
      server: {
        drainMs: 30_000,
        host: '127.0.0.1',
        port: 8045,
        auth: { mode: 'auto', keys: [] },
        allowedHosts: [],
        maxBodyBytes: 104_857_600,
      },
      accounts: [],
      routes: [],
      healing: {
        maxAttempts: 3,
        firstByteMs: 30_000,
        firstContentMs: 60_000,
        firstContentGeminiMs: 30_000,
        idleMs: 90_000,
        deadlineMs: 600_000,
        keepaliveMs: 15_000,
        openAfterMs: 0,
        hold: 'balanced',
        resume: true,
        hedge: false,
        attach: false,
        backoff: {},
      },
      scheduling: { mode: 'balance', sticky: true, maxWaitMs: 60_000 },
      monitor: {
        bodies: 'full',
        maxBodyBytes: 262_144,
        retentionMs: 2_592_000_000,
        maxSizeBytes: 1_073_741_824,
        explain: true,
      },
      state: { url: '' },
      journal: { url: '' },
      telemetry: { metrics: true, otlp: '' },
    });
  });

  test.each(['', '# nothing but a comment\n', '{}', 'server:\naccounts:\nroutes:\nhealing:\n  backoff:\n', '\uFEFF'])(
    '%j is all defaults',
    (text) => {
      expect(good(text).config).toEqual(defaultConfig());
    },
  );

  test.each([
    ['anthropic', ['claude-*']],
    ['gemini', ['gemini-*']],
    ['vertex', ['claude-*', 'gemini-*']],
    ['openai', []],
  ])('an account of %s serves %j when it does not say', (provider, models) => {
    const project = provider === 'vertex' ? ', project: p' : '';
    const account = good(`accounts: [{ email: a, provider: ${provider}, credential: env:A${project} }]`).config
      .accounts[0];
    expect(account).toEqual({
      email: 'a',
      provider,
      credential: 'env:A',
      allowPrivate: false,
      ...(provider === 'vertex' ? { project: 'p', location: 'global' } : {}),
      models,
      weight: 1,
      enabled: true,
    });
  });

  test('an anchor may be used again', () => {
    const text = 'healing:\n  backoff:\n    "500": &slow { kind: fixed, base: 1s }\n    "503": *slow\n';
    expect(good(text).config.healing.backoff['503']).toEqual({ kind: 'fixed', baseMs: 1_000, maxMs: 1_000 });
  });

  test('it is known what the file states', () => {
    expect([...good('server:\n  port: 8045\naccounts: []\n').stated]).toEqual(['server', 'server.port', 'accounts']);
  });

  test('a key of a prototype is no key of the result', () => {
    expect(Object.getPrototypeOf(good('{}').config)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });
});

describe('loadConfig', () => {
  const missing = () => {
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  };

  test('without a file at the usual place everything is at its default', () => {
    expect(loadConfig(undefined, missing, '/home/ada/config.yaml')).toEqual({
      config: defaultConfig(),
      warnings: [],
      stated: new Set(),
    });
  });

  test('a file that was named must be there', () => {
    expect(loadConfig('/etc/gateway.yaml', missing)).toEqual({
      errors: [{ file: '/etc/gateway.yaml', line: 0, key: '', message: 'there is no such file' }],
      unreadable: true,
    });
  });

  test('a file at the usual place that cannot be read is not taken for a missing one', () => {
    const denied = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    expect(loadConfig(undefined, denied, '/x.yaml')).toMatchObject({
      errors: [{ file: '/x.yaml', message: 'may not be read by this user' }],
      unreadable: true,
    });
  });

  test('the file that was read is named', () => {
    expect(loadConfig(undefined, () => 'server: { port: 1 }', '/x.yaml')).toMatchObject({
      config: { server: { port: 1 } },
      file: '/x.yaml',
    });
  });
});
