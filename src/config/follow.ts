/** Follows the configuration file while the gateway runs. A bad file is refused whole, every fault is told, and the configuration in force stays. */

import type { Config } from '../model/config.ts';
import type { World } from '../model/ports.ts';
import { describeIssue } from './issue.ts';
import { type BadConfig, type GoodConfig, readConfigFile } from './load.ts';
import { refusesToStart } from './startup.ts';
import { unbuiltKeys } from './unbuilt.ts';
import { type ConfigWatch, watchConfig } from './watch.ts';

export interface FollowDeps {
  readonly world: Pick<World, 'alarm'>;
  /** The socket that is open already: its host and port outlive any change of the file. */
  readonly bound: Pick<Config['server'], 'host' | 'port'>;
  readonly warn: (line: string) => void;
  readonly take: (config: Config) => void;
}

export function followConfig(file: string, { world, bound, warn, take }: FollowDeps): ConfigWatch {
  return watchConfig(file, { world, readFile: readConfigFile }, (change: GoodConfig | BadConfig) => {
    if ('errors' in change) {
      for (const issue of change.errors) warn(`configuration not taken: ${describeIssue(issue)}`);
      return;
    }
    const { host, port } = bound;
    const next = { ...change.config, server: { ...change.config.server, host, port } };
    const refusal = refusesToStart(next);
    if (refusal !== undefined) {
      warn(`configuration not taken: ${refusal}`);
      return;
    }
    for (const issue of change.warnings) warn(describeIssue(issue));
    for (const sentence of unbuiltKeys(next, change.stated)) warn(sentence);
    take(next);
    warn('configuration reloaded');
  });
}
