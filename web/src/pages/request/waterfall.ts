/**
 * Lays a request's attempts and waits out on one scale of time. Pure: numbers in, percentages out. It must never hide a row: what took no time
 * still gets a sliver, and its true times stand beside it.
 */

import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { RequestView, StepRow } from '../../../../src/monitor/views.ts';

export type SegmentKind = 'connect' | 'peek' | 'content' | 'waiting' | 'queued' | 'moment';
/** `left` and `width` in percent of the scale; the times are the true ones. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly width: number;
}
export type WaterfallRow =
  | {
      readonly kind: 'attempt';
      readonly attempt: AttemptRow;
      /** The attempt that it was begun beside. */
      readonly beside: number | null;
      readonly segments: readonly Segment[];
    }
  | { readonly kind: 'step'; readonly step: StepRow; readonly segments: readonly Segment[] };
export interface Waterfall {
  readonly scaleMs: number;
  readonly ticks: readonly { readonly ms: number; readonly left: number }[];
  readonly rows: readonly WaterfallRow[];
}

/** Below this nobody sees a bar. */
export const SEGMENT_WIDTH_MIN = 0.75;
const TICKS_MAX = 5;

type Course = Pick<RequestView, 'attempts' | 'steps' | 'duration_ms'>;
type Span = Pick<Segment, 'kind' | 'fromMs' | 'toMs'>;

export function layWaterfall(course: Course): Waterfall {
  const spans = [
    ...course.attempts.map((attempt) => ({ attempt, spans: attemptSpans(attempt, course.duration_ms) })),
    ...course.steps.map((step) => ({ step, spans: [stepSpan(step, course)] })),
  ];
  const ends = spans.flatMap((each) => each.spans.map((span) => span.toMs));
  const scaleMs = Math.max(1, positive(course.duration_ms), ...ends);
  const rows = spans.map((each): WaterfallRow => {
    const segments = place(each.spans, scaleMs);
    if ('step' in each) return { kind: 'step', step: each.step, segments };
    return { kind: 'attempt', attempt: each.attempt, beside: besideWhich(each.attempt, course), segments };
  });
  return { scaleMs, ticks: ticksOf(scaleMs), rows: inOrder(rows) };
}

function attemptSpans(attempt: AttemptRow, durationMs: number): Span[] {
  const from = positive(attempt.started_ms);
  // An end before the start is none: the attempt was still under way.
  const to = attempt.ended_ms >= from ? attempt.ended_ms : Math.max(from, positive(durationMs));
  const within = (ms: number | null): number => Math.min(to, Math.max(from, ms ?? to));
  const firstByte = within(attempt.first_byte_ms ?? attempt.first_content_ms);
  const firstContent = Math.max(firstByte, within(attempt.first_content_ms));
  const spans: Span[] = [
    { kind: 'connect', fromMs: from, toMs: firstByte },
    { kind: 'peek', fromMs: firstByte, toMs: firstContent },
    { kind: 'content', fromMs: firstContent, toMs: to },
  ];
  const lasting = spans.filter((span) => span.toMs > span.fromMs);
  return lasting.length > 0 ? lasting : spans.slice(0, 1);
}

/** A wait ends when something else begins; it may be shorter than it was to be. */
function stepSpan(step: StepRow, { attempts, steps, duration_ms }: Course): Span {
  const fromMs = positive(step.ms);
  if (step.what !== 'waiting' && step.what !== 'queued') return { kind: 'moment', fromMs, toMs: fromMs };
  const waits = steps.filter((other) => other.what === 'waiting' || other.what === 'queued');
  const begins = [
    ...attempts.map((attempt) => attempt.started_ms).filter((ms) => ms >= fromMs),
    ...waits.map((other) => other.ms).filter((ms) => ms > fromMs),
  ];
  const planned = step.for_ms === null ? duration_ms : fromMs + step.for_ms;
  const toMs = begins.length > 0 ? Math.min(...begins) : Math.min(planned, duration_ms);
  return { kind: step.what, fromMs, toMs: Math.max(fromMs, toMs) };
}

/** One after the other, none narrower than the least width, none beyond the edge. */
function place(spans: readonly Span[], scaleMs: number): Segment[] {
  let edge = 0;
  const placed = spans.map((span) => {
    const left = Math.max(edge, (span.fromMs / scaleMs) * 100);
    const right = Math.max(left + SEGMENT_WIDTH_MIN, (span.toMs / scaleMs) * 100);
    edge = right;
    return { ...span, left, right };
  });
  let limit = 100;
  for (const segment of placed.reverse()) {
    segment.right = Math.min(segment.right, limit);
    segment.left = Math.min(segment.left, segment.right - SEGMENT_WIDTH_MIN);
    limit = segment.left;
  }
  return placed.reverse().map(({ right, ...segment }) => ({ ...segment, width: right - segment.left }));
}

function besideWhich(attempt: AttemptRow, { attempts }: Course): number | null {
  if (!attempt.hedge) return null;
  const others = attempts.filter((other) => other.n < attempt.n && other.started_ms <= attempt.started_ms);
  return others.at(-1)?.n ?? null;
}

/** By their beginning; an attempt begun beside another stands directly under it. */
function inOrder(rows: readonly WaterfallRow[]): WaterfallRow[] {
  const begin = (row: WaterfallRow): number => row.segments[0]?.fromMs ?? 0;
  const own = rows.filter((row) => row.kind === 'step' || row.beside === null);
  const sorted = own.toSorted((a, b) => begin(a) - begin(b) || rank(a) - rank(b));
  const hedges = rows.filter((row) => row.kind === 'attempt' && row.beside !== null);
  for (const hedge of hedges) {
    const partner = sorted.findIndex(
      (row) => row.kind === 'attempt' && hedge.kind === 'attempt' && row.attempt.n === hedge.beside,
    );
    sorted.splice(partner + 1, 0, hedge);
  }
  return sorted;
}

/** What happened before an attempt that began in the same millisecond stands above it. */
function rank(row: WaterfallRow): number {
  return row.kind === 'attempt' ? row.attempt.n + 1 : 0;
}

function ticksOf(scaleMs: number): { ms: number; left: number }[] {
  const rough = scaleMs / TICKS_MAX;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough);
  const count = Math.floor(scaleMs / step);
  return Array.from({ length: count + 1 }, (_, index) => ({
    ms: index * step,
    left: ((index * step) / scaleMs) * 100,
  }));
}

function positive(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
