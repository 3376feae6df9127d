import { describe, expect, it } from 'vitest';
import type { LiveRow } from '../../../../src/monitor/views.ts';
import type { Filter } from './filter.ts';
import { type LiveEvent, listRows, NOTHING_TOLD, nextLive, TOLD_ROWS_KEPT, TOLD_ROWS_MAX } from './live-rows.ts';
import { liveRow, NOW, row, timed } from './rows.testing.ts';

const after = (...events: LiveEvent[]) => events.reduce(nextLive, NOTHING_TOLD);
const told = (...rows: LiveRow[]): LiveEvent => ({ what: 'told', rows, at: NOW });
const ended = (id: string, seconds: number): LiveRow =>
  liveRow({ ...timed(id, seconds), state: 'ended', outcome: 'ok', status: 200 });
const running = (id: string, seconds: number): LiveRow => liveRow({ ...timed(id, seconds), state: 'answering' });
const journal = [row(timed('c', -10)), row(timed('b', -20)), row(timed('a', -30))];
const shown = (state: ReturnType<typeof after>, filter: Filter = {}, frozen?: ReadonlySet<string>) => {
  const { rows, waiting } = listRows(journal, state, filter, frozen);
  return { ids: rows.map(({ id }) => id).join(''), waiting };
};

describe('the live list', () => {
  it('shows a new request on top', () => {
    expect(shown(after(told(running('d', 1))))).toEqual({ ids: 'dcba', waiting: 0 });
  });
  it('puts a long one where it began, not where it ended', () => {
    expect(shown(after(told(ended('x', -15)))).ids).toBe('cxba');
    expect(shown(after(told(ended('x', -99)))).ids).toBe('cbax');
  });
  it('shows a request once, as it was told last', () => {
    const state = after(told(running('c', -10)), told(ended('c', -10)));
    expect(shown(state).ids).toBe('cba');
    expect(listRows(journal, state, {}, undefined).rows[0]).toMatchObject({ state: 'ended', outcome: 'ok' });
  });
  it('orders requests of one moment by their id, as the journal does', () => {
    expect(shown(after(told(ended('z', -10), ended('b2', -20)))).ids).toBe('zcb2ba');
  });
  it('leaves out what the filter does not match', () => {
    expect(shown(after(told(running('d', 1), ended('e', 2))), { outcome: 'ok' })).toEqual({ ids: 'ecba', waiting: 0 });
  });
});

describe('a list in which somebody reads', () => {
  it('takes in nothing new when it is scrolled, and counts it', () => {
    const state = after(told(running('d', 1), running('e', 2)));
    expect(shown(state, {}, new Set(['d']))).toEqual({ ids: 'dcba', waiting: 1 });
  });
  it('still lets a row that is shown become what it becomes', () => {
    const state = after(told(running('d', 1)), told(ended('d', 1)));
    expect(listRows(journal, state, {}, new Set(['d'])).rows[0]).toMatchObject({ state: 'ended' });
  });
  it('does not count what the journal had already', () => {
    expect(shown(after(told(ended('b', -20))), {}, new Set()).waiting).toBe(0);
  });
  it('does not count what the filter does not match', () => {
    expect(shown(after(told(running('d', 1))), { outcome: 'failed' }, new Set()).waiting).toBe(0);
  });
  it('keeps still while it is paused, and counts new and changed rows', () => {
    const state = after(told(running('d', 1)), { what: 'pause' }, told(ended('d', 1), running('e', 2)));
    expect(listRows(journal, state, {}, undefined).rows[0]).toMatchObject({ id: 'd', state: 'answering' });
    expect(shown(state)).toEqual({ ids: 'dcba', waiting: 2 });
    expect(shown(nextLive(state, { what: 'go-on' }))).toEqual({ ids: 'edcba', waiting: 0 });
  });
});

describe('what was missed', () => {
  it('makes the list stale when the feed comes back, and only then', () => {
    const first = after({ what: 'hello', boot: 'b1', isFirst: true });
    expect(first.isStale).toBe(false);
    expect(nextLive(first, { what: 'hello', boot: 'b1', isFirst: false }).isStale).toBe(true);
  });
  it('takes away what ran before, until it is told again', () => {
    const state = after(told(running('d', 1), ended('e', 2)), { what: 'hello', boot: 'b2', isFirst: false });
    expect(shown(state).ids).toBe('ecba');
  });
  it('is mended by fetching anew, which keeps what the journal may not have written yet', () => {
    const rows = Array.from({ length: 500 }, (_, n) => ended(`n${n}`, n));
    const state = after(
      told(running('old', -60), ...rows),
      { what: 'hello', boot: 'b', isFirst: false },
      told(running('old', -60)),
    );
    const next = nextLive(state, { what: 'refresh' });
    expect([next.isStale, next.generation]).toEqual([false, 1]);
    expect(next.told.size).toBe(TOLD_ROWS_KEPT + 1);
    expect([next.told.has('old'), next.told.has('n499'), next.told.has('n0')]).toEqual([true, true, false]);
  });
  it('shows nothing of what was deleted, but goes on showing what runs', () => {
    const state = after(told(running('d', 1), ended('e', 2)), { what: 'pause' }, { what: 'forget' });
    expect([state.generation, shown(state).ids]).toEqual([1, 'dcba']);
  });
  it('is counted when more is told than is kept', () => {
    const rows = Array.from({ length: TOLD_ROWS_MAX + 5 }, (_, n) => ended(`n${n}`, n));
    const state = after(told(...rows));
    expect([state.told.size, state.missed, state.isStale]).toEqual([TOLD_ROWS_MAX, 5, true]);
    expect(shown(state, {}, new Set()).waiting).toBe(TOLD_ROWS_MAX + 5);
    expect(nextLive(state, told(running('n0', 0))).missed).toBe(5);
  });
});
