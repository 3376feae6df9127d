import { expect, it } from 'vitest';
import type { World } from '../../model/ports.ts';
import { createKeeper, UPKEEP_EVERY_MS } from './keeper.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Alarms ring and steps are answered when they are told to. */
function setup() {
  const alarms = new Set<{ ms: number; ring: () => void }>();
  const world = {
    now: () => 7,
    alarm(ms: number, ring: () => void) {
      const alarm = { ms, ring };
      alarms.add(alarm);
      return { cancel: () => alarms.delete(alarm) };
    },
  } as unknown as World;
  const asked: { ask: unknown; answer: (more: boolean) => Promise<unknown>; fail: () => Promise<unknown> }[] = [];
  const link = {
    ask: (_question: string, ask: unknown) =>
      new Promise((resolve, reject) => {
        const answer = (more: boolean) => {
          resolve(more);
          return settled();
        };
        const fail = () => {
          reject(new Error('the disk is full'));
          return settled();
        };
        asked.push({ ask, answer, fail });
      }),
  };
  const keeper = createKeeper(link as never, world, () => ({ retentionMs: 1, maxSizeBytes: 2 }));
  return { keeper, asked, alarms };
}

it('asks for one step at a time, and for another as long as one is due', async () => {
  const { keeper, asked } = setup();
  keeper.kick();
  expect(asked.map(({ ask }) => ask)).toEqual([{ now: 7, limits: { retentionMs: 1, maxSizeBytes: 2 } }]);
  await asked[0]?.answer(true);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer(false);
  expect(asked).toHaveLength(2);
});

it('what is written during the last step is looked at once more', async () => {
  const { keeper, asked } = setup();
  keeper.kick();
  keeper.kick();
  keeper.kick();
  expect(asked).toHaveLength(1);
  await asked[0]?.answer(false);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer(false);
  expect(asked).toHaveLength(2);
});

it('a step that fails ends the turn; the next begins anew', async () => {
  const { keeper, asked } = setup();
  keeper.kick();
  await asked[0]?.fail();
  expect(asked).toHaveLength(1);
  keeper.kick();
  expect(asked).toHaveLength(2);
});

it('looks from time to time, and not after its close', async () => {
  const { keeper, asked, alarms } = setup();
  const [first] = alarms;
  expect(first?.ms).toBe(UPKEEP_EVERY_MS);
  alarms.clear();
  first?.ring();
  expect(asked).toHaveLength(1);
  await asked[0]?.answer(false);
  expect(alarms.size).toBe(1);
  await keeper.close();
  expect(alarms.size).toBe(0);
  keeper.kick();
  expect(asked).toHaveLength(1);
});
