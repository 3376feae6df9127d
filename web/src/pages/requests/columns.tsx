/** The columns of the table, and which of them a person has chosen to see. The choice is kept by the browser. */

import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import {
  AccountCell,
  AttemptsCell,
  CardCell,
  CountCell,
  DurationCell,
  FirstContentCell,
  ModelCell,
  OutcomeCell,
  PathCell,
  StatusCell,
  TimeCell,
} from './cells.tsx';
import type { ListedRow } from './filter.ts';

export const features = tableFeatures({ columnVisibilityFeature });
const column = createColumnHelper<typeof features, ListedRow>();

const CELLS = {
  time: (row) => <TimeCell row={row} />,
  outcome: (row) => <OutcomeCell row={row} />,
  status: (row) => <StatusCell row={row} />,
  model: (row) => <ModelCell row={row} />,
  account: (row) => <AccountCell row={row} />,
  path: (row) => <PathCell row={row} />,
  input: (row) => <CountCell value={row.input_tokens} />,
  output: (row) => <CountCell value={row.output_tokens} />,
  cached: (row) => <CountCell value={row.cache_read_tokens} />,
  first: (row) => <FirstContentCell row={row} />,
  duration: (row) => <DurationCell row={row} />,
  attempts: (row) => <AttemptsCell row={row} />,
} satisfies Record<string, (row: ListedRow) => ReactNode>;

export type ColumnName = keyof typeof CELLS;
export const COLUMN_NAMES = Object.keys(CELLS) as ColumnName[];
/** It has the link that opens the request. */
export const COLUMN_ALWAYS: ColumnName = 'time';

export const COLUMNS = column.columns(
  COLUMN_NAMES.map((id) => column.display({ id, cell: (info) => CELLS[id](info.row.original) })),
);
export const CARD_COLUMNS = column.columns([
  column.display({ id: 'card', cell: (info) => <CardCell row={info.row.original} /> }),
]);

export type Visibility = Readonly<Record<string, boolean>>;
const KEPT_AS = 'request-columns';

export function keptVisibility(): Visibility {
  return readVisibility(localStorage.getItem(KEPT_AS));
}

export function keepVisibility(visibility: Visibility): void {
  const hidden = COLUMN_NAMES.filter((name) => visibility[name] === false);
  localStorage.setItem(KEPT_AS, hidden.join(' '));
}

/** Columns that are hidden, by name: one that is new shows by itself. */
function readVisibility(kept: string | null): Visibility {
  const hidden = new Set((kept ?? '').split(' '));
  const names = COLUMN_NAMES.filter((name) => name !== COLUMN_ALWAYS && hidden.has(name));
  return Object.fromEntries(names.map((name) => [name, false]));
}
