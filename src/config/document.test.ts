import { describe, expect, test } from 'vitest';
import { account, errorsOf, gemini, warningsOf } from './issues.testing.ts';

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
