/**
 * The real clients, unmodified from npm, each in its newest version or in the one it names. Each is driven without a person through a gateway to
 * each upstream it may be led to: a turn with a tool call, streamed, with one sick account of two. They are installed when the tests begin.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { clientNamed } from './all-clients.ts';
import type { ClientName } from './client.ts';
import { type Installed, installed } from './install.ts';
import { faultsOf } from './judge.ts';
import { type ClientRow, commandRows, sdkRows } from './table.ts';
import { visit } from './visit.ts';

const installMsMax = 360_000;
const visitMsMax = 120_000;

const rows = [...commandRows, ...sdkRows];
const names = [...new Set(rows.map((row) => row.client))];

describe.each(names)('%s', (name: ClientName) => {
  const client = clientNamed(name);
  let place: Installed;

  beforeAll(async () => {
    place = await installed(client);
    console.log(`${client.package} ${place.version}`);
  }, installMsMax);

  const mine = rows.filter((row) => row.client === name);
  it.each(mine)('completes a turn with a tool on $upstream while the first account is $weather', check, visitMsMax);

  async function check(row: ClientRow): Promise<void> {
    expect(faultsOf(await visit(client, place.folder, row), row)).toEqual([]);
  }
});
