import { describe, expect, test } from 'vitest';
import { describeIssue } from './issue.ts';
import { parseConfig } from './load.ts';

function errorsOf(text: string, file = 'c.yaml') {
  const result = parseConfig(text, file);
  return 'errors' in result ? result.errors.map(describeIssue) : [];
}
function account(...lines: string[]): string {
  return ['accounts:', '  - email: a@b.c', ...lines.map((line) => `    ${line}`)].join('\n');
}
const gemini = ['provider: gemini', 'credential: env:A'];
const vertex = ['provider: vertex', 'credential: env:A', 'project: p'];

describe('unknown keys', () => {
  test.each([
    [
      'healing:\n  idle: 1s\n  max_atempts: 3\n',
      'c.yaml:3: healing.max_atempts: is not a known key',
      'did you mean max_attempts?',
    ],
    ['healing:\n  maxAttempts: 3\n', 'c.yaml:2: healing.maxAttempts: is not', 'did you mean max_attempts?'],
    ['sever: {}\n', 'c.yaml:1: sever: is not', 'did you mean server?'],
    ['\nport: 8045\n', 'c.yaml:2: port: is not', 'did you mean server.port?'],
    [account(...gemini, 'baseurl: x'), 'c.yaml:5: accounts[0].baseurl: is not', 'did you mean base_url?'],
    ['server:\n  auth:\n    mod: off\n', 'c.yaml:3: server.auth.mod: is not', 'did you mean mode?'],
    ['healing:\n  backoff:\n    "502": { kind: none }\n', 'c.yaml:3: healing.backoff.502: is not', 'did you mean 50'],
    [
      'healing:\n  backoff:\n    "429":\n      kind: none\n      bass: 1s\n',
      'c.yaml:5: healing.backoff.429.bass: is not',
      'did you mean base?',
    ],
    ['routes:\n  - match: a\n    too: [b]\n', 'c.yaml:3: routes[0].too: is not', 'did you mean to?'],
    ['telemetry: { zzzzzzzzzz: 1 }', 'c.yaml:1: telemetry.zzzzzzzzzz: is not', 'did you mean '],
  ])('%j names the key, the line and the nearest known one', (text, start, hint) => {
    const said = errorsOf(text).find((line) => line.startsWith(start));
    expect(said, errorsOf(text).join('\n')).toContain(hint);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('%s is refused wherever it stands', (name) => {
    const text = `server:\n  ${name}: { polluted: true }\n`;
    expect(errorsOf(text)).toEqual([`c.yaml:2: server.${name}: this name is never allowed as a key`]);
    expect(errorsOf(`{"healing": {\n"backoff": {"${name}": {}}}}`, 'c.json')).toEqual([
      `c.json:2: healing.backoff.${name}: this name is never allowed as a key`,
    ]);
    expect('polluted' in {}).toBe(false);
  });
});

describe('wrong values', () => {
  test.each([
    ['server:\n  port: eighty\n', 'c.yaml:2: server.port: expected a whole number from 0 to 65535, got text'],
    ['server:\n  port: 65536\n', 'c.yaml:2: server.port: expected a whole number from 0 to 65535, got 65536'],
    ['server:\n  port: 80.5\n', 'c.yaml:2: server.port: expected a whole number from 0 to 65535, got 80.5'],
    ['server:\n  port:\n', 'c.yaml:2: server.port: expected a whole number from 0 to 65535, got nothing'],
    ['server: 8045\n', 'c.yaml:1: server: expected a map'],
    ['- server\n', 'c.yaml:1: expected a map'],
    ['accounts: { email: a }\n', 'c.yaml:1: accounts: expected a list'],
    ['accounts:\n  - ada\n', 'c.yaml:2: accounts[0]: expected a map'],
    [
      'server:\n  host: 127.0.0.1/8\n',
      'c.yaml:2: server.host: expected a host name or address without a port, such as 127.0.0.1, got text',
    ],
    [
      'server:\n  allowed_hosts:\n    - "*"\n',
      'c.yaml:3: server.allowed_hosts[0]: expected a host name without a port, such as gateway.example.com, got text',
    ],
    [
      'server:\n  auth: { mode: of }\n',
      'c.yaml:2: server.auth.mode: expected one of off, strict, all_except_health, auto, got "of" (did you mean off?)',
    ],
    [
      'server:\n  auth: { mode: false }\n',
      'c.yaml:2: server.auth.mode: expected one of off, strict, all_except_health, auto, got false',
    ],
    [
      'healing:\n  hold: balance\n',
      'c.yaml:2: healing.hold: expected one of live, balanced, safe, got "balance" (did you mean balanced?)',
    ],
    ['healing:\n  resume: "yes"\n', 'c.yaml:2: healing.resume: expected true or false, got text'],
    ['healing:\n  max_attempts: 0\n', 'c.yaml:2: healing.max_attempts: expected a whole number from 1 to 20, got 0'],
    [
      'scheduling: { mode: balanced }',
      'c.yaml:1: scheduling.mode: expected one of cache_first, balance, performance_first, got "balanced" (did you mean balance?)',
    ],
    ['monitor: { bodies: none }', 'c.yaml:1: monitor.bodies: expected one of full, metadata, off, got "none"'],
    [account(...gemini, 'weight: 0'), 'c.yaml:5: accounts[0].weight: expected a number above 0, at most 1000, got 0'],
    [
      account(...gemini, 'weight: .nan'),
      'c.yaml:5: accounts[0].weight: expected a number above 0, at most 1000, got NaN',
    ],
    [
      account('provider: google', 'credential: env:A'),
      'c.yaml:3: accounts[0].provider: expected one of gemini, vertex, anthropic, openai, got "google"',
    ],
    [account('provider: gemini'), 'c.yaml:2: accounts[0].credential: expected text, got nothing'],
    [account(...gemini, 'models: gemini-3'), 'c.yaml:5: accounts[0].models: expected a list'],
    [
      account(...vertex, 'location: evil.example/#'),
      'c.yaml:6: accounts[0].location: expected a Google Cloud location such as global or us-east5, got text',
    ],
    ['routes:\n  - match: a\n', 'c.yaml:2: routes[0].to: is empty: name at least one model'],
    ['routes:\n  - match: a\n    to: []\n', 'c.yaml:3: routes[0].to: is empty: name at least one model'],
    ['routes:\n  - match: a\n    to: b\n', 'c.yaml:3: routes[0].to: expected a list'],
    [
      'routes:\n  - to: [b]\n',
      'c.yaml:2: routes[0].match: expected a model name or pattern such as "gemini-*", got nothing',
    ],
  ])('%j is told what was expected', (text, said) => {
    expect(errorsOf(text)).toContain(said);
  });

  test.each(['first_byte: 30', 'idle: 90 s', 'deadline: -1s', 'keepalive: 0', 'first_content: soon', 'deadline: 30d'])(
    'healing.%s is told which durations there are',
    (line) => {
      expect(errorsOf(`healing:\n  ${line}\n`)[0]).toMatch(
        /^c\.yaml:2: healing\.\w+: expected a duration such as 250ms, 30s, 5m, 2h or 30d above 0, at most 1d, got /,
      );
    },
  );

  test.each(['max_body: 100', 'max_body: 100mb', 'max_body: 0', 'max_body: 2GB'])(
    'server.%s is told which sizes there are',
    (line) => {
      expect(errorsOf(`server:\n  ${line}\n`)[0]).toMatch(
        /^c\.yaml:2: server\.max_body: expected a size such as 256KB/,
      );
    },
  );

  test('every error of a file is told at once, in the order of its lines', () => {
    const text = 'healing:\n  idle: x\nserver:\n  prot: 1\n  port: x\nroutes: 5\n';
    expect(errorsOf(text).map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'c.yaml:2 healing.idle',
      'c.yaml:4 server.prot',
      'c.yaml:5 server.port',
      'c.yaml:6 routes',
    ]);
  });
});
