/** The journal alone, for a program that is not the gateway: a thread over a connection that cannot write. It makes no file, and no table. */

import type { RequestReader } from '../../monitor/rows.ts';
import { createLink } from './link.ts';
import { fromPieces } from './pieces.ts';

export interface ReadOnlyJournal {
  readonly query: RequestReader;
  close(): Promise<void>;
}

/** Rejects a question where there is no journal; a gateway may be writing it meanwhile. */
export function openReadOnly(directory: string): ReadOnlyJournal {
  const reader = createLink({ role: 'reader', directory }, () => {});
  return {
    query: {
      list: async (filter) => fromPieces(await reader.ask('list', { filter })),
      find: async (id) => (await reader.ask('find', { id })) ?? undefined,
    },
    close: () => reader.stop('closed'),
  };
}
