/** A list of lines that scrolls by itself. Short ones are written whole, so that the browser can search and select them; of long ones only what is seen. */

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

/** Up to here the browser draws everything without effort. */
const ROWS_WHOLE_MAX = 800;
const ROW_PX_GUESSED = 21;
const ROWS_BEYOND = 20;

export interface RowsProps {
  readonly label: string;
  readonly count: number;
  readonly row: (index: number) => ReactNode;
}

export function VirtualRows(props: RowsProps) {
  return props.count <= ROWS_WHOLE_MAX ? <WholeRows {...props} /> : <WindowedRows {...props} />;
}

function WholeRows({ label, count, row }: RowsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="rows" aria-label={label} tabIndex={0}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={index}>{row(index)}</div>
      ))}
    </section>
  );
}

function WindowedRows({ label, count, row }: RowsProps) {
  const place = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PX_GUESSED,
    overscan: ROWS_BEYOND,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="rows" aria-label={label} tabIndex={0} ref={place}>
      <div className="rows-all" style={{ blockSize: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            data-index={index}
            ref={rows.measureElement}
            className="rows-one"
            style={{ transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </section>
  );
}
