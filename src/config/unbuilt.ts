/**
 * Keys that the schema knows and the gateway does not act on yet, with what is said at start when the file asks for them.
 * A row goes away with the change that builds it: silence here is the promise that a key works.
 */

import type { Config } from '../model/config.ts';

/** One sentence for each key that is set away from its default and has no effect yet. */
export function unbuiltKeys(config: Config): string[] {
  const standard = { retentionMs: 30 * 86_400_000, maxSizeBytes: 1024 ** 3 };
  return UNBUILT.filter((row) => row.asked(config, standard)).map((row) => `${row.key}: ${row.sentence}`);
}

interface UnbuiltRow {
  readonly key: string;
  readonly asked: (config: Config, standard: { retentionMs: number; maxSizeBytes: number }) => boolean;
  readonly sentence: string;
}

const UNBUILT: readonly UnbuiltRow[] = [
  {
    key: 'healing.hold',
    asked: (config) => config.healing.hold !== 'balanced',
    sentence:
      'holding back is not built yet: thinking, text and tool calls reach the client as they come, as with live.',
  },
  {
    key: 'healing.resume',
    asked: (config) => !config.healing.resume,
    sentence: 'going on after a broken answer is not built yet, so it is off whatever stands here.',
  },
  {
    key: 'accounts',
    asked: (config) => config.accounts.some((account) => account.provider === 'openai'),
    sentence: 'provider openai is not built yet: its accounts are not used.',
  },
  {
    key: 'monitor.retention',
    asked: (config, standard) => config.monitor.retentionMs !== standard.retentionMs,
    sentence: 'old requests are not deleted by age yet.',
  },
  {
    key: 'monitor.max_size',
    asked: (config, standard) => config.monitor.maxSizeBytes !== standard.maxSizeBytes,
    sentence: 'the journal is not kept within a size yet.',
  },
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
    asked: (config) => !config.telemetry.metrics,
    sentence: 'metrics are not built yet, so they are off whatever stands here.',
  },
  {
    key: 'telemetry.otlp',
    asked: (config) => config.telemetry.otlp !== '',
    sentence: 'sending traces is not built yet: nothing leaves for this address.',
  },
];
