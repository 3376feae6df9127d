/** What stands where a request will be: it is still running, or the journal does not have it. */

import { useTranslation } from 'react-i18next';
import type { LiveRow } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { OutcomeBadge } from '../../parts/outcome-badge.tsx';

interface AbsentProps {
  readonly id: string;
  readonly live: LiveRow | 'unseen' | 'unknown';
  readonly again: () => void;
}

export function AbsentRequest({ id, live, again }: AbsentProps) {
  const { t } = useTranslation('request');
  if (live === 'unknown') {
    return (
      <section className="notice">
        <h1>{t('absent.unknown')}</h1>
        <p className="mono">{id}</p>
        <p>{t('absent.unknown-why')}</p>
        <div className="bar">
          <button type="button" onClick={again}>
            {t('trouble.again', { ns: 'frame' })}
          </button>
          <a href={linkTo('requests')}>{t('back')}</a>
        </div>
      </section>
    );
  }
  return (
    <section className="notice">
      <h1>{live === 'unseen' ? t('absent.unseen') : t('absent.running')}</h1>
      <p className="mono">{id}</p>
      {live !== 'unseen' && (
        <p role="status">
          <OutcomeBadge outcome={live.outcome} /> {t(`absent.${live.state}`, { count: live.attempts })}{' '}
          <span className="mono">{live.model}</span>
        </p>
      )}
      <p className="quiet">{t('absent.opens')}</p>
    </section>
  );
}
