/** The line over the table: whether it is live, how many rows there are, what is held back. It says politely and rarely how many are new. */

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveState } from './live-rows.ts';
import type { Requests } from './use-requests.ts';

interface StatusProperties {
  readonly live: LiveState;
  readonly requests: Requests;
  readonly isScrolled: boolean;
  readonly togglePause: () => void;
  readonly showNewest: () => void;
}

export function ListStatus({ live, requests, isScrolled, togglePause, showNewest }: StatusProperties) {
  const { t } = useTranslation('requests');
  const isPaused = live.paused !== undefined;
  const link = isPaused ? 'paused' : live.link;
  const count = requests.rows.length;
  const isWorthGoing = requests.waiting > 0 || (isScrolled && live.isStale);
  return (
    <div className="bar list-status">
      <button type="button" aria-pressed={isPaused} aria-keyshortcuts="p" onClick={togglePause}>
        <span aria-hidden="true">{isPaused ? '▶' : '❚❚'}</span> {t(isPaused ? 'go-on' : 'pause')}
      </button>
      <span className={`link-state link-${link}`}>
        <span aria-hidden="true">●</span> {t(`link.${link}`)}
      </span>
      <span className="quiet">
        {!requests.isPending && t(requests.isFull ? 'rows-full' : requests.hasMore ? 'rows-more' : 'rows', { count })}
        {(requests.isPending || requests.isLoadingMore) && ` ${t('frame:loading')}`}
      </span>
      {isWorthGoing && (
        <button type="button" className="primary list-newest" onClick={showNewest}>
          {requests.waiting === 0 ? t('newest') : t('new', { count: requests.waiting })}{' '}
          <span aria-hidden="true">↑</span>
        </button>
      )}
      <Announcement live={live} />
    </div>
  );
}

const SAID_EVERY_MS = 10_000;

/** How many requests have begun since it was said last. Silent while nothing happens. */
function Announcement({ live }: { readonly live: LiveState }) {
  const { t } = useTranslation('requests');
  const [count, setCount] = useState(0);
  const newest = useRef(live.told);
  const known = useRef(new Set(live.told.keys()));
  useEffect(() => {
    newest.current = live.told;
  }, [live.told]);
  useEffect(() => {
    const timer = setInterval(() => {
      const ids = [...newest.current.keys()];
      setCount(ids.filter((id) => !known.current.has(id)).length);
      known.current = new Set(ids);
    }, SAID_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="for-readers" role="status">
      {count > 0 && t('new-said', { count })}
    </span>
  );
}
