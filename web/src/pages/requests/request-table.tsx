/**
 * The table of requests: only the rows in sight are in the document, and only they pass through the table model, so that its cost does not depend on
 * how many are loaded. It is a real table; where the window is narrow its rows are one cell of three lines.
 */

import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CellWords } from './cells.tsx';
import { CARD_COLUMNS, COLUMNS, features, type Visibility } from './columns.tsx';
import type { ListedRow } from './filter.ts';
import { Head, Spacer, TableRow } from './request-rows.tsx';

const ROW_PX = 40;
const CARD_PX = 78;
const HEAD_PX = 32;
const ROWS_BEYOND = 10;
/** So many before the last one the next page is asked for. */
const ROWS_AHEAD = 100;

export interface TableHandle {
  readonly show: (index: number) => void;
  readonly toTop: () => void;
}
interface TableProperties {
  readonly rows: readonly ListedRow[];
  readonly isCompact: boolean;
  readonly visibility: Visibility;
  readonly selectedId: string | undefined;
  readonly scrollTop: number;
  readonly scrolled: (scrollTop: number) => void;
  readonly open: (row: ListedRow) => void;
  readonly nearEnd: () => void;
  readonly handle: RefObject<TableHandle | null>;
}

export function RequestTable(properties: TableProperties) {
  const { rows, isCompact, nearEnd } = properties;
  const place = useRef<HTMLDivElement>(null);
  const rowPx = isCompact ? CARD_PX : ROW_PX;
  const headPx = isCompact ? 0 : HEAD_PX;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowPx,
    overscan: ROWS_BEYOND,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    initialOffset: properties.scrollTop,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  useHandle(properties, place, (index) => virtualizer.scrollToIndex(index));
  useFocusOnSelected(place, properties.selectedId);
  useEffect(() => {
    if (last >= rows.length - ROWS_AHEAD) nearEnd();
  });
  return (
    <div
      className="request-scroller"
      ref={place}
      data-compact={isCompact || undefined}
      onScroll={(event) => properties.scrolled(event.currentTarget.scrollTop)}
    >
      <Rows {...properties} first={first} last={last} rowPx={rowPx} />
    </div>
  );
}

interface RowsProperties extends TableProperties {
  readonly first: number;
  readonly last: number;
  readonly rowPx: number;
}

function Rows({ rows, first, last, rowPx, isCompact, selectedId, open, ...rest }: RowsProperties) {
  const { t, i18n } = useTranslation('requests');
  const words = useMemo(() => ({ t, i18n }), [t, i18n]);
  const inSight = useMemo(() => rows.slice(first, last + 1), [rows, first, last]);
  const columnVisibility = isCompact ? NONE_HIDDEN : rest.visibility;
  const table = useTable({
    features,
    columns: isCompact ? CARD_COLUMNS : COLUMNS,
    data: inSight,
    getRowId: (row) => row.id,
    state: { columnVisibility },
  });
  const hasSelected = inSight.some((row) => row.id === selectedId);
  const names = table.getVisibleLeafColumns().map((column) => column.id);
  return (
    <table className="request-table" aria-label={t('title')} aria-rowcount={rows.length + 1}>
      <Head names={names} isHidden={isCompact} />
      <Spacer height={first * rowPx} columns={names.length} />
      <CellWords value={words}>
        <tbody>
          {table.getRowModel().rows.map((row, place) => (
            <TableRow
              key={row.id}
              row={row}
              original={row.original}
              index={first + place}
              visibility={columnVisibility}
              isSelected={row.id === selectedId}
              isReachable={row.id === selectedId || (!hasSelected && place === 0)}
              open={open}
            />
          ))}
        </tbody>
      </CellWords>
      <Spacer height={Math.max(0, rows.length - 1 - last) * rowPx} columns={names.length} />
    </table>
  );
}

const NONE_HIDDEN: Visibility = {};

function useHandle(
  { handle }: TableProperties,
  place: RefObject<HTMLDivElement | null>,
  show: (index: number) => void,
): void {
  useImperativeHandle(handle, () => ({ show, toTop: () => place.current?.scrollTo({ top: 0 }) }));
}

/** A row that the keyboard has chosen takes the focus once it is in the document; one that the mouse scrolls past does not. */
function useFocusOnSelected(place: RefObject<HTMLDivElement | null>, selectedId: string | undefined): void {
  const focused = useRef(selectedId);
  useEffect(() => {
    if (focused.current === selectedId) return;
    const link = place.current?.querySelector<HTMLElement>('tr[aria-current] .row-link');
    if (selectedId !== undefined && !link) return;
    focused.current = selectedId;
    link?.focus({ preventScroll: true });
  });
}
