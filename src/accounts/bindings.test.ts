import { describe, expect, it } from 'vitest';
import type { StateEntry, StateStore } from '../model/ports.ts';
import { BINDING_KEY_CHARS_MAX, BINDING_TTL_MS, BINDINGS_MAX, createBindings } from './bindings.ts';

describe('bindings', () => {
  it('have a limit: the conversation that succeeded longest ago is forgotten first, in the store too', () => {
    const state = memoryState();
    const bindings = createBindings(state, 0);
    for (let n = 0; n < BINDINGS_MAX; n += 1) bindings.bind(`s${n}`, 'm', 'a', 0);
    bindings.bind('s0', 'm', 'a', 1);
    bindings.bind('one more', 'm', 'a', 1);
    expect(bindings.bound('s0', 'm', 1)).toBe('a');
    expect(bindings.bound('s1', 'm', 1)).toBeUndefined();
    expect(bindings.bound('one more', 'm', 1)).toBe('a');
    expect(state.load('bindings')).toHaveLength(BINDINGS_MAX);
  });

  it('live on with every success', () => {
    const bindings = createBindings(memoryState(), 0);
    bindings.bind('s', 'm', 'a', 0);
    bindings.bind('s', 'm', 'b', BINDING_TTL_MS - 1);
    expect(bindings.bound('s', 'm', 2 * BINDING_TTL_MS - 2)).toBe('b');
    expect(bindings.bound('s', 'm', 2 * BINDING_TTL_MS - 1)).toBeUndefined();
  });

  it('are not made for a key of absurd length', () => {
    const state = memoryState();
    const bindings = createBindings(state, 0);
    bindings.bind('s'.repeat(BINDING_KEY_CHARS_MAX), 'm', 'a', 0);
    expect(state.load('bindings')).toEqual([]);
  });

  it('from the store never exceed the limit either, and broken ones are dropped', () => {
    const state = memoryState();
    for (const value of ['', '[]', 'null', '{"email":1}'])
      state.put('bindings', { key: `broken${value}`, value, expires: 100 });
    for (let n = 0; n <= BINDINGS_MAX; n += 1) {
      state.put('bindings', { key: `s${n}\u0000m`, value: '{"email":"a"}', expires: 100 });
    }
    const bindings = createBindings(state, 0);
    expect(bindings.bound('s0', 'm', 0)).toBeUndefined();
    expect(bindings.bound('s1', 'm', 0)).toBe('a');
    expect(state.load('bindings')).toHaveLength(BINDINGS_MAX);
  });
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
