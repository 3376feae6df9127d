/** The parts of the table of requests: its head, one row, and what stands for the rows that are not in the document. */

import { FlexRender, type Row } from '@tanstack/react-table';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { IsReachable } from './cells.tsx';
import type { features, Visibility } from './columns.tsx';
import { isRunning, type ListedRow } from './filter.ts';

const NUMBERS = new Set(['status', 'input', 'output', 'cached', 'first', 'duration']);

export function Head({ names, isHidden }: { readonly names: readonly string[]; readonly isHidden: boolean }) {
  const { t } = useTranslation('requests');
  return (
    <>
      <colgroup>
        {names.map((name) => (
          <col key={name} className={`column-${name}`} />
        ))}
      </colgroup>
      <thead className={isHidden ? 'for-readers' : undefined}>
        <tr aria-rowindex={1}>
          {names.map((name) => (
            <th key={name} scope="col" className={NUMBERS.has(name) ? 'number' : undefined} title={t(`about.${name}`)}>
              {t(`columns.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

/** Stands for the rows that are not in the document, so that the scroll bar is right. */
export function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height === 0) return null;
  return (
    <tbody aria-hidden="true" className="spacer">
      <tr>
        <td colSpan={columns} style={{ height }} />
      </tr>
    </tbody>
  );
}

interface RowProperties {
  readonly row: Row<typeof features, ListedRow>;
  readonly original: ListedRow;
  readonly index: number;
  readonly visibility: Visibility;
  readonly isSelected: boolean;
  readonly isReachable: boolean;
  readonly open: (row: ListedRow) => void;
}

export const TableRow = memo(
  function TableRow({ row, original, index, isSelected, isReachable, open }: RowProperties) {
    return (
      // The link in the first cell opens the row too, by keyboard and for readers.
      <tr
        aria-rowindex={index + 2}
        aria-current={isSelected || undefined}
        data-running={isRunning(original) || undefined}
        onClick={(event) => {
          const isOwn = (event.target as Element).closest('a, button') !== null;
          if (!isOwn && getSelection()?.isCollapsed !== false) open(original);
        }}
      >
        <IsReachable value={isReachable}>
          {row.getVisibleCells().map((cell) => (
            <td key={cell.column.id} className={NUMBERS.has(cell.column.id) ? 'number' : undefined}>
              <FlexRender cell={cell} />
            </td>
          ))}
        </IsReachable>
      </tr>
    );
  },
  (before, now) =>
    before.original === now.original &&
    before.index === now.index &&
    before.visibility === now.visibility &&
    before.isSelected === now.isSelected &&
    before.isReachable === now.isReachable,
);
