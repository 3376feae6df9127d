/**
 * Keys that the schema knows and the gateway does not act on yet, with what is said at start when the file asks for them.
 * A row goes away with the change that builds it: silence here is the promise that a key works.
 */

import type { Config } from '../model/config.ts';

/** One sentence for each key that the file states, or that differs from its default, and that has no effect yet. `stated` are dotted paths. */
export function unbuiltKeys(config: Config, stated: ReadonlySet<string> = new Set()): string[] {
  return UNBUILT.filter((row) => row.asked(config, stated.has(row.key))).map((row) => `${row.key}: ${row.sentence}`);
}

interface UnbuiltRow {
  readonly key: string;
  readonly asked: (config: Config, isStated: boolean) => boolean;
  readonly sentence: string;
}

const UNBUILT: readonly UnbuiltRow[] = [
  {
    key: 'state.url',
    asked: (config) => config.state.url !== '',
    sentence: 'sharing state through Redis is not built yet: this process keeps its own in state.db.',
  },
  {
    key: 'journal.url',
    asked: (config) => config.journal.url !== '',
    sentence: 'a journal in PostgreSQL is not built yet: this process keeps its own in requests.db.',
  },
  {
    key: 'telemetry.metrics',
    asked: ({ telemetry }, isStated) => isStated && telemetry.metrics,
    sentence: 'metrics are not built yet.',
  },
  {
    key: 'telemetry.otlp',
    asked: (config) => config.telemetry.otlp !== '',
    sentence: 'sending traces is not built yet: nothing leaves for this address.',
  },
];
