/** The menus over the list: which columns, in which form to save what is listed, and what the gateway keeps. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { api, exportLink } from '../../api.ts';
import { closeMenu, Menu } from '../../parts/menu.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { COLUMN_ALWAYS, COLUMN_NAMES, type Visibility } from './columns.tsx';
import { apiQuery, asksJournal, type Filter } from './filter.ts';

interface ColumnMenuProperties {
  readonly visibility: Visibility;
  readonly choose: (visibility: Visibility) => void;
}

export function ColumnMenu({ visibility, choose }: ColumnMenuProperties) {
  const { t } = useTranslation('requests');
  return (
    <Menu label={t('columns-menu')}>
      <fieldset className="choices">
        <legend className="for-readers">{t('columns-menu')}</legend>
        {COLUMN_NAMES.filter((name) => name !== COLUMN_ALWAYS).map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={visibility[name] !== false}
              onChange={(event) => choose({ ...visibility, [name]: event.target.checked })}
            />
            {t(`about.${name}`)}
          </label>
        ))}
      </fieldset>
    </Menu>
  );
}

export function ExportMenu({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('requests');
  const query = apiQuery(filter, Date.now());
  return (
    <Menu label={t('export.label')}>
      <p className="quiet">{t(asksJournal(filter) ? 'export.about' : 'export.running')}</p>
      {asksJournal(filter) && (
        <ul className="menu-list">
          {(['har', 'jsonl', 'csv'] as const).map((format) => (
            <li key={format}>
              <a
                className="button"
                href={exportLink(format, query)}
                download={`requests.${format}`}
                onClick={(event) => closeMenu(event.currentTarget)}
              >
                {format.toUpperCase()}
              </a>
              <span className="quiet">{t(`export.${format}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Menu>
  );
}

export function MoreMenu({ clear, showKeys }: { readonly clear: () => void; readonly showKeys: () => void }) {
  const { t } = useTranslation('requests');
  return (
    <Menu label={t('more')}>
      <CaptureForm />
      <hr />
      <div className="bar">
        <button
          type="button"
          onClick={(event) => {
            closeMenu(event.currentTarget);
            showKeys();
          }}
        >
          {t('keys.title')} <kbd>?</kbd>
        </button>
        <button
          type="button"
          className="danger"
          onClick={(event) => {
            closeMenu(event.currentTarget);
            clear();
          }}
        >
          {t('clear.button')}
        </button>
      </div>
    </Menu>
  );
}

/** As many as the gateway keeps at most. */
const CAPTURED_MAX = 100;

function CaptureForm() {
  const { t } = useTranslation('requests');
  const queries = useQueryClient();
  const id = useId();
  const capture = useQuery({ queryKey: ['capture'], queryFn: api.capture });
  const set = useMutation({
    mutationFn: api.setCapture,
    onSuccess: (view) => queries.setQueryData(['capture'], view),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    set.mutate(Number(new FormData(event.currentTarget).get('requests')));
  };
  const waiting = capture.data?.requests ?? 0;
  return (
    <form className="capture" onSubmit={submit}>
      <label htmlFor={id}>{t('capture.label')}</label>
      <p className="quiet">{t('capture.about')}</p>
      <div className="bar">
        <input id={id} name="requests" type="number" min="0" max={CAPTURED_MAX} defaultValue="5" required />
        <button type="submit" disabled={set.isPending}>
          {t('capture.set')}
        </button>
        {waiting > 0 && (
          <button type="button" onClick={() => set.mutate(0)}>
            {t('capture.stop')}
          </button>
        )}
      </div>
      <p role="status">{waiting > 0 && t('capture.waiting', { count: waiting })}</p>
      {(capture.error ?? set.error) && <Trouble error={capture.error ?? set.error} />}
    </form>
  );
}
