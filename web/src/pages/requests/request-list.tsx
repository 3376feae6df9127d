/** One list under one filter: its rows, its selection, its place. New rows are taken in only where nobody reads: at the top, and not paused. */

import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { go, linkToRequest, setQuery } from '../../address.ts';
import { Trouble } from '../../parts/trouble.tsx';
import type { Visibility } from './columns.tsx';
import type { Filter, ListedRow } from './filter.ts';
import type { KeyAction } from './keys.ts';
import { ListEmpty } from './list-empty.tsx';
import { memoryOf, remember } from './list-memory.ts';
import { ListStatus } from './list-status.tsx';
import { tellLive, useLive } from './live-store.ts';
import { RequestTable, type TableHandle } from './request-table.tsx';
import { SinceToldClock } from './since-told.tsx';
import { useKeys } from './use-keys.ts';
import { type Requests, useRequests } from './use-requests.ts';

/** Less than this is still the top. */
const TOP_PX = 4;

interface ListProperties {
  readonly filter: Filter;
  readonly search: string;
  readonly isCompact: boolean;
  readonly visibility: Visibility;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly showKeys: () => void;
}

export function RequestList({ filter, search, isCompact, visibility, field, showKeys }: ListProperties) {
  const live = useLive();
  const [memory] = useState(() => memoryOf(search, live.generation, Date.now));
  const [frozen, setFrozen] = useState(memory.frozen);
  const requests = useRequests(filter, search, frozen);
  const table = useRef<TableHandle>(null);
  const selection = useSelection(requests.rows, memory.selectedId, table);
  const freeze = (rows: ReadonlySet<string> | undefined): void => {
    remember({ frozen: rows });
    setFrozen(rows);
  };
  const scrolled = (scrollTop: number): void => {
    remember({ scrollTop });
    const isAtTop = scrollTop <= TOP_PX;
    if (isAtTop && frozen !== undefined) freeze(undefined);
    if (!isAtTop && frozen === undefined) freeze(toldIn(requests, live.told));
  };
  const togglePause = (): void => tellLive({ what: live.paused === undefined ? 'pause' : 'go-on' });
  const showNewest = (): void => {
    if (live.paused !== undefined) tellLive({ what: 'go-on' });
    freeze(undefined);
    table.current?.toTop();
  };
  useFetchAnew(live.isStale && frozen === undefined && live.paused === undefined);
  useNothingFrozenWhenEmpty(requests.rows.length === 0 && frozen !== undefined, () => freeze(undefined));
  const act = (action: KeyAction): void => {
    if (action === 'search') field.current?.select();
    else if (action === 'pause') togglePause();
    else if (action === 'help') showKeys();
    else if (action === 'escape') leave(field.current, selection);
    else selection.act(action);
  };
  useKeys(act);
  return (
    <>
      <ListStatus {...{ live, requests, togglePause, showNewest }} isScrolled={frozen !== undefined} />
      <ListBody requests={requests} filter={filter}>
        <SinceToldClock>
          <RequestTable
            rows={requests.rows}
            isCompact={isCompact}
            visibility={visibility}
            selectedId={selection.id}
            scrollTop={memory.scrollTop}
            scrolled={scrolled}
            open={selection.open}
            nearEnd={requests.loadMore}
            handle={table}
          />
        </SinceToldClock>
      </ListBody>
    </>
  );
}

interface BodyProperties {
  readonly requests: Requests;
  readonly filter: Filter;
  readonly children: React.ReactNode;
}

function ListBody({ requests, filter, children }: BodyProperties) {
  const { t } = useTranslation();
  const trouble = requests.error ? <Trouble error={requests.error} again={requests.again} /> : null;
  if (requests.rows.length > 0) {
    return (
      <>
        {trouble}
        {children}
      </>
    );
  }
  if (trouble !== null) return trouble;
  return requests.isPending ? <p className="quiet">{t('loading')}</p> : <ListEmpty filter={filter} />;
}

interface Selection {
  readonly id: string | undefined;
  readonly open: (row: ListedRow) => void;
  readonly act: (action: KeyAction) => void;
  readonly clear: () => void;
}

function useSelection(
  rows: readonly ListedRow[],
  remembered: string | undefined,
  table: RefObject<TableHandle | null>,
): Selection {
  const [id, setId] = useState(remembered);
  const select = (next: string | undefined): void => {
    remember({ selectedId: next });
    setId(next);
  };
  const open = (row: ListedRow): void => {
    select(row.id);
    go(linkToRequest(row.id));
  };
  const act = (action: KeyAction): void => {
    const at = id === undefined ? -1 : rows.findIndex((row) => row.id === id);
    if (action === 'open') {
      if (rows[at] !== undefined) open(rows[at]);
      return;
    }
    const wanted = { down: at + 1, up: at < 0 ? 0 : at - 1, first: 0, last: rows.length - 1 }[action as 'down'];
    const index = Math.min(rows.length - 1, Math.max(0, wanted));
    select(rows[index]?.id);
    table.current?.show(index);
  };
  return { id, open, act, clear: () => select(undefined) };
}

/** Escape takes back one thing after the other: what is searched for, where the field has the focus; the selection; the search. */
function leave(field: HTMLInputElement | null, selection: Selection): void {
  const isInField = field !== null && document.activeElement === field;
  if (isInField || selection.id === undefined) setQuery({ q: undefined }, { replace: true });
  if (isInField) field.blur();
  else selection.clear();
}

function useFetchAnew(isDue: boolean): void {
  useEffect(() => {
    if (isDue) tellLive({ what: 'refresh' });
  }, [isDue]);
}

/** A list without rows cannot be scrolled back to its top. */
function useNothingFrozenWhenEmpty(isStuck: boolean, thaw: () => void): void {
  useEffect(() => {
    if (isStuck) thaw();
  });
}

function toldIn(requests: Requests, told: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set(requests.rows.filter((row) => told.has(row.id)).map((row) => row.id));
}
