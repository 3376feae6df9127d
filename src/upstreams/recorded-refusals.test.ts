import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from '../model/failure.ts';
import type { Frame } from '../model/wire.ts';
import { createFramer } from '../protocols/sse/framer.ts';
import { classifyAnthropic, classifyAnthropicInBand } from './anthropic/classify.ts';
import { classifyGemini, classifyGeminiInBand } from './gemini/classify.ts';
import { classifyVertex, classifyVertexInBand } from './vertex/classify.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const now = Date.UTC(2026, 10, 20, 18, 0, 0);

/** Every case that is an error must match exactly one row. */
const expected: readonly (readonly [RegExp, FailureKind, Partial<Failure>?])[] = [
  [/^anthropic\/json-err400-/, 'request-refused'],
  [/^anthropic\/json-err404-model-/, 'model-unknown'],
  [/^anthropic\/err400-prefill/, 'request-refused'],
  [/^anthropic\/err400-(expected-thinking|invalid-signature|thinking-)/, 'signature-refused'],
  [/^anthropic\/err429-input-tokens/, 'rate-limited'],
  [/^anthropic\/err429-spend-cap/, 'account-exhausted'],
  [/^anthropic\/err529-/, 'overloaded', { status: 529 }],
  [/^anthropic\/stream-error-first-event-overloaded/, 'stream-error', { status: 529, reach: 'streaming' }],
  [/^vertex-claude\/stream-error-overloaded/, 'stream-error', { status: 529, reach: 'streaming' }],
  [
    /^vertex-claude\/err400-invalid-signature-vrtx-wrapped/,
    'signature-refused',
    { requestId: 'req_vrtx_011CWwvKgCCu3fvjASX69zqX' },
  ],
  [/^vertex-claude\/err404-publisher-model/, 'model-unknown'],
  [/^vertex-claude\/err429-quota-/, 'rate-limited'],
  [/\/err400-firebase-unary-failure-api-key$|\/stream-firebase-streaming-failure-api-key$/, 'credential-refused'],
  [/\/err403-.*-not-enabled$|\/err403-.*iam-permission-denied$/, 'permission-refused'],
  [/\/err404-.*(unknown-model|model-not-found|location-url-not-found)$/, 'model-unknown'],
  [/\/err404-.*context-cache-not-found$/, 'request-refused'],
  [/^gemini\/err429-vercel-google-429-retry-info$/, 'rate-limited', { retryAfterMs: 34_400 }],
  [/^gemini\/(json-)?err429-resource-exhausted/, 'capacity-limited'],
  [/^gemini\/err429-free-tier-perday/, 'quota-exhausted', { retryAfterMs: 14 * 3_600_000 }],
  [/^vertex-gemini\/err429-.*quota-exceeded$/, 'model-unavailable'],
  [
    /\/(err400|stream)-firebase-.*(image-rejected|context-cache-model-doesnt-match|invalid-context-cache-id)$/,
    'request-refused',
  ],
  [/\/(err400|stream)-firebase-.*(http-error|unsupported-user-location)$/, 'permission-refused'],
  [/^vertex-gemini\/json-err400-the-input-token-count/, 'context-too-long'],
  [/^vertex-gemini\/json-err400-(cannot-fetch|please-use-a-valid-role|unable-to-submit)/, 'request-refused'],
  [/^vertex-gemini\/json-err401-/, 'credential-refused'],
  [/\/err400-.*thought-signature/, 'signature-refused'],
  [/^gemini\/err503-/, 'overloaded'],
  [/^vertex-gemini\/stream-firebase-streaming-failure-error-mid-stream$/, 'stream-error', { status: 499 }],
];

interface Case {
  readonly name: string;
  readonly provider: string;
  readonly status: number;
  readonly body: string;
  readonly inBand: boolean;
}

describe.skipIf(!existsSync(fixtures))(`recorded and quoted errors in ${fixtures}`, () => {
  const cases = existsSync(fixtures) ? [...casesIn(fixtures), ...casesIn(join(fixtures, 'quoted-errors'))] : [];

  it('are there', () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s is classified', (name, entry) => {
    const rows = expected.filter(([pattern]) => pattern.test(name));
    expect(rows.map(([pattern]) => String(pattern))).toHaveLength(1);
    const failure = entry.inBand ? classifyInBand(entry) : classify(entry);
    const [, kind, more] = rows[0]!;
    expect(failure).toMatchObject({ kind, ...more });
    expect(failure.detail).toMatch(/^[^\n]{3,500}$/);
    if (!entry.inBand) expect(failure).toMatchObject({ reach: 'refused', status: entry.status });
    if (entry.body.startsWith('{') && !name.includes('wrapped')) expect(failure.body).toBe(entry.body.trim());
    if (failure.body !== undefined) expect(JSON.parse(failure.body)).toHaveProperty('error');
  });

  it.each(cases.filter((entry) => !entry.inBand).map((entry) => [entry.name, entry] as const))(
    '%s means the same when served as an event stream',
    (_name, entry) => {
      if (!/^[[{]/.test(entry.body)) return;
      const data = JSON.stringify(JSON.parse(entry.body));
      expect(classify({ ...entry, body: `event: error\r\ndata: ${data}\r\n\r\n` }).kind).toBe(classify(entry).kind);
    },
  );
});

function casesIn(root: string): readonly Case[] {
  return ['anthropic', 'gemini', 'vertex-claude', 'vertex-gemini'].flatMap((provider) =>
    readdirSync(join(root, provider))
      .filter((name) => name !== 'INDEX.md')
      .flatMap((name) => caseIn(join(root, provider, name), provider, name)),
  );
}

function caseIn(path: string, provider: string, name: string): readonly Case[] {
  const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as {
    status: number;
    verify: { status: string };
  };
  const file = readdirSync(path).find((entry) => entry.startsWith('response.'));
  if (file === undefined) return [];
  const common = { name: `${provider}/${name}`, provider, status: meta.status };
  if (meta.status >= 400) return [{ ...common, body: readFileSync(join(path, file), 'utf8'), inBand: false }];
  if (meta.verify.status !== 'ERRORED') return [];
  return [{ ...common, body: errorIn(readFileSync(join(path, file))), inBand: true }];
}

/** The error object of a stream, found as a reader finds it. */
function errorIn(bytes: Buffer): string {
  const frames: Frame[] = [];
  const framer = createFramer();
  framer.push(bytes, frames);
  framer.end(frames);
  const texts = frames.map((frame) => (frame.shape === 'bare' ? Buffer.from(frame.raw).toString('utf8') : frame.data));
  const found = texts.find((text) => /"error"\s*:/.test(text));
  if (found === undefined) throw new Error('no error in this stream');
  return found;
}

function classify(entry: Case): Failure {
  const input = { status: entry.status, headers: {}, body: entry.body, now };
  if (entry.provider === 'anthropic') return classifyAnthropic(input);
  return entry.provider === 'gemini' ? classifyGemini(input) : classifyVertex(input);
}

function classifyInBand(entry: Case): Failure {
  if (entry.provider === 'anthropic') return classifyAnthropicInBand(entry.body, now);
  if (entry.provider === 'gemini') return classifyGeminiInBand(entry.body, now);
  return classifyVertexInBand(entry.provider === 'vertex-claude' ? 'anthropic' : 'gemini', entry.body, now);
}
