/** The same numbers by model or by account. Their names are captured text: they are shown as they are, and only ever become a filter. */

import { useTranslation } from 'react-i18next';
import type { StatsBucket } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { formatCount, formatDuration, NOTHING } from '../../format.ts';
import { type Range, share } from './ranges.ts';
import { formatShare } from './shares.ts';

/** Most requests first; whoever looks for the others filters the list. */
const ROWS_MAX = 25;
const COLUMNS = ['requests', 'healed', 'failed', 'input', 'output', 'p50', 'p99'] as const;

interface BreakdownProperties {
  readonly by: 'model' | 'account';
  readonly buckets: readonly StatsBucket[];
  readonly range: Range;
}

export function Breakdown({ by, buckets, range }: BreakdownProperties) {
  const { t } = useTranslation('overview');
  const more = buckets.length - ROWS_MAX;
  return (
    <section className="card" aria-labelledby={`by-${by}`}>
      <h2 id={`by-${by}`}>{t(`by.${by}`)}</h2>
      <div className="scrolls">
        <table className="plain breakdown">
          <thead>
            <tr>
              <th scope="col">{t(`column.${by}`)}</th>
              {COLUMNS.map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets.slice(0, ROWS_MAX).map((bucket) => (
              <BucketRow key={bucket.key} by={by} bucket={bucket} range={range} />
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p className="quiet">{t('by.more', { count: more })}</p>}
    </section>
  );
}

function BucketRow({ by, bucket, range }: { by: 'model' | 'account'; bucket: StatsBucket; range: Range }) {
  const { i18n } = useTranslation('overview');
  const { language } = i18n;
  const count = (value: number): string => formatCount(value, language);
  const link = (outcome?: string): string => linkTo('requests', { span: range, [by]: bucket.key, outcome });
  return (
    <tr>
      <th scope="row">{bucket.key === '' ? NOTHING : <a href={link()}>{bucket.key}</a>}</th>
      <td className="number">{count(bucket.requests)}</td>
      {(['healed', 'failed'] as const).map((outcome) => (
        <td key={outcome} className="number">
          {bucket[outcome] === 0 || bucket.key === '' ? (
            count(bucket[outcome])
          ) : (
            <a href={link(outcome)}>{count(bucket[outcome])}</a>
          )}{' '}
          <span className="quiet">{formatShare(share(bucket[outcome], bucket.requests), language)}</span>
        </td>
      ))}
      <td className="number">{count(bucket.input_tokens)}</td>
      <td className="number">{count(bucket.output_tokens)}</td>
      <td className="number">{formatDuration(bucket.first_content_p50_ms, language)}</td>
      <td className="number">{formatDuration(bucket.first_content_p99_ms, language)}</td>
    </tr>
  );
}
