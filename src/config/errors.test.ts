import { describe, expect, test } from 'vitest';
import { describeIssue } from './issue.ts';
import { parseConfig } from './load.ts';

function errorsOf(text: string, file = 'c.yaml') {
  const result = parseConfig(text, file);
  return 'errors' in result ? result.errors.map(describeIssue) : [];
}
function warningsOf(text: string) {
  const result = parseConfig(text, 'c.yaml');
  return 'errors' in result
    ? result.errors.map((issue) => `ERROR ${describeIssue(issue)}`)
    : result.warnings.map(describeIssue);
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

describe('values that do not go together', () => {
  test.each([
    [
      'accounts:\n  - { email: a, provider: gemini, credential: env:A }\n  - { email: A, provider: gemini, credential: env:A }\n',
      'c.yaml:3: accounts[1].email: is already the label of accounts[0]',
    ],
    [
      'server:\n  auth: { mode: strict }\n',
      'c.yaml:2: server.auth.keys: auth mode strict needs at least one key: every request would be refused',
    ],
    [
      'server:\n  auth:\n    keys:\n      - changeme\n',
      'c.yaml:4: server.auth.keys[0]: this key is shorter than 16 characters: use 32 random characters or more',
    ],
    [
      'server:\n  auth:\n    keys: ["your-api-key-here-1"]\n',
      'c.yaml:3: server.auth.keys[0]: this key is a placeholder or can be guessed: use 32 random characters or more',
    ],
    [
      account(...gemini, 'base_url: http://127.0.0.1:1'),
      'c.yaml:5: accounts[0].base_url: leads to a loopback address: that needs allow_private: true on this account',
    ],
    [
      account(...gemini, 'base_url: http://2130706433'),
      'c.yaml:5: accounts[0].base_url: leads to a loopback address: that needs allow_private: true on this account',
    ],
    [
      account(...gemini, 'base_url: "https://[fe80::1]"'),
      'c.yaml:5: accounts[0].base_url: leads to a private, link-local or reserved address: that needs allow_private: true on this account',
    ],
    [account(...gemini, 'base_url: ftp://example.com'), 'c.yaml:5: accounts[0].base_url: must be an http or https URL'],
    [account(...gemini, 'base_url: example.com'), 'c.yaml:5: accounts[0].base_url: must be an http or https URL'],
    [
      account(...gemini, 'base_url: https://u:p@example.com'),
      'c.yaml:5: accounts[0].base_url: must not carry a user name or password',
    ],
    [
      account(...gemini, 'base_url: https://example.com?x=1'),
      'c.yaml:5: accounts[0].base_url: must not carry a query or a fragment',
    ],
    [
      account(...gemini, 'base_url: "https://example.com/#"'),
      'c.yaml:5: accounts[0].base_url: must not carry a query or a fragment',
    ],
    [account(...gemini, 'project: p'), 'c.yaml:5: accounts[0].project: belongs to provider vertex only'],
    [account(...gemini, 'location: global'), 'c.yaml:5: accounts[0].location: belongs to provider vertex only'],
    [
      account(...gemini, 'token_url: https://x.example'),
      'c.yaml:5: accounts[0].token_url: belongs to provider vertex only',
    ],
    [
      account('provider: vertex', 'credential: ya29.token'),
      'c.yaml:2: accounts[0].project: is missing: provider vertex needs the project to bill',
    ],
    [
      account(...vertex, 'token_url: https://evil.example/token'),
      'c.yaml:6: accounts[0].token_url: is only for a private endpoint: without allow_private: true, tokens come from Google alone',
    ],
    [
      account(...vertex, 'allow_private: true', 'token_url: file:///etc/passwd'),
      'c.yaml:7: accounts[0].token_url: must be an http or https URL',
    ],
    [
      account(...gemini, 'models: []'),
      'c.yaml:5: accounts[0].models: an empty list serves no model: leave the key away for the default, or set enabled: false',
    ],
    [
      account('provider: gemini', 'credential: "env:"'),
      'c.yaml:4: accounts[0].credential: env: must be followed by the name of a variable',
    ],
    [
      'routes:\n  - match: a\n    to: ["gemini-*"]\n',
      'c.yaml:3: routes[0].to[0]: a wildcard inside a name leads nowhere: only "*" alone, the name that was asked for',
    ],
    [
      'healing:\n  backoff:\n    "429": { kind: linear }\n',
      'c.yaml:3: healing.backoff.429: needs base: kind linear starts from it',
    ],
    [
      'healing:\n  backoff:\n    "429": { kind: linear, base: 5s, max: 1s }\n',
      'c.yaml:3: healing.backoff.429: max is smaller than base',
    ],
    ['state: { url: "http://x" }', 'c.yaml:1: state.url: must be empty or start with redis:// or rediss://'],
    [
      'journal: { url: "mysql://x" }',
      'c.yaml:1: journal.url: must be empty or start with postgres:// or postgresql://',
    ],
    [
      'telemetry: { otlp: "localhost:4318" }',
      'c.yaml:1: telemetry.otlp: must be empty or start with http:// or https://',
    ],
  ])('%j is refused', (text, said) => {
    expect(errorsOf(text)).toEqual([said]);
  });

  test.each([
    [account(...gemini, 'base_url: http://127.0.0.1:1', 'allow_private: true')],
    [account('provider: vertex', 'credential: file:/a.json')],
    [account(...vertex, 'allow_private: true', 'base_url: http://10.0.0.1', 'token_url: http://127.0.0.1:1/token')],
    [account('provider: openai', 'credential: env:A', 'base_url: https://api.openai.com/v1')],
  ])('%j is accepted without a word', (text) => {
    expect(warningsOf(text)).toEqual([]);
  });

  test.each([
    [
      account('provider: gemini', 'credential: AIzaSyLiteral'),
      /^c\.yaml:4: accounts\[0\]\.credential: the credential stands in the file/,
    ],
    [
      account(...gemini, 'base_url: http://example.com'),
      /^c\.yaml:5: accounts\[0\]\.base_url: http: the credential travels unencrypted/,
    ],
    [
      account(...gemini, 'base_url: https://example.com/v1beta'),
      /^c\.yaml:5: accounts\[0\]\.base_url: the version is added/,
    ],
    [
      'routes:\n  - { match: "*", to: [a] }\n  - { match: b, to: [c] }\n',
      /^c\.yaml:3: routes\[1\]\.match: is never reached: routes\[0\]/,
    ],
    ['server: { auth: { mode: off, keys: [Zk3vq9xTf0aLm2Rw8PsY] } }', /^c\.yaml:1: server\.auth\.keys: auth mode off/],
  ])('%j is accepted with a warning', (text, said) => {
    expect(warningsOf(text)).toEqual([expect.stringMatching(said)]);
  });
});

describe('broken files', () => {
  test.each([
    ['server:\n  port: 1\n  port: 2\n', 'c.yaml:3: server.port: is stated twice in the same map'],
    ['server:\n  port: 1\n"server": {}\n', 'c.yaml:3: server: is stated twice in the same map'],
    ['server:\n\tport: 1\n', 'c.yaml:2: '],
    ['server: [1, 2\nrest: 1\n', 'c.yaml:2: '],
    ['server: {}\n---\nserver: {}\n', 'c.yaml:2: a second document starts here: only one is read'],
    ['server: *missing\n', 'c.yaml:1: '],
    ['server: !!js/function "x"\n', 'c.yaml:1: tags (!) are not used here'],
    ['? [a, b]\n: 1\n', 'c.yaml:1: ?: a key must be a plain name'],
    ['healing: @x\n', 'c.yaml:1: '],
  ])('%j is told where it breaks', (text, start) => {
    expect(errorsOf(text)[0]).toContain(start);
  });

  test.each([
    ['{\n  "server": {\n    "port": 1,\n  }\n}', 'c.json:4: is not JSON from here on'],
    ['{\n  // note\n  "server": {}\n}', 'c.json:2: is not JSON from here on'],
    ['{\n  "server": {}\n', 'c.json:2: ends before the JSON is complete'],
    ['server:\n  port: 1\n', 'c.json:1: is not JSON from here on'],
    ['{"server": {"port": 1,\n"port": 2}}', 'c.json:2: server.port: is stated twice in the same map'],
    ['{\n\t"healing": {\n\t\t"idel": "1s"\n\t}\n}', 'c.json:3: healing.idel: is not a known key'],
  ])('a .json file %j is held to JSON and keeps its lines', (text, start) => {
    expect(errorsOf(text, 'c.json')[0]).toContain(start);
  });

  test('a nest of aliases is refused before it grows', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `a${n}: &a${n} [${Array(10)
          .fill(n === 0 ? 'x' : `*a${n - 1}`)
          .join(', ')}]`,
    );
    expect(errorsOf(levels.join('\n')).join('\n')).toContain('aliases count each time');
  });

  test('an alias to itself ends', () => {
    expect(errorsOf('server: &me\n  auth: *me\n').join('\n')).toContain('deeply nested');
  });

  test('a file nested ten thousand levels deep is refused, not a crash', () => {
    expect(errorsOf('['.repeat(10_000))).toEqual(['c.yaml:1: is nested too deeply']);
    expect(errorsOf(`${'['.repeat(500)}${']'.repeat(500)}`).join('\n')).toContain('deeply nested');
  });

  test('a file of more than a megabyte is refused unread', () => {
    expect(errorsOf(`# ${'x'.repeat(1_100_000)}`)[0]).toContain('is larger than');
  });
});

test('no error and no warning repeats a secret', () => {
  const secret = 'Sx9SecretValueQ7';
  const texts = [
    account('provider: gemini', `credential: ${secret}`),
    account('provider: gemini', `credential: "${secret} x"`),
    account(...gemini, `base_url: https://user:${secret}@example.com`),
    account(...gemini, `base_url: ${secret}`),
    account(...gemini, `project: ${secret}`),
    `server: { auth: { keys: [${secret.slice(0, 12)}, "${secret} "] } }`,
    `server: { auth: { keys: ${secret} } }`,
    `server: { host: "${secret}/x", port: ${secret} }`,
    `state: { url: "x://:${secret}@h" }`,
    `credential: *${secret}\n`,
    `credential: !${secret} x\n`,
    `accounts: [ ${secret}: [ }\n`,
    `a: b: ${secret}\n`,
  ];
  for (const text of texts) {
    for (const line of [...errorsOf(text), ...warningsOf(text)]) expect(line).not.toContain(secret.slice(0, 12));
    for (const line of errorsOf(text, 'c.json')) expect(line).not.toContain(secret.slice(0, 12));
  }
});
