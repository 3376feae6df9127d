import { expect, it } from 'vitest';
import { readSince } from './since.ts';

const now = Date.UTC(2026, 0, 2);

it.each([
  ['2h', now - 7_200_000],
  ['30d', now - 30 * 86_400_000],
  ['2026-01-01', Date.UTC(2026, 0, 1)],
  ['2026-01-01T08:30:00Z', Date.UTC(2026, 0, 1, 8, 30)],
])('reads %s', (text, ms) => {
  expect(readSince(text, now)).toEqual({ ms });
});

it.each(['yesterday', '12', '', '2026-13-01', 'h2', '1'])('does not guess what %j means', (text) => {
  expect(readSince(text, now)).toEqual({ problem: expect.stringContaining('--since') });
});
