/** What stands where the rows would be: how to send the first request, or how to see more than the filter lets through. */

import { useTranslation } from 'react-i18next';
import { setQuery } from '../../address.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { type Filter, isFiltered, noFilter, RUNNING } from './filter.ts';

export function ListEmpty({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('requests');
  if (!isFiltered(filter)) return <FirstRequest />;
  const isOnlyRunning = filter.outcome === RUNNING;
  return (
    <section className="list-empty card">
      <h2>{t(isOnlyRunning ? 'empty.none-running' : 'empty.no-match')}</h2>
      <p className="quiet">{t(isOnlyRunning ? 'empty.none-running-about' : 'empty.no-match-about')}</p>
      <button type="button" onClick={() => setQuery(noFilter())}>
        {t('chips.clear')}
      </button>
    </section>
  );
}

function FirstRequest() {
  const { t } = useTranslation('requests');
  const sample = sampleRequest(location.origin);
  return (
    <section className="list-empty card">
      <h2>{t('empty.title')}</h2>
      <p>{t('empty.connect')}</p>
      <pre>
        <code>{CONNECT}</code>
      </pre>
      <CopyButton text={() => CONNECT} label={t('empty.copy')} />
      <p className="list-empty-next">{t('empty.curl')}</p>
      <pre>
        <code>{sample}</code>
      </pre>
      <CopyButton text={() => sample} label={t('empty.copy')} />
      <p className="quiet list-empty-next">{t('empty.live')}</p>
    </section>
  );
}

const CONNECT = 'antigravity-tools connect claude --write';

/** The key stands as a variable: this page knows none. */
function sampleRequest(origin: string): string {
  return [
    `curl ${origin}/v1/messages \\`,
    '  -H "x-api-key: $ANTIGRAVITY_TOOLS_KEY" \\',
    '  -H "content-type: application/json" \\',
    '  -d \'{"model":"claude-sonnet-4-5","max_tokens":64,"messages":[{"role":"user","content":"Say hello."}]}\'',
  ].join('\n');
}
