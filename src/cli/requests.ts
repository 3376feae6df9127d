/**
 * `requests`: the journal of the running gateway as a table, oldest first as a log has it, and with `--follow` every request as it ends. What came from clients
 * and upstreams never reaches the terminal as it is.
 */

import type { RequestRow } from '../monitor/rows.ts';
import type { LiveRow } from '../monitor/views.ts';
import { type AdminClient, AdminFault, type AdminFlags, adminClient, refusalOf } from './admin-client.ts';
import type { TerminalIo } from './io.ts';
import { liveRows } from './live-rows.ts';
import { type Paint, paintFor } from './paint.ts';
import { OUTCOME_STYLES, REQUEST_COLUMNS, underWayLine } from './request-columns.ts';
import { headingLine, type Layout, layOut, rowLine } from './table.ts';

export interface RequestsFlags extends AdminFlags {
  readonly failed?: boolean;
  readonly follow?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
}

export const REQUESTS_SHOWN_DEFAULT = 50;
export const REQUESTS_SHOWN_MAX = 10_000;
/** Shown before those that are followed. */
const ROWS_BEFORE_FOLLOWED = 10;
/** The API's own limit. */
const PAGE_ROWS_MAX = 1_000;
/** Rows that were shown and may be told again by the feed. */
const IDS_KEPT_MAX = 1000;

export async function requests(flags: RequestsFlags, io: TerminalIo): Promise<number> {
  const client = adminClient({ flags, env: io.env });
  if ('errors' in client) {
    for (const line of client.errors) io.err(line);
    return 2;
  }
  return showRequests(client, flags, io);
}

export async function showRequests(client: AdminClient, flags: RequestsFlags, io: TerminalIo): Promise<number> {
  try {
    // The feed is joined before the list is read, so that no request falls between the two.
    const feed = flags.follow === true ? await client.stream('/api/events', io.signal) : undefined;
    const fallback = feed === undefined ? REQUESTS_SHOWN_DEFAULT : ROWS_BEFORE_FOLLOWED;
    const rows = (await list(client, flags.limit ?? fallback, flags.failed === true)).reverse();
    const screen = createScreen(rows, flags, io);
    for (const row of rows) screen.row(row);
    if (feed === undefined) {
      if (rows.length === 0 && flags.json !== true) io.err('The journal has no such request.');
      return 0;
    }
    return await follow(feed, rows, flags, screen, io);
  } catch (error) {
    if (io.signal.aborted) return 0;
    if (!(error instanceof AdminFault)) throw error;
    io.err(`antigravity-tools: ${error.message}`);
    return 1;
  }
}

async function follow(
  feed: AsyncIterable<Uint8Array>,
  shown: readonly RequestRow[],
  flags: RequestsFlags,
  screen: Screen,
  io: TerminalIo,
): Promise<number> {
  const ended = new Set(shown.map(({ id }) => id));
  const open = new Map<string, LiveRow>();
  let why = 'the gateway has ended the live feed';
  try {
    for await (const live of liveRows(feed)) {
      if (live.state === 'ended') {
        open.delete(live.id);
        const row = rowOf(live);
        const isWanted = flags.failed !== true || row.outcome === 'failed';
        if (!ended.has(live.id) && isWanted) screen.row(row);
        remember(ended, live.id);
      } else if (!ended.has(live.id)) {
        open.set(live.id, live);
      }
      screen.underWay([...open.values()]);
    }
  } catch (error) {
    why = `the live feed broke off: ${messageOf(error)}`;
  } finally {
    screen.clear();
  }
  if (io.signal.aborted) return 0;
  io.err(`antigravity-tools: ${why}`);
  return 1;
}

/** Newest first, page by page. */
async function list(client: AdminClient, limit: number, failed: boolean): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(PAGE_ROWS_MAX, limit - rows.length)) });
    if (failed) query.set('outcome', 'failed');
    if (cursor !== null) query.set('cursor', cursor);
    const answer = await client.get<{ requests: RequestRow[]; next_cursor: string | null }>(`/api/requests?${query}`);
    if (answer.status !== 200) throw new AdminFault('refused', refusalOf(answer));
    rows.push(...answer.body.requests);
    cursor = answer.body.next_cursor;
  } while (cursor !== null && rows.length < limit);
  return rows;
}

interface Screen {
  row(row: RequestRow): void;
  underWay(open: readonly LiveRow[]): void;
  clear(): void;
}

function createScreen(known: readonly RequestRow[], flags: RequestsFlags, io: TerminalIo): Screen {
  const { terminal } = io;
  if (flags.json === true) {
    return { row: (row) => io.out(JSON.stringify(row)), underWay: () => {}, clear: () => {} };
  }
  const paint = paintFor(terminal, io.env);
  let layout: Layout<RequestRow> | undefined;
  let marked = '';
  const clear = (): void => {
    if (marked !== '') void io.write('\r\u001b[2K');
    marked = '';
  };
  return {
    row(row) {
      clear();
      const width = terminal.columns();
      if (layout?.width !== width) {
        layout = layOut(REQUEST_COLUMNS, [...known, row], width);
        io.out(paint('bold', headingLine(layout)));
      }
      io.out(painted(layout, row, paint));
    },
    underWay(open) {
      if (!terminal.isTty) return;
      // One column is left free: some terminals begin a new line after the last.
      const line = underWayLine(open, terminal.columns() - 1);
      if (line === marked) return;
      clear();
      marked = line;
      void io.write(paint('dim', line));
    },
    clear,
  };
}

function painted(layout: Layout<RequestRow>, row: RequestRow, paint: Paint): string {
  return rowLine(layout, row, (text, { heading }) => {
    if (heading === 'outcome' || heading === 'status') return paint(OUTCOME_STYLES[row.outcome] ?? 'plain', text);
    return heading === 'time' || heading === 'id' ? paint('dim', text) : text;
  });
}

function rowOf({ state: _state, outcome, status, ...row }: LiveRow): RequestRow {
  return { ...row, outcome: outcome ?? 'cancelled', status: status ?? 0 };
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size > IDS_KEPT_MAX) ids.delete(ids.values().next().value as string);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
