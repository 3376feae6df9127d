/** An error of the admin API, told where its content would have been. */

import { useTranslation } from 'react-i18next';
import { ApiError } from '../api.ts';

export function Trouble({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { t } = useTranslation();
  const isGone = error instanceof ApiError && error.status === 0;
  return (
    <div className="trouble" role="alert">
      <strong>{t(isGone ? 'trouble.gone' : 'trouble.failed')}</strong>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {again && (
        <button type="button" onClick={again}>
          {t('trouble.again')}
        </button>
      )}
    </div>
  );
}
