/** Reads flags, environment and file into what a gateway starts from, or into the sentences that tell what is wrong with them. */

import { join } from 'node:path';
import { describeIssue } from '../config/issue.ts';
import { loadConfig, readConfigFile } from '../config/load.ts';
import { dataDirectory, type Flags, type Settled, settle } from '../config/overrides.ts';

export interface Prepared {
  readonly settled: Settled;
  readonly file?: string;
  readonly warnings: readonly string[];
  /** Dotted paths of what the file states. */
  readonly stated: ReadonlySet<string>;
}

export function prepare(
  flags: Flags & { readonly config?: string },
  env: Readonly<Record<string, string | undefined>>,
): Prepared | { readonly errors: readonly string[] } {
  const directory = dataDirectory(flags, env).value;
  const fallback = join(directory, 'config.yaml');
  const loaded = loadConfig(flags.config, readConfigFile, fallback);
  if ('errors' in loaded) return { errors: loaded.errors.map(describeIssue) };
  const settled = settle(loaded.config, flags, env, { stated: loaded.stated });
  if ('errors' in settled) {
    const told = settled.errors.map(({ name, message, suggestion }) => {
      const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
      return `${name}: ${message}${hint}`;
    });
    return { errors: told };
  }
  // A default file that does not exist yet is still watched: it may be written while the gateway runs.
  return {
    settled,
    file: flags.config ?? fallback,
    warnings: loaded.warnings.map(describeIssue),
    stated: loaded.stated,
  };
}
