/** A finished record for tests, of which only what matters is stated. */

import { exampleAttempt, exampleRecord, exampleRow } from '../monitor/example.testing.ts';
import type { AttemptRow, FinishedRecord, RequestRow } from '../monitor/rows.ts';

export interface Stated {
  readonly row: Partial<RequestRow> & Pick<RequestRow, 'id'>;
  readonly time?: number;
  readonly attempts?: readonly Partial<AttemptRow>[];
  readonly rest?: Partial<Omit<FinishedRecord, 'row' | 'attempts'>>;
}

export function recordOf({
  row: stated,
  time = Date.UTC(2026, 0, 1),
  attempts = [],
  rest = {},
}: Stated): FinishedRecord {
  const shared = { mapped_model: 'gemini-3-flash' };
  const row = exampleRow({ time: new Date(time).toISOString(), ...shared, attempts: attempts.length, ...stated });
  const rows = attempts.map((attempt, index) =>
    exampleAttempt({ provider: 'gemini', ...shared, n: index + 1, ...attempt }),
  );
  const words = [row.id, row.protocol, row.method, row.path, row.model, row.mapped_model, row.account_email];
  const others = [String(row.status), row.outcome, row.stop_reason ?? '', ...row.flags];
  const tried = rows.flatMap((attempt) => [attempt.account_email, attempt.failure ?? '']);
  const search = [...new Set([...words, ...others, ...tried])].join('\n').toLowerCase();
  return { ...exampleRecord({ row, attempts: rows }), search, ...rest };
}
