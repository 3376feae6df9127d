/** Rows for tests of the list. */

import { exampleRow } from '../../../../src/monitor/example.testing.ts';
import type { RequestRow } from '../../../../src/monitor/rows.ts';
import type { LiveRow } from '../../../../src/monitor/views.ts';

export const NOW = Date.parse('2026-05-04T12:00:00Z');

export function row(changes: Partial<RequestRow> = {}): RequestRow {
  return exampleRow({
    ...{ id: 'r1', time: '2026-05-04T11:59:30.000Z', account_email: 'one@example.com' },
    ...{ model: 'claude', mapped_model: 'claude', stop_reason: 'end_turn' },
    ...{ duration_ms: 900, first_byte_ms: 100, first_content_ms: 120, input_tokens: 10, output_tokens: 20 },
    ...changes,
  });
}

export function liveRow(changes: Partial<LiveRow> = {}): LiveRow {
  return { ...row(), outcome: null, status: null, state: 'asking', ...changes };
}

/** `time` in seconds after noon. */
export function timed(id: string, seconds: number): { id: string; time: string } {
  return { id, time: new Date(NOW + seconds * 1_000).toISOString() };
}
