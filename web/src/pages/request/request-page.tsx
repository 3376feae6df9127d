/** The page of one request: what happened, why, and what to do. Which request and which part of it stand in the address alone. */

import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../../src/monitor/views.ts';
import { useAddress } from '../../address.ts';
import { Trouble } from '../../parts/trouble.tsx';
import '../../styles/request.css';
import { AbsentRequest } from './absent-request.tsx';
import { BackLink, useBack } from './back-link.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { DiagnosisCard } from './diagnosis-card.tsx';
import { EventsPanel } from './events-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { MessagePanel } from './message-panel.tsx';
import { RequestActions } from './request-actions.tsx';
import { RequestHead } from './request-head.tsx';
import { readTab, type TabName, Tabs } from './tabs.tsx';
import { Timeline } from './timeline.tsx';
import { isMissing, useDetail } from './use-detail.ts';
import { useRequestKeys } from './use-request-keys.ts';

export function RequestPage({ id }: { readonly id: string }) {
  return <OneRequest key={id} id={id} />;
}

function OneRequest({ id }: { readonly id: string }) {
  const { t } = useTranslation('request');
  const { detail, live } = useDetail(id);
  const tab = readTab(useAddress().query);
  const back = useBack();
  useRequestKeys({ tab, back: back.go });
  return (
    <article className="request">
      <div className="bar request-top">
        <BackLink back={back} />
        {detail.data && <RequestActions view={detail.data} />}
      </div>
      {detail.data ? (
        <Answered view={detail.data} tab={tab} />
      ) : isMissing(detail.error) ? (
        <AbsentRequest id={id} live={live} again={() => void detail.refetch()} />
      ) : detail.error ? (
        <>
          <h1 className="mono">{id}</h1>
          <Trouble error={detail.error} again={() => void detail.refetch()} />
        </>
      ) : (
        <p role="status">{t('loading', { ns: 'frame' })}</p>
      )}
    </article>
  );
}

function Answered({ view, tab }: { readonly view: RequestView; readonly tab: TabName }) {
  return (
    <>
      <RequestHead view={view} />
      <DiagnosisCard view={view} />
      <Tabs tab={tab} counts={{ attempts: view.attempts.length, changes: view.changes.length, log: view.log.length }}>
        <Panel view={view} tab={tab} />
      </Tabs>
    </>
  );
}

function Panel({ view, tab }: { readonly view: RequestView; readonly tab: TabName }) {
  if (tab === 'request') return <MessagePanel key="request" side="request" message={view.request} />;
  if (tab === 'response') return <MessagePanel key="response" side="response" message={view.response} />;
  if (tab === 'events') return <EventsPanel view={view} />;
  if (tab === 'changes') return <ChangesPanel view={view} />;
  if (tab === 'log') return <LogPanel view={view} />;
  return <Timeline view={view} />;
}
