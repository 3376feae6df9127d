/** Every error body that was recorded from OpenAI or a server of its dialects matches exactly one expectation. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../model/failure.ts';
import { classifyOpenai, classifyOpenaiInBand } from './classify.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const protocols = ['openai-chat', 'openai-responses', 'gemini-openai-compat'];
const now = Date.UTC(2026, 10, 20, 18, 0, 0);

const expected: readonly (readonly [RegExp, FailureKind])[] = [
  [/err400-(error-while-downloading|you-uploaded-an-unsupported-image)/, 'request-refused'],
  [/err400-invalid-(messages|schema|temperature)/, 'request-refused'],
  [/err400-unsupported-(parameter|value)/, 'request-refused'],
  [/err400-(previous-response|vercel-reasoning)/, 'request-refused'],
  [/err400-item-rs/, 'signature-refused'],
  [/err400-the-requested-model/, 'model-unknown'],
  [/err400-your-input-exceeds/, 'context-too-long'],
  [/err401-incorrect-api-key/, 'credential-refused'],
  [/err404-the-model/, 'model-unknown'],
  [/err429-vercel-openai-error|stream-vercel-openai-error/, 'account-exhausted'],
  [/stream-prism-stream-rate-limited/, 'rate-limited'],
  [/stream-prism-stream-unknown-error/, 'stream-error'],
];

interface Case {
  readonly name: string;
  readonly status: number;
  readonly bodies: readonly string[];
}

function casesIn(protocol: string): Case[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as {
      status: number;
      verify: { status: string };
    };
    const file = readdirSync(path).find((entry) => entry.startsWith('response.'));
    if (file === undefined) return [];
    const text = readFileSync(join(path, file), 'utf8');
    if (meta.status >= 400) return [{ name: `${protocol}/${name}`, status: meta.status, bodies: [text] }];
    if (meta.verify.status !== 'ERRORED') return [];
    const data = text.split('\n').filter((line) => line.startsWith('data: {'));
    const bodies = data.map((line) => line.slice(6)).filter((body) => /"type":"(error|response\.failed)"/.test(body));
    return [{ name: `${protocol}/${name}`, status: 0, bodies: bodies.slice(0, 1) }];
  });
}

const cases = protocols.flatMap(casesIn);

describe.skipIf(cases.length === 0)(`recorded errors of OpenAI's dialects in ${fixtures}`, () => {
  it('are there in number', () => {
    expect(cases.length).toBeGreaterThan(25);
  });

  it.for(cases)('$name', ({ name, status, bodies }) => {
    const rows = expected.filter(([pattern]) => pattern.test(name));
    expect(rows).toHaveLength(1);
    expect(bodies).toHaveLength(1);
    const [body = ''] = bodies;
    const failure = status === 0 ? classifyOpenaiInBand(body, now) : classifyOpenai({ status, headers: {}, body, now });
    expect(failure.kind).toBe(rows[0]?.[1]);
    expect(failure.detail).not.toBe('');
    expect(failure.reach).toBe(status === 0 ? 'streaming' : 'refused');
    if (status !== 0) expect(failure.body).toBe(body.trim());
  });
});
