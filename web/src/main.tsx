/** Starts the page: language, data cache, styles. It must never hold a secret; the session is a cookie that no script can read. */

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLanguages } from './languages.ts';
import './styles/base.css';
import './styles/parts.css';
import { startTheme } from './theme.ts';

const STALE_MS = 5_000;

startTheme();
await startLanguages();
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: STALE_MS, retry: 1 } } });
const place = document.getElementById('page');
if (place === null) throw new Error('the document has no place for the page');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
