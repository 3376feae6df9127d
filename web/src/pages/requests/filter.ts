/**
 * What the list of requests is narrowed to: read from the address, asked of the journal, and tried on rows of the live feed, so that all three mean
 * the same. Words of the address that the API would refuse are left out here: a shared link never breaks the page.
 */

import { FLAGS, OUTCOMES, PROTOCOLS, type RequestRow, searchedWords } from '../../../../src/monitor/rows.ts';
import type { LiveRow } from '../../../../src/monitor/views.ts';
import type { Query } from '../../api.ts';

export type ListedRow = RequestRow | LiveRow;

export const STATUSES = ['2xx', '4xx', '5xx', '400', '401', '403', '404', '429', '499', '500', '502', '503', '529'];
/** Of the last so many milliseconds, by the word in the address. */
export const SPANS: Readonly<Record<string, number>> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};
/** Not an outcome of the journal: rows that have none yet. */
export const RUNNING = 'running';
const TEXT_CHARS_MAX = 200;

export const FILTER_KEYS = [
  'q',
  'span',
  'since',
  'until',
  'outcome',
  'flag',
  'status',
  'protocol',
  'model',
  'account',
  'conversation',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filter = Readonly<Partial<Record<FilterKey, string>>>;

const oneOf = (words: readonly string[]) => (text: string) => words.includes(text);
const isText = (text: string): boolean => text.length <= TEXT_CHARS_MAX;
const isTime = (text: string): boolean => Number.isSafeInteger(Date.parse(text));
const IS_READABLE: Readonly<Record<FilterKey, (text: string) => boolean>> = {
  q: isText,
  span: (text) => Object.hasOwn(SPANS, text),
  since: isTime,
  until: isTime,
  outcome: oneOf([...OUTCOMES, RUNNING]),
  flag: oneOf(FLAGS),
  status: (text) => /^[1-5](\d\d|xx)$/i.test(text),
  protocol: oneOf(PROTOCOLS),
  model: isText,
  account: isText,
  conversation: isText,
};

export function readFilter(query: URLSearchParams): Filter {
  const entries = FILTER_KEYS.flatMap((key) => {
    const text = query.get(key)?.trim();
    return text && IS_READABLE[key](text) ? [[key, text] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The changes to the address that take every filter out of it. */
export function noFilter(): Record<FilterKey, undefined> {
  return Object.fromEntries(FILTER_KEYS.map((key) => [key, undefined])) as Record<FilterKey, undefined>;
}

export function isFiltered(filter: Filter): boolean {
  return Object.keys(filter).length > 0;
}

/** Requests that run are not in the journal yet: there is nothing to ask it for. */
export function asksJournal(filter: Filter): boolean {
  return filter.outcome !== RUNNING;
}

/** In the API's words. A span is counted back from `now`, so that the pages of one list agree with each other. */
export function apiQuery(filter: Filter, now: number): Query {
  const { span, since, until, outcome, ...same } = filter;
  const { from, to } = windowOf(filter, now);
  return {
    ...same,
    outcome: outcome === RUNNING ? undefined : outcome,
    since: from === undefined ? undefined : new Date(from).toISOString(),
    until: to === undefined ? undefined : new Date(to).toISOString(),
  };
}

/** The same filter on a row that the live feed told. */
export function matches(filter: Filter, row: ListedRow, now: number): boolean {
  const { from, to } = windowOf(filter, now);
  const time = Date.parse(row.time);
  return (
    (from === undefined || time >= from) &&
    (to === undefined || time < to) &&
    isOfOutcome(filter.outcome, row) &&
    isOfStatus(filter.status, row.status) &&
    (filter.flag === undefined || row.flags.some((flag) => flag === filter.flag)) &&
    (filter.protocol === undefined || row.protocol === filter.protocol) &&
    (filter.model === undefined || row.model === filter.model || row.mapped_model === filter.model) &&
    (filter.account === undefined || row.account_email === filter.account) &&
    (filter.conversation === undefined || row.conversation === filter.conversation) &&
    (filter.q === undefined || searchedWords(row).join('\n').toLowerCase().includes(filter.q.toLowerCase()))
  );
}

/** A span wins over two times: both cannot be meant. */
function windowOf(filter: Filter, now: number): { from: number | undefined; to: number | undefined } {
  if (filter.span !== undefined) return { from: now - (SPANS[filter.span] ?? 0), to: undefined };
  const read = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return { from: read(filter.since), to: read(filter.until) };
}

function isOfOutcome(wanted: string | undefined, row: ListedRow): boolean {
  if (wanted === undefined) return true;
  return wanted === RUNNING ? isRunning(row) : !isRunning(row) && row.outcome === wanted;
}

export function isRunning(row: ListedRow): row is LiveRow {
  return 'state' in row && row.state !== 'ended';
}

function isOfStatus(wanted: string | undefined, status: number | null): boolean {
  if (wanted === undefined) return true;
  if (status === null) return false;
  return /xx$/i.test(wanted) ? Math.floor(status / 100) === Number(wanted[0]) : status === Number(wanted);
}

/** The buttons for what people look for most. Each sets both words, so that one takes the place of the other. */
export const QUICK: readonly { readonly name: string; readonly outcome?: string; readonly flag?: string }[] = [
  { name: 'all' },
  { name: 'running', outcome: RUNNING },
  { name: 'failed', outcome: 'failed' },
  { name: 'healed', outcome: 'healed' },
  { name: 'zero_token', flag: 'zero_token' },
  { name: 'interrupted', flag: 'interrupted' },
  { name: 'repaired', flag: 'repaired' },
  { name: 'resumed', flag: 'resumed' },
];
