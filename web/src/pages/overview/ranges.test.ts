import { describe, expect, it } from 'vitest';
import type { StatsBucket } from '../../../../src/monitor/views.ts';
import { pointsOf, readRange, share, stacked, windowOf } from './ranges.ts';

const bucket = (key: string, changes: Partial<StatsBucket> = {}): StatsBucket => ({
  key,
  requests: 3,
  ok: 1,
  healed: 1,
  failed: 1,
  cancelled: 0,
  flags: { zero_token: 0, retried: 0, rotated: 0, repaired: 0, resumed: 0, fallback: 0, interrupted: 0 },
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  first_content_p50_ms: 100,
  first_content_p99_ms: 900,
  ...changes,
});

describe('the range of the overview', () => {
  it('is a day unless the address says another', () => {
    expect([readRange(null), readRange('1y'), readRange('7d')]).toEqual(['24h', '24h', '7d']);
  });
  it('ends with the present minute', () => {
    expect(windowOf('24h', Date.parse('2026-05-04T12:00:30Z'))).toEqual({
      since: '2026-05-03T12:01:00.000Z',
      until: '2026-05-04T12:01:00.000Z',
    });
  });
});

describe('the points of a chart', () => {
  const since = '2026-05-04T06:10:00Z';
  const until = '2026-05-04T10:10:00Z';
  it('have a zero and no latency in hours without requests', () => {
    const points = pointsOf([bucket('2026-05-04T07:00:00Z'), bucket('2026-05-04T09:00:00Z')], '24h', since, until);
    expect(points.times.map((time) => new Date(time * 1_000).getUTCHours())).toEqual([6, 7, 8, 9, 10]);
    expect(points.ok).toEqual([0, 1, 0, 1, 0]);
    expect(points.p50).toEqual([null, 100, null, 100, null]);
  });
  it('keep the half hours of zones that have them', () => {
    const points = pointsOf([bucket('2026-05-04T07:30:00Z')], '24h', since, until);
    expect(points.times.every((time) => new Date(time * 1_000).getUTCMinutes() === 30)).toBe(true);
    expect(points.ok).toEqual([0, 0, 1, 0, 0]);
  });
  it('are the days as they were told, which are not all of one length', () => {
    const points = pointsOf([bucket('2026-03-29T23:00:00Z'), bucket('2026-03-28T23:00:00Z')], '30d', since, until);
    expect(points.times).toEqual([
      Date.parse('2026-03-28T23:00:00Z') / 1_000,
      Date.parse('2026-03-29T23:00:00Z') / 1_000,
    ]);
  });
  it('are none where nothing happened, or where a key is no time', () => {
    expect(pointsOf([], '24h', since, until).times).toEqual([]);
    expect(pointsOf([bucket('not a time')], '30d', since, until).times).toEqual([]);
  });
  it('stack up', () => {
    expect(
      stacked([
        [1, 2],
        [3, 4],
        [5, 0],
      ]),
    ).toEqual([
      [1, 2],
      [4, 6],
      [9, 6],
    ]);
  });
});

describe('a share', () => {
  it('is not told of nothing', () => {
    expect([share(1, 4), share(0, 0)]).toEqual([0.25, null]);
  });
});
