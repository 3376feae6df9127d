import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as realWait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../model/ports.ts';
import { type BadConfig, type GoodConfig, readConfigFile } from './load.ts';
import { type ConfigWatch, watchConfig } from './watch.ts';

type Alarms = Pick<World, 'alarm'>;

/** Real time: the file system decides when it tells. */
const realAlarms: Alarms = {
  alarm: (ms, ring) => {
    const timer = setTimeout(ring, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

let directory: string;
let file: string;
let watch: ConfigWatch | undefined;
let changes: (GoodConfig | BadConfig)[];

function start(world: Alarms = realAlarms): ConfigWatch {
  watch = watchConfig(file, { world, readFile: readConfigFile }, (change) => changes.push(change));
  return watch;
}
/** `9000` for a good change, `refused` for a bad one. */
function seen(): (number | string)[] {
  return changes.map((change) => ('errors' in change ? 'refused' : change.config.server.port));
}
async function until(expected: (number | string)[]): Promise<void> {
  await expect.poll(seen, { timeout: 10_000, interval: 10 }).toEqual(expected);
}
function config(port: number | string): string {
  return `server:\n  port: ${port}\n`;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-watch-'));
  file = join(directory, 'config.yaml');
  writeFileSync(file, config(1));
  changes = [];
});
afterEach(() => {
  watch?.close();
  watch = undefined;
  rmSync(directory, { recursive: true });
});

describe('on a real directory', () => {
  test('a file that is written, replaced, broken and mended again', async () => {
    start();
    writeFileSync(file, config(2));
    await until([2]);
    writeFileSync(join(directory, 'config.yaml.tmp'), config(3));
    renameSync(join(directory, 'config.yaml.tmp'), file);
    await until([2, 3]);
    writeFileSync(file, config('broken'));
    await until([2, 3, 'refused']);
    expect(changes[2]).toMatchObject({ errors: [{ file, line: 2, key: 'server.port' }] });
    writeFileSync(file, config(3));
    await until([2, 3, 'refused', 3]);
  });

  test('a file that was not there at the start is seen when it comes', async () => {
    unlinkSync(file);
    start();
    writeFileSync(file, config(5));
    await until([5]);
  });

  test('a file that goes away is told and leaves the old configuration in force, and its return is seen', async () => {
    start();
    unlinkSync(file);
    await until(['refused']);
    writeFileSync(file, config(6));
    await until(['refused', 6]);
  });

  test('a file behind a link is seen when the link moves', async () => {
    unlinkSync(file);
    for (const port of [1, 7]) {
      mkdirSync(join(directory, `version${port}`));
      writeFileSync(join(directory, `version${port}`, 'config.yaml'), config(port));
    }
    symlinkSync('version1', join(directory, '..data'));
    symlinkSync('..data/config.yaml', file);
    start();
    symlinkSync('version7', join(directory, '..data_next'));
    renameSync(join(directory, '..data_next'), join(directory, '..data'));
    await until([7]);
  });

  test('after close nothing is told any more', async () => {
    start().close();
    writeFileSync(file, config(8));
    writeFileSync(join(directory, 'other'), '');
    await realWait(300);
    expect(seen()).toEqual([]);
  });

  test('a directory that is not there is told, not thrown', () => {
    file = join(directory, 'missing', 'config.yaml');
    start();
    expect(changes).toMatchObject([
      { errors: [{ file, message: expect.stringContaining('ENOENT') }], unreadable: true },
    ]);
  });
});

describe('with alarms held in the hand', () => {
  /** Alarms that ring when the test says so. */
  function heldAlarms() {
    const pending = new Map<() => void, number>();
    const alarm: Alarms['alarm'] = (ms, ring) => {
      pending.set(ring, ms);
      return { cancel: () => pending.delete(ring) };
    };
    const ring = () => {
      const rings = [...pending.keys()];
      pending.clear();
      for (const each of rings) each();
    };
    return { alarm, ring, waits: () => [...pending.values()] };
  }

  test('an unchanged text is no change', () => {
    const held = heldAlarms();
    start(held).check();
    writeFileSync(file, config(1));
    watch?.check();
    expect(seen()).toEqual([]);
  });

  test('a file emptied for a moment does not take everything away', () => {
    const held = heldAlarms();
    start(held);
    writeFileSync(file, '');
    watch?.check();
    expect(seen()).toEqual([]);
    expect(held.waits()).toHaveLength(1);
    writeFileSync(file, config(2));
    held.ring();
    expect(seen()).toEqual([2]);
  });

  test('a file that stays empty means the defaults', () => {
    const held = heldAlarms();
    start(held);
    writeFileSync(file, '');
    watch?.check();
    held.ring();
    expect(seen()).toEqual([8045]);
  });
});
