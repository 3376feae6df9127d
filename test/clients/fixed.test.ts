/** The SDKs at the versions that the project pins, so that every run of the tests has some real clients on every upstream without installing any. */

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { clientNamed } from './all-clients.ts';
import { faultsOf } from './judge.ts';
import { sdkRows } from './table.ts';
import { visit } from './visit.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const pinned = sdkRows.filter(({ client }) => client === 'anthropic-sdk' || client === 'google-genai');

describe.each(pinned)('$client on $upstream', (row) => {
  it(`completes a turn with a tool while the first account is ${row.weather}`, async () => {
    expect(faultsOf(await visit(clientNamed(row.client), project, row), row)).toEqual([]);
  });
});
