import { expect, it } from 'vitest';
import { createZone } from './zone.ts';

const at = (text: string) => Date.parse(text);

it.each([
  ['UTC', 'day', '2026-06-01T23:59:59Z', '2026-06-01T00:00:00Z'],
  ['Europe/Berlin', 'day', '2026-06-01T22:30:00Z', '2026-06-02T00:00:00+02:00'],
  ['Europe/Berlin', 'day', '2026-01-01T22:30:00Z', '2026-01-01T00:00:00+01:00'],
  ['America/New_York', 'day', '2026-01-01T04:59:00Z', '2025-12-31T00:00:00-05:00'],
  ['Asia/Kolkata', 'hour', '2026-01-01T10:15:00Z', '2026-01-01T15:00:00+05:30'],
  ['Asia/Kathmandu', 'hour', '2026-01-01T10:15:00Z', '2026-01-01T16:00:00+05:45'],
])('in %s a %s begins where the clock there says so', (zone, unit, moment, start) => {
  expect(createZone(zone).startOf(unit as 'hour' | 'day', at(moment))).toBe(start);
  expect(at(start)).toBeLessThanOrEqual(at(moment));
});

it('the day on which the clocks change is one day, of 23 or of 25 hours', () => {
  const zone = createZone('Europe/Berlin');
  const startsOf = (from: string, hours: number) =>
    Array.from({ length: hours }, (_, hour) => zone.startOf('day', at(from) + hour * 3_600_000));
  expect(new Set(startsOf('2026-03-28T23:00:00Z', 23))).toEqual(new Set(['2026-03-29T00:00:00+01:00']));
  expect(startsOf('2026-03-28T23:00:00Z', 24).at(-1)).toBe('2026-03-30T00:00:00+02:00');
  expect(new Set(startsOf('2026-10-24T22:00:00Z', 25))).toEqual(new Set(['2026-10-25T00:00:00+02:00']));
});

it('the two hours of one name are told apart', () => {
  const zone = createZone('Europe/Berlin');
  expect(zone.startOf('hour', at('2026-10-25T00:30:00Z'))).toBe('2026-10-25T02:00:00+02:00');
  expect(zone.startOf('hour', at('2026-10-25T01:30:00Z'))).toBe('2026-10-25T02:00:00+01:00');
});

it('a name that is none is refused', () => {
  expect(() => createZone('Nowhere/Land')).toThrow(RangeError);
});
