/** The log of the house: one JSON object a line, secrets taken out at the last moment. It never throws and nobody waits for it. */

import { pino } from 'pino';
import type { Fact } from '../model/journal.ts';
import type { RequestJournal, World } from '../model/ports.ts';
import { createDailyFile } from './daily-file.ts';
import { createNarrator } from './narrate.ts';
import type { Level } from './phrases.ts';

/** Lines below it are not written. */
export type Threshold = Level | 'trace' | 'fatal' | 'silent';

export interface LogDependencies {
  readonly directory: string;
  readonly level: Threshold;
  readonly world: World;
  /** Takes secrets out of a whole line. */
  readonly redact: (text: string) => string;
}
export interface Log {
  /** `fields` may carry `request`, the id of an exchange; `time`, `level` and `msg` cannot be overridden. */
  line(level: Level, msg: string, fields?: Readonly<Record<string, unknown>>): void;
  setLevel(level: Threshold): void;
  flush(): Promise<void>;
  flushSync(): void;
  close(): Promise<void>;
  /** Lines that the disk refused. */
  readonly lost: number;
}

export function createLog(dependencies: LogDependencies): Log {
  const { world, redact } = dependencies;
  const file = createDailyFile(dependencies.directory, world);
  const logger = pino(
    {
      level: dependencies.level,
      base: null,
      timestamp: () => `,"time":"${new Date(world.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => file.write(redact(line)) },
  );
  return {
    get lost() {
      return file.lost;
    },
    line(level, msg, fields = {}) {
      const { time: _time, level: _level, msg: _msg, ...rest } = fields;
      try {
        logger[level](rest, '%s', msg);
      } catch {
        // A field that cannot be written as text must not stop a request.
      }
    },
    setLevel(level) {
      logger.level = level;
    },
    flush: () => file.flush(),
    flushSync: () => file.flushSync(),
    close: () => file.close(),
  };
}

/** A reader of facts that tells them to the log, each line with its request id. */
export function journalToLog(log: Log): RequestJournal {
  const narrate = createNarrator();
  return {
    note(fact: Fact) {
      try {
        for (const { level, msg } of narrate(fact)) log.line(level, msg, { request: fact.id });
      } catch (error) {
        log.line('error', `a fact could not be told: ${String(error)}`, { request: fact.id });
      }
    },
  };
}
