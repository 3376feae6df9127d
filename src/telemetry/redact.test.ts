import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED } from './redact.ts';

/** A secret of the kind that no pattern knows. */
const secret = fc
  .string({ minLength: 12, maxLength: 60, unit: 'grapheme-ascii' })
  .map((text) => text.trim())
  .filter((text) => text.length >= 12 && new Set(text).size > 6);
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/+\n'.repeat(5)}-----END PRIVATE KEY-----\n`;

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  'JSON string': (text) => JSON.stringify({ v: text }),
  'JSON in JSON': (text) => JSON.stringify({ v: JSON.stringify({ v: text }) }),
  'URL component': (text) => `https://x.example/?v=${encodeURIComponent(text)}`,
  form: (text) => new URLSearchParams({ v: text }).toString(),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
};

describe.each(Object.entries(encodings))('a registered secret as %s', (_name, encode) => {
  it('never comes through, whatever stands around it', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const redactor = createRedactor();
        redactor.add(value);
        const encoded = encode(value);
        const out = redactor.text(`${before}${encoded}${after}`);
        // What may remain is what the surroundings say by themselves.
        if (before.includes(value) || after.includes(value)) return;
        expect(redactor.text(encoded)).not.toContain(value);
        expect(redactor.text(encoded)).toContain(REDACTED);
        expect(out).not.toContain(encoded);
      }),
    );
  });
});

it('inside Basic credentials a registered secret is found at every offset', () => {
  const redactor = createRedactor();
  redactor.add('correct-horse-battery');
  for (const user of ['', 'a', 'ab', 'abc', 'abcd']) {
    const basic = Buffer.from(`${user}:correct-horse-battery:x`).toString('base64');
    const left = redactor.text(basic);
    expect(left).toContain(REDACTED);
    expect(Buffer.from(left.replace(REDACTED, ''), 'base64').toString('latin1')).not.toContain('horse');
  }
});

it('a secret that begins like another leaves nothing of the longer one', () => {
  const redactor = createRedactor();
  redactor.add('first-part');
  redactor.add('first-part-and-more');
  expect(redactor.text('x first-part-and-more y')).toBe(`x ${REDACTED} y`);
});

it('a private key is taken out whole, by value and by shape, each line of it too', () => {
  const registered = createRedactor();
  registered.add(PRIVATE_KEY);
  for (const text of [PRIVATE_KEY, JSON.stringify({ private_key: PRIVATE_KEY }), PRIVATE_KEY.split('\n')[2] ?? '']) {
    expect(registered.text(text)).not.toContain('MIIE');
    expect(registered.text(text)).toContain(REDACTED);
  }
  const shapes = createRedactor();
  expect(shapes.text(PRIVATE_KEY)).toBe(`${REDACTED}\n`);
});

it('a line of JSON stays JSON when a key in it is taken out', () => {
  const texts = [
    { a: PRIVATE_KEY, b: 1 },
    { a: PRIVATE_KEY.slice(0, 80), b: 1 },
    { a: JSON.stringify({ k: PRIVATE_KEY.slice(0, 80), c: 2 }), b: 1 },
    { a: JSON.stringify({ k: JSON.stringify({ k: PRIVATE_KEY.slice(0, 80) }) }), b: 1 },
    { a: JSON.stringify({ url: 'https://x/?key=abcdef&alt=sse' }), b: 1 },
    { a: JSON.stringify({ h: 'Bearer abcdefghijklmnop1234' }), b: 1 },
  ];
  for (const value of texts) {
    const out = createRedactor().text(JSON.stringify(value));
    expect(JSON.parse(out).b).toBe(1);
    expect(out).toContain(REDACTED);
  }
});

it.each([
  ['sk-ant-api03-abcdefghijklmnop'],
  ['sk-proj-0123456789abcdef'],
  ['AIzaSyA0123456789abcdefghijklmnopqrstuv'],
  ['ya29.a0AfH6SMBexample_token'],
  ['GOCSPX-abcdefghijklmnop1234'],
  ['1//0gabcdefghijklmnopqrstuvwx'],
  ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJl'],
])('%s is known by its shape, wherever it stands', (token) => {
  const { text } = createRedactor();
  for (const around of ['', ' ', '"', '\\n', '\\"', '%20', '=', '/', '\\u000a', '(']) {
    expect(text(`${around}${token} end`)).toBe(`${around}${REDACTED} end`);
  }
});

it('ordinary text comes through as it is', () => {
  const { text } = createRedactor();
  const ordinary = [
    'a task-management-system-with-long-names and risk-assessment-of-everything',
    'Bearer of good news and authentication',
    'https://x.example/path?alt=sse&keyboard=1',
    '{"key":"value","eyJ":"x"}',
    'claude-haiku-4-5 at 2026-01-01T00:00:00.000Z',
  ].join('\n');
  expect(text(ordinary)).toBe(ordinary);
});

it('a query loses its key and nothing else', () => {
  const { text } = createRedactor();
  expect(text('GET /v1beta/models?alt=sse&key=abc.DEF-1&x=2')).toBe(`GET /v1beta/models?alt=sse&key=${REDACTED}&x=2`);
});

it('a value too short to be a secret is not registered', () => {
  const redactor = createRedactor();
  redactor.add('short');
  redactor.add('');
  expect(redactor.text('a short text')).toBe('a short text');
});

it('credential headers are shown by name only, unknown ones not at all', () => {
  const redactor = createRedactor();
  redactor.add('canary-value-1');
  expect(
    redactor.headers({
      Authorization: 'Bearer x',
      'X-Api-Key': 'k',
      'x-goog-api-key': 'k',
      cookie: 'c',
      'set-cookie': 'c',
      'proxy-authorization': 'p',
      'x-amz-security-token': 't',
      'anthropic-version': '2023-06-01',
      'user-agent': 'tool canary-value-1',
      'x-my-own': 'unknown',
      'X-Token-Count': 'estimated',
    }),
  ).toEqual({
    authorization: REDACTED,
    'x-api-key': REDACTED,
    'x-goog-api-key': REDACTED,
    cookie: REDACTED,
    'set-cookie': REDACTED,
    'proxy-authorization': REDACTED,
    'x-amz-security-token': REDACTED,
    'anthropic-version': '2023-06-01',
    'user-agent': `tool ${REDACTED}`,
    'x-token-count': 'estimated',
  });
});
