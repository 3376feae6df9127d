/** What has been changed and not yet saved, with the two ways out of it; and what the gateway said about the last try. */

import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api.ts';
import { Trouble } from '../../parts/trouble.tsx';
import type { Change, Issue } from './settings.ts';

interface PendingChangesProps {
  readonly changes: readonly Change[];
  readonly saving: boolean;
  readonly saved: boolean;
  readonly error: unknown;
  /** Faults that no field shows. */
  readonly elsewhere: readonly Issue[];
  readonly save: () => void;
  readonly discard: () => void;
  readonly reload: () => void;
}

export function PendingChanges(props: PendingChangesProps) {
  const { t } = useTranslation('settings');
  const { changes, saving, saved } = props;
  if (changes.length === 0) {
    return (
      <p role="status" className={saved ? 'settings-saved' : 'for-readers'}>
        {saved && t('saved')}
      </p>
    );
  }
  return (
    <section className="card pending" aria-labelledby="pending">
      <Failure {...props} />
      <div className="bar">
        <h2 id="pending">{t('pending', { count: changes.length })}</h2>
        <span className="spring" />
        <button type="button" onClick={props.discard} disabled={saving}>
          {t('discard')}
        </button>
        <button type="button" className="primary" onClick={props.save} disabled={saving}>
          {t(saving ? 'saving' : 'save')}
        </button>
      </div>
      <ul>
        {changes.map(({ key, from, to }) => (
          <li key={key}>
            <code>{key}</code>: <del>{from === '' ? t('nothing') : from}</del> <span aria-hidden="true">→</span>{' '}
            <ins>{to === null ? t('default-again') : to === '' ? t('nothing') : to}</ins>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Failure({ error, elsewhere, reload }: PendingChangesProps) {
  const { t } = useTranslation('settings');
  if (!(error instanceof ApiError)) return null;
  if (error.status === 409) {
    return (
      <div className="trouble" role="alert">
        <strong>{t('conflict')}</strong>
        <p>{t('conflict-why')}</p>
        <button type="button" onClick={reload}>
          {t('reload')}
        </button>
      </div>
    );
  }
  if (error.status !== 400) return <Trouble error={error} />;
  return (
    <div className="trouble" role="alert">
      <strong>{t('refused')}</strong>
      <p>{error.message}</p>
      {elsewhere.length > 0 && (
        <ul>
          {elsewhere.map(({ key, line, message }) => (
            <li key={`${key}-${line}-${message}`}>
              <code>{key}</code> {message} {line > 0 && t('line', { line })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
