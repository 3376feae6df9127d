import { describe, expect, it } from 'vitest';
import { apiQuery, asksJournal, isFiltered, matches, noFilter, readFilter } from './filter.ts';
import { liveRow, NOW, row } from './rows.testing.ts';

const filterOf = (search: string) => readFilter(new URLSearchParams(search));

describe('the filter in the address', () => {
  it('keeps what the API understands', () => {
    const search =
      'q=opus&outcome=failed&flag=repaired&status=5xx&protocol=gemini&model=m&account=a&conversation=c&span=1h';
    expect(filterOf(search)).toEqual(Object.fromEntries(new URLSearchParams(search)));
  });
  it.each([
    'outcome=great',
    'flag=__proto__',
    'status=99',
    'status=5x',
    'protocol=xml',
    'span=constructor',
    'since=yesterday',
    `q=${'x'.repeat(201)}`,
    'q=%20',
    'nonsense=1',
  ])('leaves out %s, which the API would refuse', (search) => {
    expect(isFiltered(filterOf(search))).toBe(false);
  });
  it('is taken out whole', () => {
    expect(Object.keys(noFilter())).toContain('conversation');
    expect(Object.values(noFilter()).every((value) => value === undefined)).toBe(true);
  });
});

describe('what is asked of the journal', () => {
  it('is a time counted back from now, where the address names a span', () => {
    expect(apiQuery(filterOf('span=1h&status=429'), NOW)).toEqual({
      status: '429',
      outcome: undefined,
      since: '2026-05-04T11:00:00.000Z',
      until: undefined,
    });
  });
  it('is nothing for requests that still run', () => {
    expect(asksJournal(filterOf('outcome=running'))).toBe(false);
    expect(apiQuery(filterOf('outcome=running'), NOW).outcome).toBeUndefined();
    expect(asksJournal(filterOf('outcome=ok'))).toBe(true);
  });
});

describe('a row of the live feed', () => {
  const finished = row({
    status: 502,
    outcome: 'failed',
    flags: ['retried', 'rotated'],
    model: 'fast',
    mapped_model: 'Gemini-3',
    conversation: 'c1',
  });
  it.each([
    '',
    'q=gEmInI',
    'q=502',
    'q=rotated',
    'outcome=failed',
    'flag=rotated',
    'status=502',
    'status=5XX',
    'protocol=anthropic',
    'model=fast',
    'model=Gemini-3',
    'account=one@example.com',
    'conversation=c1',
    'span=15m',
    'since=2026-05-04T11:59:00Z&until=2026-05-04T12:00:00Z',
  ])('is shown under "%s" when it matches', (search) => {
    expect(matches(filterOf(search), finished, NOW)).toBe(true);
  });
  it.each([
    'q=absent',
    'outcome=ok',
    'outcome=running',
    'flag=resumed',
    'status=500',
    'status=4xx',
    'protocol=gemini',
    'model=gemini-3',
    'account=one',
    'conversation=c2',
    'since=2026-05-04T11:59:31Z',
    'until=2026-05-04T11:59:30Z',
  ])('is not shown under "%s"', (search) => {
    expect(matches(filterOf(search), finished, NOW)).toBe(false);
  });
  it('grows too old for a span', () => {
    expect(matches(filterOf('span=15m'), finished, NOW + 900_000)).toBe(false);
  });
  it('has neither outcome nor status while it runs', () => {
    const running = liveRow({ state: 'answering', outcome: null, status: null });
    expect(matches(filterOf('outcome=running'), running, NOW)).toBe(true);
    expect(matches(filterOf('outcome=ok'), running, NOW)).toBe(false);
    expect(matches(filterOf('status=2xx'), running, NOW)).toBe(false);
  });
  it('is no longer running once it has ended', () => {
    const ended = liveRow({ state: 'ended', outcome: 'ok' });
    expect(matches(filterOf('outcome=running'), ended, NOW)).toBe(false);
    expect(matches(filterOf('outcome=ok'), ended, NOW)).toBe(true);
  });
});
