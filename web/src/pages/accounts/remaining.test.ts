import { describe, expect, it } from 'vitest';
import { remainingMs } from './remaining.ts';

describe('a countdown', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it('steps in whole seconds and reaches zero when the rest is over', () => {
    expect(remainingMs('2026-01-01T00:00:02.100Z', now)).toBe(3_000);
    expect(remainingMs('2026-01-01T00:00:00Z', now)).toBe(0);
    expect(remainingMs('2025-12-31T23:00:00Z', now)).toBe(0);
  });
});
