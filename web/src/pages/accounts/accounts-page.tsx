/** The accounts: how each one is now, why it rests and for how long, what it did in the last hour; test, switch, reset, add, remove. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useNow } from '../../parts/now.ts';
import { Trouble } from '../../parts/trouble.tsx';
import '../../styles/accounts.css';
import { AccountCard } from './account-card.tsx';
import { AddAccount } from './add-account.tsx';

const REFRESH_MS = 2_000;

export function AccountsPage() {
  const { t } = useTranslation('accounts');
  const [isAdding, setAdding] = useState(false);
  const now = useNow();
  const found = useQuery({ queryKey: ['accounts'], queryFn: api.accounts, refetchInterval: REFRESH_MS });
  const accounts = found.data?.accounts ?? [];
  return (
    <>
      <div className="bar accounts-bar">
        <h1>{t('title')}</h1>
        <button type="button" className="primary spring" onClick={() => setAdding(true)}>
          {t('add.open')}
        </button>
      </div>
      {found.error && <Trouble error={found.error} again={() => void found.refetch()} />}
      {found.data && accounts.length === 0 && <p className="card">{t('none')}</p>}
      <ul className="accounts">
        {accounts.map((account) => (
          <li key={account.email}>
            <AccountCard account={account} now={now} />
          </li>
        ))}
      </ul>
      {isAdding && <AddAccount close={() => setAdding(false)} />}
    </>
  );
}
