import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleAttempt } from '../../../../src/monitor/example.testing.ts';
import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { StepRow } from '../../../../src/monitor/views.ts';
import { layWaterfall, SEGMENT_WIDTH_MIN } from './waterfall.ts';

const attempt = (values: Partial<AttemptRow>): AttemptRow => exampleAttempt({ status: 200, ended_ms: 0, ...values });
const step = (values: Partial<StepRow>): StepRow => ({ what: 'waiting', ms: 0, for_ms: null, why: null, ...values });
const shape = (rows: ReturnType<typeof layWaterfall>['rows']) =>
  rows.map((row) => (row.kind === 'attempt' ? row.attempt.n : row.step.what));
const times = (row: ReturnType<typeof layWaterfall>['rows'][number] | undefined) =>
  row?.segments.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]);

describe('the waterfall of a request', () => {
  it('cuts an attempt at its first byte and at its first content', () => {
    const one = attempt({ started_ms: 10, first_byte_ms: 30, first_content_ms: 50, ended_ms: 110 });
    const { rows, scaleMs } = layWaterfall({ attempts: [one], steps: [], duration_ms: 200 });
    expect(scaleMs).toBe(200);
    expect(times(rows[0])).toEqual([
      ['connect', 10, 30],
      ['peek', 30, 50],
      ['content', 50, 110],
    ]);
    expect(rows[0]?.segments.map(({ left, width }) => [left, Math.round(width)])).toEqual([
      [5, 10],
      [15, 10],
      [25, 30],
    ]);
  });
  it('says that an attempt without any answer only connected', () => {
    const { rows } = layWaterfall({ attempts: [attempt({ ended_ms: 30 })], steps: [], duration_ms: 30 });
    expect(times(rows[0])).toEqual([['connect', 0, 30]]);
  });
  it('lets an attempt that has no end reach to the end of the request', () => {
    const open = attempt({ started_ms: 40, first_byte_ms: 50, ended_ms: 0, result: 'cancelled' });
    const { rows } = layWaterfall({ attempts: [open], steps: [], duration_ms: 100 });
    expect(times(rows[0])).toEqual([
      ['connect', 40, 50],
      ['peek', 50, 100],
    ]);
  });
  it('shows something where nothing took any time', () => {
    const { rows, scaleMs } = layWaterfall({ attempts: [attempt({})], steps: [], duration_ms: 0 });
    expect(scaleMs).toBe(1);
    expect(rows[0]?.segments).toHaveLength(1);
    expect(rows[0]?.segments[0]?.width).toBeGreaterThanOrEqual(SEGMENT_WIDTH_MIN);
  });
  it('keeps bars of five milliseconds visible beside one of ten minutes', () => {
    const attempts = [
      attempt({ n: 1, ended_ms: 5 }),
      attempt({ n: 2, started_ms: 5, first_byte_ms: 7, first_content_ms: 9, ended_ms: 600_005 }),
      attempt({ n: 3, started_ms: 600_005, first_byte_ms: 600_006, first_content_ms: 600_008, ended_ms: 600_010 }),
    ];
    const { rows } = layWaterfall({ attempts, steps: [], duration_ms: 600_010 });
    expect(rows.map((row) => row.segments.length)).toEqual([1, 3, 3]);
    for (const segment of rows.flatMap((row) => row.segments)) {
      expect(segment.width).toBeGreaterThanOrEqual(SEGMENT_WIDTH_MIN - 1e-9);
      expect(segment.left + segment.width).toBeLessThanOrEqual(100 + 1e-9);
    }
  });
  it('ends a wait where the next attempt begins, or where it was to end', () => {
    const attempts = [attempt({ n: 1, ended_ms: 10 }), attempt({ n: 2, started_ms: 60, ended_ms: 90 })];
    const steps = [step({ ms: 10, for_ms: 500 }), step({ what: 'queued', ms: 90, for_ms: 7 })];
    const { rows } = layWaterfall({ attempts, steps, duration_ms: 100 });
    expect(shape(rows)).toEqual([1, 'waiting', 2, 'queued']);
    expect(times(rows[1])).toEqual([['waiting', 10, 60]]);
    expect(times(rows[3])).toEqual([['queued', 90, 97]]);
  });
  it('puts an attempt that was begun beside another directly under it', () => {
    const attempts = [
      attempt({ n: 1, ended_ms: 90 }),
      attempt({ n: 2, started_ms: 50, ended_ms: 80, hedge: true }),
      attempt({ n: 3, started_ms: 95, ended_ms: 99 }),
    ];
    const { rows } = layWaterfall({ attempts, steps: [step({ what: 'opened-early', ms: 20 })], duration_ms: 100 });
    expect(shape(rows)).toEqual([1, 2, 'opened-early', 3]);
    expect(rows[1]).toMatchObject({ beside: 1 });
  });
  it('has a few round ticks that begin at zero', () => {
    for (const duration_ms of [1, 7, 950, 61_234, 600_010, 86_400_000]) {
      const { ticks } = layWaterfall({ attempts: [], steps: [], duration_ms });
      expect(ticks[0]).toEqual({ ms: 0, left: 0 });
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });
  it('never lets a bar vanish, overlap its neighbour or leave the scale', () => {
    const ms = fc.integer({ min: -5, max: 700_000 });
    const any = fc.record({
      started_ms: ms,
      first_byte_ms: fc.option(ms),
      first_content_ms: fc.option(ms),
      ended_ms: ms,
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), ms, (list, duration_ms) => {
        const attempts = list.map((values, index) => attempt({ ...values, n: index + 1, hedge: index % 3 === 2 }));
        const { rows } = layWaterfall({ attempts, steps: [step({ ms: 3 })], duration_ms });
        expect(rows).toHaveLength(attempts.length + 1);
        for (const { segments } of rows) {
          let edge = -1e-9;
          for (const { left, width } of segments) {
            expect(left).toBeGreaterThanOrEqual(edge);
            expect(width).toBeGreaterThanOrEqual(SEGMENT_WIDTH_MIN - 1e-9);
            edge = left + width - 1e-9;
          }
          expect(edge).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
