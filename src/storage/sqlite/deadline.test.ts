import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { World } from '../../model/ports.ts';
import { openStorage } from './open.ts';

it('a search that takes too long is given up, and the next one is answered', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agt-deadline-'));
  let late = true;
  const world = {
    now: () => 0,
    elapsed: () => 0,
    alarm(_ms: number, ring: () => void) {
      // Rings before any thread could answer.
      if (late) queueMicrotask(ring);
      return { cancel: () => {} };
    },
  } as unknown as World;
  const storage = await openStorage({ directory, world, recorder: () => ({ see() {} }) });
  try {
    await expect(storage.query.list({ limit: 1 })).rejects.toThrow('the search took longer than 5 s');
    late = false;
    expect(await storage.query.list({ limit: 1 })).toEqual([]);
  } finally {
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
