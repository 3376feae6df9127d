/** The dialogs of the list: what is about to be deleted, and which keys there are. Nothing is deleted without having been told before. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { Modal } from '../../parts/modal.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { apiQuery, asksJournal, FILTER_KEYS, type Filter, isFiltered } from './filter.ts';
import { KEYS_OF } from './keys.ts';
import { tellLive } from './live-store.ts';
import { useValueOf } from './search-bar.tsx';

export function ClearDialog({ filter, close }: { readonly filter: Filter; readonly close: () => void }) {
  const { t } = useTranslation('requests');
  const queries = useQueryClient();
  const tell = useValueOf();
  // Counted back from the moment the dialog was opened: what is told is what is deleted.
  const [query] = useState(() => apiQuery(filter, Date.now()));
  const remove = useMutation({
    mutationFn: () => api.removeRequests(query),
    onSuccess: () => {
      tellLive({ what: 'forget' });
      void queries.invalidateQueries({ queryKey: ['facets'] });
    },
  });
  const active = FILTER_KEYS.filter((key) => filter[key] !== undefined);
  // The API has no word for what runs: asked without it, it would delete everything else.
  if (!asksJournal(filter)) return <Told text={t('clear.running')} close={close} />;
  if (remove.isSuccess) return <Told text={t('clear.done', { count: remove.data.deleted })} close={close} />;
  return (
    <Modal title={t('clear.title')} close={close}>
      <p>{t(isFiltered(filter) ? 'clear.filtered' : 'clear.all')}</p>
      <ul>
        {active.map((key) => (
          <li key={key}>
            {t(`filter.${key}`)}: <strong>{tell(key, filter[key] ?? '')}</strong>
          </li>
        ))}
      </ul>
      <p className="quiet">{t('clear.about')}</p>
      {remove.error && <Trouble error={remove.error} />}
      <div className="bar">
        <button type="button" onClick={close}>
          {t('cancel')}
        </button>
        <button type="button" className="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t('clear.confirm')}
        </button>
      </div>
    </Modal>
  );
}

function Told({ text, close }: { readonly text: string; readonly close: () => void }) {
  const { t } = useTranslation('requests');
  return (
    <Modal title={t('clear.title')} close={close}>
      <p role="status">{text}</p>
      <button type="button" onClick={close}>
        {t('close')}
      </button>
    </Modal>
  );
}

export function KeysDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation('requests');
  return (
    <Modal title={t('keys.title')} close={close}>
      <table className="plain">
        <thead className="for-readers">
          <tr>
            <th scope="col">{t('keys.key')}</th>
            <th scope="col">{t('keys.does')}</th>
          </tr>
        </thead>
        <tbody>
          {KEYS_OF.map(({ action, keys }) => (
            <tr key={action}>
              <td>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </td>
              <td>{t(`keys.${action}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={close}>
        {t('close')}
      </button>
    </Modal>
  );
}
