/** What a person can do with an account. A test says what it found beside its button, whether it went well or not. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountTestView, AccountView } from '../../../../src/monitor/views.ts';
import { api } from '../../api.ts';
import { formatDuration } from '../../format.ts';
import { Modal } from '../../parts/modal.tsx';
import { Trouble } from '../../parts/trouble.tsx';

export function AccountActions({ account }: { readonly account: AccountView }) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const test = useMutation({ mutationFn: () => api.testAccount(account.email), onSettled: onSuccess });
  const enable = useMutation({
    mutationFn: () => api.changeAccount(account.email, { enabled: !account.enabled }),
    onSuccess,
  });
  const reset = useMutation({ mutationFn: () => api.resetAccount(account.email), onSuccess });
  const error = test.error ?? enable.error ?? reset.error;
  const isUnwell = account.rests.length > 0 || account.circuits.length > 0;
  return (
    <>
      <div className="bar account-actions">
        <button type="button" disabled={test.isPending} onClick={() => test.mutate()}>
          {t(test.isPending ? 'test.running' : 'test.run')}
        </button>
        <button type="button" disabled={enable.isPending} onClick={() => enable.mutate()}>
          {t(account.enabled ? 'disable' : 'enable')}
        </button>
        {isUnwell && (
          <button type="button" disabled={reset.isPending} onClick={() => reset.mutate()} title={t('reset.why')}>
            {t('reset.run')}
          </button>
        )}
        {account.source === 'vault' && (
          <button type="button" className="danger spring" onClick={() => setRemoving(true)}>
            {t('remove.open')}
          </button>
        )}
      </div>
      <div role="status">{test.data && <TestResult result={test.data} />}</div>
      {error && <Trouble error={error} />}
      {isRemoving && <RemoveAccount email={account.email} close={() => setRemoving(false)} />}
    </>
  );
}

function TestResult({ result }: { readonly result: AccountTestView }) {
  const { t, i18n } = useTranslation('accounts');
  const language = i18n.resolvedLanguage ?? 'en';
  return (
    <p className={`account-test ${result.ok ? 'account-test-ok' : 'account-test-failed'}`}>
      <strong>
        <span aria-hidden="true">{result.ok ? '✓' : '✕'}</span> {t(result.ok ? 'test.ok' : 'test.failed')}
      </strong>{' '}
      <span className="quiet">
        {[result.status, result.model, formatDuration(result.took_ms, language)]
          .filter((each) => each !== null)
          .join(' · ')}
      </span>
      <br />
      {result.message}
    </p>
  );
}

function RemoveAccount({ email, close }: { readonly email: string; readonly close: () => void }) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.removeAccount(email),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['accounts'] });
      close();
    },
  });
  return (
    <Modal title={t('remove.title', { email })} close={close}>
      <p>{t('remove.what')}</p>
      {remove.error && <Trouble error={remove.error} />}
      <div className="bar">
        <button type="button" className="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t('remove.run')}
        </button>
        <button type="button" onClick={close}>
          {t('cancel')}
        </button>
      </div>
    </Modal>
  );
}
