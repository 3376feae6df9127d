import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = readFileSync(join(import.meta.dirname, '../../../../src/model/failure.ts'), 'utf8');
const kinds = [...(source.split('export type FailureKind')[1]?.split('\n\n')[0] ?? '').matchAll(/\| '([a-z-]+)'/g)].map(
  ([, kind]) => kind,
);
const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../locales/en/overview.json'), 'utf8')) as {
  kind: Record<string, string>;
};

describe('the causes of failures', () => {
  it('all have words', () => {
    expect(kinds.length).toBeGreaterThan(20);
    expect(Object.keys(words.kind).sort()).toEqual([...kinds].sort());
  });
});
