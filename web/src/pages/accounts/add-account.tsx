/** The form for a new account. What is typed as a credential is sent once, sealed by the gateway, and never comes back to the page. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Provider } from '../../../../src/model/config.ts';
import { api } from '../../api.ts';
import { Modal } from '../../parts/modal.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { accountOf, PROVIDERS } from './account-form.ts';

export function AddAccount({ close }: { readonly close: () => void }) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const [provider, setProvider] = useState<Provider>('anthropic');
  const add = useMutation({
    mutationFn: api.addAccount,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['accounts'] });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
    add.mutate(accountOf(Object.fromEntries(fields)));
  };
  return (
    <Modal title={t('add.title')} close={close}>
      <form onSubmit={submit} autoComplete="off">
        <Field label={t('add.provider')}>
          {(id) => (
            <select
              id={id}
              name="provider"
              value={provider}
              onChange={(event) => setProvider(event.target.value as Provider)}
            >
              {PROVIDERS.map((each) => (
                <option key={each} value={each}>
                  {t(`provider.${each}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('add.email')} hint={t('add.email-hint')}>
          {(id) => <input id={id} name="email" required placeholder={`ada@${provider}`} />}
        </Field>
        <Field label={t('add.credential')} hint={t(`add.credential-hint.${provider}`)}>
          {(id) => <input id={id} name="credential" type="password" required autoComplete="new-password" />}
        </Field>
        {provider === 'vertex' && <VertexFields />}
        <MoreFields />
        {add.error && <Trouble error={add.error} />}
        <div className="bar">
          <button type="submit" className="primary" disabled={add.isPending}>
            {t('add.run')}
          </button>
          <button type="button" onClick={close}>
            {t('cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function VertexFields() {
  const { t } = useTranslation('accounts');
  return (
    <>
      <Field label={t('add.project')}>
        {(id) => <input id={id} name="project" required placeholder="my-project" />}
      </Field>
      <Field label={t('add.location')}>{(id) => <input id={id} name="location" placeholder="global" />}</Field>
    </>
  );
}

function MoreFields() {
  const { t } = useTranslation('accounts');
  return (
    <details>
      <summary>{t('add.more')}</summary>
      <div className="account-more">
        <Field label={t('add.models')} hint={t('add.models-hint')}>
          {(id) => <input id={id} name="models" placeholder="claude-*, gemini-*" />}
        </Field>
        <Field label={t('add.base-url')} hint={t('add.base-url-hint')}>
          {(id) => <input id={id} name="base_url" type="url" placeholder="https://" />}
        </Field>
        <label className="bar">
          <input type="checkbox" name="allow_private" /> {t('add.allow-private')}
        </label>
      </div>
    </details>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <span className="quiet">{hint}</span>}
    </div>
  );
}
