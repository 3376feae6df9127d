/** Whether the window is too narrow for a table of columns. */

import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 860px)');

export function useIsCompact(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed);
      return () => narrow.removeEventListener('change', changed);
    },
    () => narrow.matches,
  );
}
