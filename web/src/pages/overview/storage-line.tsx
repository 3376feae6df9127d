/** How much of its room the journal takes, and whether anything had to be left out of it. */

import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { formatBytes, formatTime } from '../../format.ts';
import { Trouble } from '../../parts/trouble.tsx';

export function StorageLine() {
  const { t, i18n } = useTranslation('overview');
  const storage = useQuery({ queryKey: ['storage'], queryFn: api.storage });
  const id = useId();
  if (storage.error) return <Trouble error={storage.error} again={() => void storage.refetch()} />;
  if (storage.data === undefined) return null;
  const { bytes, bytes_max, requests, oldest, dropped } = storage.data;
  const lost = dropped.bodies + dropped.records + dropped.state;
  return (
    <footer className="storage-line quiet">
      <span id={id}>{t('storage.title')}</span>
      <meter aria-labelledby={id} min={0} max={Math.max(1, bytes_max)} value={bytes} />
      <span>
        {t('storage.size', { size: formatBytes(bytes, i18n.language), limit: formatBytes(bytes_max, i18n.language) })}
      </span>
      <span>{t('storage.requests', { count: requests })}</span>
      {oldest !== null && <span>{t('storage.oldest', { time: formatTime(oldest, i18n.language, Date.now()) })}</span>}
      {lost > 0 && <span className="storage-lost">{t('storage.dropped', { count: lost })}</span>}
    </footer>
  );
}
