/** The limits that the provider's own headers told: what is left of what, until when. */

import { useTranslation } from 'react-i18next';
import type { LimitView } from '../../../../src/monitor/views.ts';
import { formatCount, formatDuration } from '../../format.ts';
import { remainingMs } from './remaining.ts';

export function AccountLimits({ limits, now }: { readonly limits: readonly LimitView[]; readonly now: number }) {
  const { t } = useTranslation('accounts');
  if (limits.length === 0) return null;
  return (
    <table className="plain account-limits">
      <caption className="for-readers">{t('limits.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('limits.title')}</th>
          <th scope="col" className="number">
            {t('limits.left')}
          </th>
          <th scope="col" className="number">
            {t('limits.resets')}
          </th>
        </tr>
      </thead>
      <tbody>
        {limits.map((told) => (
          <Limit key={told.what} told={told} now={now} />
        ))}
      </tbody>
    </table>
  );
}

/** What was left before the reset says nothing any more once it is over. */
function Limit({ told, now }: { readonly told: LimitView; readonly now: number }) {
  const { t, i18n } = useTranslation('accounts');
  const language = i18n.resolvedLanguage ?? 'en';
  const { what, limit, resets_at } = told;
  const left = resets_at === null ? null : remainingMs(resets_at, now);
  const isOver = left !== null && left <= 0;
  const remaining = isOver ? null : told.remaining;
  return (
    <tr>
      <th scope="row" className="mono">
        {what}
      </th>
      <td className="number">
        {formatCount(remaining, language)} / {formatCount(limit, language)}
        {limit !== null && remaining !== null && (
          <meter min={0} max={limit} low={limit * 0.1} value={remaining} aria-label={`${what}: ${t('limits.left')}`} />
        )}
      </td>
      <td className="number">{isOver ? t('limits.over') : formatDuration(left, language)}</td>
    </tr>
  );
}
