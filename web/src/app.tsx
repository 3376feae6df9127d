/** The frame around every page: navigation, session, theme and language. What is shown stands in the address alone. */

import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type Address, linkTo, useAddress } from './address.ts';
import { api, isSignedOut } from './api.ts';
import { RequestPage } from './pages/request/request-page.tsx';
import { RequestsPage } from './pages/requests/requests-page.tsx';
import { SignInNotice } from './parts/sign-in-notice.tsx';
import { Trouble } from './parts/trouble.tsx';
import { LanguageChoice, ThemeChoice } from './parts/view-choices.tsx';

/** Loaded when first opened: the list and one request are what people come for. */
const OverviewPage = lazy(async () => ({ default: (await import('./pages/overview/overview-page.tsx')).OverviewPage }));
const AccountsPage = lazy(async () => ({ default: (await import('./pages/accounts/accounts-page.tsx')).AccountsPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./pages/settings/settings-page.tsx')).SettingsPage }));

const PAGES = ['requests', 'overview', 'accounts', 'settings'] as const;

export function App() {
  const { t } = useTranslation();
  const address = useAddress();
  const session = useQuery({ queryKey: ['session'], queryFn: api.session, refetchInterval: SESSION_CHECK_MS });
  const current = address.page === 'request' ? 'requests' : address.page;
  return (
    <>
      <button type="button" className="skip-link" onClick={() => document.getElementById('content')?.focus()}>
        {t('skip')}
      </button>
      <header className="top-bar">
        <a className="brand" href={linkTo('requests')}>
          <img src="/favicon.svg" alt="" width="24" height="24" />
          <span>Antigravity Tools</span>
        </a>
        <nav aria-label={t('nav.label')}>
          {PAGES.map((page) => (
            <a key={page} href={linkTo(page)} aria-current={page === current ? 'page' : undefined}>
              {t(`nav.${page}`)}
            </a>
          ))}
        </nav>
        <div className="top-bar-choices">
          <LanguageChoice />
          <ThemeChoice />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Suspense>{content(address, session)}</Suspense>
      </main>
    </>
  );
}

const SESSION_CHECK_MS = 60_000;

function content(address: Address, session: { isPending: boolean; error: unknown }): ReactNode {
  if (session.isPending) return null;
  if (isSignedOut(session.error)) return <SignInNotice />;
  if (session.error) return <Trouble error={session.error} />;
  if (address.page === 'request') return <RequestPage id={address.id} />;
  if (address.page === 'overview') return <OverviewPage />;
  if (address.page === 'accounts') return <AccountsPage />;
  if (address.page === 'settings') return <SettingsPage />;
  return <RequestsPage />;
}
