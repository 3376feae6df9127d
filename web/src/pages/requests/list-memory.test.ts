import { describe, expect, it } from 'vitest';
import { memoryOf, remember } from './list-memory.ts';

describe('the memory of the list', () => {
  it('keeps the place in the same list, and the moment that spans count back from', () => {
    memoryOf('outcome=failed', 0, () => 1_000);
    remember({ scrollTop: 340, selectedId: 'r7' });
    expect(memoryOf('outcome=failed', 0, () => 2_000)).toMatchObject({
      scrollTop: 340,
      selectedId: 'r7',
      since: 1_000,
    });
  });
  it('counts from now when the list is fetched anew, at the same place', () => {
    expect(memoryOf('outcome=failed', 1, () => 3_000)).toMatchObject({ scrollTop: 340, since: 3_000 });
  });
  it('begins another list at its top', () => {
    expect(memoryOf('outcome=ok', 1, () => 4_000)).toMatchObject({ scrollTop: 0, selectedId: undefined, since: 4_000 });
  });
});
