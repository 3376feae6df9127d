/**
 * What a gateway leaves in its data directory, for the commands that ask after it while it runs or after it is gone. It reads: nothing here makes,
 * changes or removes a file.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readAdminKey } from './monitor/admin-key.ts';
import { openReadOnly, type ReadOnlyJournal } from './storage/sqlite/read-only.ts';

/** The key of the gateway that uses this directory; undefined where none has ever started. Throws a sentence when the file holds no usable key. */
export const adminKeyIn = readAdminKey;

/** The journal of this directory; undefined where there is none. */
export function openJournal(directory: string): ReadOnlyJournal | undefined {
  return existsSync(join(directory, 'requests.db')) ? openReadOnly(directory) : undefined;
}
