/** Reads the live feed of the admin API: server-sent events as bytes in, rows out. It knows no other event than `request` and passes over what it cannot read. */

import type { LiveRow } from '../monitor/views.ts';

/** One event; a longer one is no row. */
const EVENT_CHARS_MAX = 1024 * 1024;
const EVENT_END = /\r?\n\r?\n/;

export async function* liveRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<LiveRow> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    const events = rest.split(EVENT_END);
    rest = events.pop() ?? '';
    if (rest.length > EVENT_CHARS_MAX) rest = '';
    for (const event of events) {
      const row = rowIn(event);
      if (row !== undefined) yield row;
    }
  }
}

function rowIn(event: string): LiveRow | undefined {
  let name = '';
  const data: string[] = [];
  for (const line of event.split(/\r?\n/)) {
    const field = /^(event|data): ?(.*)$/s.exec(line);
    if (field?.[1] === 'event') name = field[2] ?? '';
    if (field?.[1] === 'data') data.push(field[2] ?? '');
  }
  if (name !== 'request') return undefined;
  try {
    const row = JSON.parse(data.join('\n')) as LiveRow | null;
    return typeof row?.id === 'string' && typeof row.state === 'string' ? row : undefined;
  } catch {
    return undefined;
  }
}
