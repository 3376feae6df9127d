import { describe, expect, it } from 'vitest';
import type { CooldownOrder } from '../model/failure.ts';
import type { StateEntry, StateStore } from '../model/ports.ts';
import { COOLDOWN_MS_MAX, COOLDOWNS_MAX, createCooldowns, MODEL_CHARS_MAX } from './cooldowns.ts';

const told = (ms: number, scope: CooldownOrder['scope'] = 'model') => ({ scope, ms, told: true, reason: `told ${ms}` });
const guess = (ms: number, scope: CooldownOrder['scope'] = 'model') => ({
  scope,
  ms,
  told: false,
  reason: `guess ${ms}`,
});

describe('a cooldown', () => {
  it('holds for its model, or for every model of the account', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', told(10), 0);
    expect(cooldowns.rest('a', 'm', 9)).toMatchObject({ until: 10, told: true });
    expect(cooldowns.rest('a', 'm', 10)).toBeUndefined();
    expect(cooldowns.rest('a', 'n', 9)).toBeUndefined();
    expect(cooldowns.rest('b', 'm', 9)).toBeUndefined();
    cooldowns.order('a', 'm', told(20, 'account'), 0);
    expect(cooldowns.rest('a', 'n', 9)).toMatchObject({ until: 20 });
  });

  it('is never shortened by a later and shorter one of its kind', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', told(100), 0);
    cooldowns.order('a', 'm', told(10), 5);
    expect(cooldowns.rest('a', 'm', 50)).toMatchObject({ until: 100, reason: 'told 100' });
  });

  it('that was told is not replaced by a guess, and replaces one', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', guess(100), 0);
    cooldowns.order('a', 'm', told(10), 0);
    cooldowns.order('a', 'm', guess(100), 0);
    expect(cooldowns.rest('a', 'm', 5)).toMatchObject({ until: 10, told: true });
  });

  it('of the account outweighs one of the model when it was told, or when both are alike and it ends later', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', guess(100), 0);
    cooldowns.order('a', 'm', told(10, 'account'), 0);
    expect(cooldowns.rest('a', 'm', 5)).toMatchObject({ until: 10, told: true });
    expect(cooldowns.rest('a', 'm', 11)).toMatchObject({ until: 100, told: false });
  });

  it('by guess is disproved by a success that began after it, and by no other', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', guess(100), 10);
    cooldowns.order('a', 'm', guess(100, 'account'), 10);
    cooldowns.disprove('a', 'm', 9);
    expect(cooldowns.list(20)).toHaveLength(2);
    cooldowns.disprove('a', 'm', 10);
    expect(cooldowns.list(20)).toEqual([]);
  });

  it('by guess that was met again meanwhile is not disproved by a success from between', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', guess(100), 10);
    cooldowns.order('a', 'm', guess(20), 50);
    cooldowns.disprove('a', 'm', 30);
    expect(cooldowns.rest('a', 'm', 60)).toMatchObject({ until: 110 });
  });

  it('that was told is disproved by nothing but the clock or a person', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', told(100), 0);
    cooldowns.disprove('a', 'm', 50);
    expect(cooldowns.rest('a', 'm', 60)).toBeDefined();
    cooldowns.clear('a');
    expect(cooldowns.rest('a', 'm', 60)).toBeUndefined();
  });

  it.each([0, -5, Number.NaN])('of %s ms is none', (ms) => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', told(ms), 0);
    expect(cooldowns.list(0)).toEqual([]);
  });

  it('of absurd length ends after the longest one there is', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', 'm', told(Number.POSITIVE_INFINITY), 0);
    expect(cooldowns.rest('a', 'm', 1)).toMatchObject({ until: COOLDOWN_MS_MAX });
  });

  it('for a caller’s model name that means all models, or is too long, is not remembered', () => {
    const cooldowns = createCooldowns(memoryState(), 0);
    cooldowns.order('a', '*', told(10), 0);
    cooldowns.order('a', 'x'.repeat(MODEL_CHARS_MAX + 1), told(10), 0);
    expect(cooldowns.list(0)).toEqual([]);
    expect(cooldowns.rest('a', 'm', 1)).toBeUndefined();
  });

  it('is one of a limited number: the one that ends first is forgotten, in the store too', () => {
    const state = memoryState();
    const cooldowns = createCooldowns(state, 0);
    for (let n = 0; n <= COOLDOWNS_MAX; n += 1) cooldowns.order('a', `m${n}`, told(n === 7 ? 10 : 1_000), 0);
    expect(cooldowns.rest('a', 'm7', 1)).toBeUndefined();
    expect(cooldowns.list(1)).toHaveLength(COOLDOWNS_MAX);
    expect(state.load('cooldowns')).toHaveLength(COOLDOWNS_MAX);
  });
});

describe('cooldowns in the store', () => {
  it('are the same after a restart, until they end', () => {
    const state = memoryState();
    const before = createCooldowns(state, 0);
    before.order('a', 'm', told(100), 0);
    before.order('a', 'm', guess(200, 'account'), 0);
    before.order('b', 'n', told(10), 0);
    const after = createCooldowns(state, 50);
    expect(after.list(50)).toEqual(before.list(50));
    expect(after.list(50)).toHaveLength(2);
    expect(state.load('cooldowns')).toHaveLength(2);
  });

  it('end after the longest one there is, whatever they read', () => {
    const state = memoryState();
    state.put('cooldowns', { key: 'a\u0000m', value: '{"until":1e300,"told":true,"scope":"model"}', expires: 1e300 });
    expect(createCooldowns(state, 5).rest('a', 'm', 6)).toMatchObject({ until: 5 + COOLDOWN_MS_MAX });
  });

  it('are kept as key and value that other replicas can read', () => {
    const state = memoryState();
    createCooldowns(state, 0).order('a', 'm', told(100), 5);
    const value = JSON.stringify({ until: 105, told: true, reason: 'told 100', scope: 'model' });
    expect(state.load('cooldowns')).toEqual([{ key: 'a\u0000m', value, expires: 105 }]);
  });

  it.each(['', 'null', '[]', '{', '{"until":"x","told":true}', '{"until":99}'])(
    'are dropped when they read %j',
    (value) => {
      const state = memoryState();
      state.put('cooldowns', { key: 'a\u0000m', value, expires: 100 });
      state.put('cooldowns', { key: 'no separator', value: '{"until":99,"told":true}', expires: 100 });
      expect(createCooldowns(state, 0).list(0)).toEqual([]);
      expect(state.load('cooldowns')).toEqual([]);
    },
  );
});

/** A state store with one table. */
function memoryState(): StateStore {
  const entries = new Map<string, StateEntry>();
  return {
    load: () => [...entries.values()],
    put: (_, entry) => void entries.set(entry.key, entry),
    drop: (_, key) => void entries.delete(key),
  };
}
