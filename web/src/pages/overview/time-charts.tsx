/** The two charts over time: how requests ended, and how long people waited for the first content. */

import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatsView } from '../../../../src/monitor/views.ts';
import { formatCount, formatDuration, formatTime } from '../../format.ts';
import { Chart, type ChartSeries } from './chart.tsx';
import { pointsOf, type Range, stacked, stepOf } from './ranges.ts';

const OUTCOMES = ['ok', 'healed', 'failed', 'cancelled'] as const;
const COLOURS = { ok: '--good', healed: '--healed', failed: '--bad', cancelled: '--idle' } as const;

export function TimeCharts({ stats, range }: { readonly stats: StatsView; readonly range: Range }) {
  const { t, i18n } = useTranslation('overview');
  const { language } = i18n;
  const points = useMemo(() => pointsOf(stats.buckets, range, stats.since, stats.until), [stats, range]);
  const outcomes = useMemo((): ChartSeries[] => {
    const drawn = stacked(OUTCOMES.map((outcome) => points[outcome]));
    return OUTCOMES.map((outcome, index) => ({
      label: t(`frame:outcome.${outcome}`),
      colour: COLOURS[outcome],
      fill: `${COLOURS[outcome]}-ground`,
      drawn: drawn[index] ?? [],
      values: points[outcome],
    }));
  }, [points, t]);
  const waits = useMemo(
    (): ChartSeries[] => [
      { label: t('chart.p50'), colour: '--accent', drawn: points.p50, values: points.p50 },
      { label: t('chart.p99'), colour: '--warn', isDashed: true, drawn: points.p99, values: points.p99 },
    ],
    [points, t],
  );
  const tellCount = useCallback((value: number | null) => formatCount(value, language), [language]);
  const tellDuration = useCallback((value: number | null) => formatDuration(value, language), [language]);
  const tellTime = useTellTime(range);
  const { times } = points;
  return (
    <div className="charts">
      <Chart title={t('chart.outcomes')} times={times} series={outcomes} tellTime={tellTime} tellValue={tellCount} />
      <Chart title={t('chart.first')} times={times} series={waits} tellTime={tellTime} tellValue={tellDuration} />
    </div>
  );
}

/** Days by their date alone; hours also by the time of day. */
function useTellTime(range: Range): (seconds: number) => string {
  const { i18n } = useTranslation();
  return useCallback(
    (seconds) => {
      const time = new Date(seconds * 1_000);
      if (stepOf(range) === 'hour') return formatTime(time.toISOString(), i18n.language, Date.now());
      return new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(time);
    },
    [range, i18n.language],
  );
}
