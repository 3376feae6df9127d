/** Who is looking, at which version; and the way out. */

import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { Trouble } from '../../parts/trouble.tsx';

export function SessionCard() {
  const { t } = useTranslation('settings');
  const session = useQuery({ queryKey: ['session'], queryFn: api.session });
  const signOut = useMutation({ mutationFn: api.signOut, onSuccess: () => location.reload() });
  return (
    <section className="card" aria-labelledby="session">
      <h2 id="session">{t('session')}</h2>
      <div className="bar">
        <span>
          {t('version')} <code>{session.data?.version}</code>
        </span>
        <button type="button" className="spring" onClick={() => signOut.mutate()} disabled={signOut.isPending}>
          {t('sign-out')}
        </button>
      </div>
      {signOut.error && <Trouble error={signOut.error} />}
    </section>
  );
}
