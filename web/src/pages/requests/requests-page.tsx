/** The page of requests: what is listed stands in the address; the bar that narrows it stays while the list under it changes. */

import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import '../../styles/requests.css';
import { keepVisibility, keptVisibility, type Visibility } from './columns.tsx';
import { readFilter } from './filter.ts';
import { FilterMenu } from './filter-menu.tsx';
import { ClearDialog, KeysDialog } from './list-dialogs.tsx';
import { ColumnMenu, ExportMenu, MoreMenu } from './list-menus.tsx';
import { RequestList } from './request-list.tsx';
import { FilterChips, QuickFilters, SearchField } from './search-bar.tsx';
import { useIsCompact } from './use-is-compact.ts';

export function RequestsPage() {
  const { t } = useTranslation('requests');
  const query = useAddress().query.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(query)), [query]);
  const search = useMemo(() => new URLSearchParams(filter).toString(), [filter]);
  const field = useRef<HTMLInputElement>(null);
  const [visibility, setVisibility] = useState(keptVisibility);
  const [dialog, setDialog] = useState<'keys' | 'clear'>();
  const isCompact = useIsCompact();
  const choose = (chosen: Visibility): void => {
    keepVisibility(chosen);
    setVisibility(chosen);
  };
  return (
    <div className="requests-page">
      <h1 className="for-readers">{t('title')}</h1>
      <div className="bar list-bar">
        <SearchField filter={filter} field={field} />
        <FilterMenu filter={filter} />
        {!isCompact && <ColumnMenu visibility={visibility} choose={choose} />}
        <ExportMenu filter={filter} />
        <MoreMenu clear={() => setDialog('clear')} showKeys={() => setDialog('keys')} />
      </div>
      <QuickFilters filter={filter} />
      <FilterChips filter={filter} />
      <RequestList
        // Another filter is another list: it begins at its top.
        key={`${search} ${isCompact}`}
        filter={filter}
        search={search}
        isCompact={isCompact}
        visibility={visibility}
        field={field}
        showKeys={() => setDialog('keys')}
      />
      {dialog === 'clear' && <ClearDialog filter={filter} close={() => setDialog(undefined)} />}
      {dialog === 'keys' && <KeysDialog close={() => setDialog(undefined)} />}
    </div>
  );
}
