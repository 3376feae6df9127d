import { describe, expect, it } from 'vitest';
import { classifyAnthropic } from './anthropic/classify.ts';
import { classifyGemini } from './gemini/classify.ts';
import type { RefusalInput } from './refusal.ts';
import { classifyVertex } from './vertex/classify.ts';

describe('error bodies that mean harm', () => {
  const depth = 30_000;
  it.each([
    ['nested objects', `${'{"error":'.repeat(depth)}{}${'}'.repeat(depth)}`],
    ['nested arrays', `${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['a nested object in an array', `[{"error":${'['.repeat(depth)}${']'.repeat(depth)}}]`],
    ['a prototype', '{"__proto__":{"kind":"x"},"error":{"__proto__":{"message":"x"}}}'],
    ['no text at all', ''],
    ['a number', '429'],
    ['null details', '{"error":{"message":null,"details":[null,1,{"violations":[null,{"quotaId":7}]}]}}'],
    ['unfinished markup', `${'<a'.repeat(50_000)}`],
    ['blanks', ' \t\n'.repeat(100_000)],
  ])('%s is classified by its status', (_name, body) => {
    for (const read of [classifyAnthropic, classifyGemini, classifyVertex]) {
      expect(read(input(500, body))).toMatchObject({ kind: 'server-error', status: 500 });
    }
  });

  it('does not keep a body above the limit', () => {
    const body = JSON.stringify({ error: { message: 'm', padding: 'x'.repeat(70_000) } });
    const failure = classifyAnthropic(input(400, body));
    expect(failure).toMatchObject({ kind: 'request-refused', detail: 'm' });
    expect(failure.body).toBeUndefined();
  });

  it('makes one line of a long message', () => {
    const failure = classifyAnthropic(input(400, JSON.stringify({ error: { message: `a\r\nb ${'🙂'.repeat(400)}` } })));
    expect(failure.detail).toMatch(/^a b 🙂+…$/u);
    expect(failure.detail.length).toBeLessThanOrEqual(500);
  });
});

function input(status: number, body: string, headers: Record<string, string> = {}): RefusalInput {
  return { status, headers, body, now: Date.UTC(2026, 10, 20, 18, 0, 0) };
}
