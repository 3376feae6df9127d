/** The journal without a disk: keeps every fact and every finished record of its life. For tests and the simulation. */

import type { Fact } from '../../model/journal.ts';
import type { RequestJournal } from '../../model/ports.ts';
import type { FinishedRecord, RequestFilter, RequestReader } from '../../monitor/rows.ts';

export interface MemoryJournal extends RequestJournal {
  readonly facts: readonly Fact[];
  readonly records: readonly FinishedRecord[];
  readonly query: RequestReader;
}

/** Without a recorder only the facts are kept. */
export function createMemoryJournal(
  recorder?: (finished: (record: FinishedRecord) => void) => { see(fact: Fact): void },
): MemoryJournal {
  const facts: Fact[] = [];
  const records: FinishedRecord[] = [];
  const builder = recorder?.((record) => records.push(record));
  return {
    facts,
    records,
    note(fact) {
      facts.push(fact);
      builder?.see(fact);
    },
    query: {
      list: async (filter) =>
        records
          .filter((record) => matches(record, filter))
          .map((record) => record.row)
          .sort((a, b) => Date.parse(b.time) - Date.parse(a.time) || (a.id < b.id ? 1 : -1))
          .slice(0, filter.limit),
      find: async (id) => records.find((record) => record.row.id === id),
    },
  };
}

function matches({ row, search }: FinishedRecord, filter: RequestFilter): boolean {
  const time = Date.parse(row.time);
  const { status, before } = filter;
  const tests = [
    filter.q === undefined || search.includes(filter.q.toLowerCase()),
    filter.protocol === undefined || row.protocol === filter.protocol,
    filter.model === undefined || row.model === filter.model || row.mapped_model === filter.model,
    filter.account === undefined || row.account_email === filter.account,
    status === undefined || (row.status >= status.from && row.status <= status.to),
    filter.outcome === undefined || row.outcome === filter.outcome,
    filter.flag === undefined || row.flags.includes(filter.flag),
    filter.path === undefined || row.path === filter.path,
    filter.conversation === undefined || row.conversation === filter.conversation,
    filter.since === undefined || time >= filter.since,
    filter.until === undefined || time < filter.until,
    before === undefined || time < before.time || (time === before.time && row.id < before.id),
  ];
  return tests.every(Boolean);
}
