/** The page of the overview: what came, what was saved, what failed and why, how fast. Only what was counted is told; costs are not guessed. */

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { StatsBy, StatsView } from '../../../../src/monitor/views.ts';
import { setQuery, useAddress } from '../../address.ts';
import { api } from '../../api.ts';
import { Trouble } from '../../parts/trouble.tsx';
import '../../styles/overview.css';
import { Breakdown } from './breakdown.tsx';
import { Failures } from './failures.tsx';
import { RANGES, type Range, readRange, stepOf, windowOf } from './ranges.ts';
import { StorageLine } from './storage-line.tsx';
import { Tiles } from './tiles.tsx';
import { TimeCharts } from './time-charts.tsx';

const ASK_AGAIN_MS = 60_000;

export function OverviewPage() {
  const { t } = useTranslation('overview');
  const range = readRange(useAddress().query.get('range'));
  return (
    <div className="overview-page">
      <div className="bar">
        <h1>{t('title')}</h1>
        <fieldset className="ranges spring">
          <legend className="for-readers">{t('range.label')}</legend>
          {RANGES.map((each) => (
            <button key={each} type="button" aria-pressed={each === range} onClick={() => setQuery({ range: each })}>
              {t(`range.${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <OverTime range={range} />
      <StorageLine />
    </div>
  );
}

function OverTime({ range }: { readonly range: Range }) {
  const { t } = useTranslation('overview');
  const stats = useStats(stepOf(range), range);
  if (stats.error && stats.data === undefined) {
    return <Trouble error={stats.error} again={() => void stats.refetch()} />;
  }
  if (stats.data === undefined) return <p className="quiet">{t('frame:loading')}</p>;
  if (stats.data.total.requests === 0) {
    return (
      <section className="card">
        <h2>{t('empty.title')}</h2>
        <p className="quiet">{t('empty.about')}</p>
      </section>
    );
  }
  return (
    <>
      <Tiles total={stats.data.total} range={range} />
      <TimeCharts stats={stats.data} range={range} />
      <Failures failures={stats.data.failures} range={range} />
      <ByName by="model" range={range} />
      <ByName by="account" range={range} />
    </>
  );
}

function ByName({ by, range }: { readonly by: 'model' | 'account'; readonly range: Range }) {
  const stats = useStats(by, range);
  if (stats.error) return <Trouble error={stats.error} again={() => void stats.refetch()} />;
  return stats.data === undefined ? null : <Breakdown by={by} buckets={stats.data.buckets} range={range} />;
}

function useStats(by: StatsBy, range: Range) {
  return useQuery<StatsView>({
    queryKey: ['stats', by, range],
    queryFn: () =>
      api.stats(by, {
        ...windowOf(range, Date.now()),
        time_zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    refetchInterval: ASK_AGAIN_MS,
  });
}
