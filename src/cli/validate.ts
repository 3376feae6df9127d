/** `validate`: every error of a configuration file at once, with its line. Reads the one file and changes nothing. */

import { join } from 'node:path';
import { describeIssue } from '../config/issue.ts';
import { type GoodConfig, loadConfig, readConfigFile } from '../config/load.ts';
import { dataDirectory, type Environment } from '../config/overrides.ts';
import { authInForce, refusesToStart } from '../config/startup.ts';
import { unbuiltKeys } from '../config/unbuilt.ts';

export interface ValidateIo {
  out(line: string): void;
  err(line: string): void;
  readonly env: Environment;
}

/** 0 = valid, 1 = it has errors, 2 = it cannot be read. */
export async function validate(options: { config?: string; dataDir?: string }, io: ValidateIo): Promise<0 | 1 | 2> {
  const flags = options.dataDir === undefined ? {} : { dataDir: options.dataDir };
  const fallback = join(dataDirectory(flags, io.env).value, 'config.yaml');
  const loaded = loadConfig(options.config, readConfigFile, fallback);
  if ('errors' in loaded) {
    for (const issue of loaded.errors) io.err(describeIssue(issue));
    if (loaded.unreadable === true) return 2;
    io.err(`configuration is not valid: ${count(loaded.errors.length, 'error')}`);
    return 1;
  }
  const file = loaded.file ?? fallback;
  for (const issue of loaded.warnings) io.err(`warning: ${describeIssue(issue)}`);
  for (const sentence of unbuiltKeys(loaded.config, loaded.stated)) io.err(`warning: ${file}: ${sentence}`);
  const refusal = refusesToStart(loaded.config);
  if (refusal !== undefined) {
    io.err(`${file}: server.host: ${refusal}`);
    return 1;
  }
  io.out(`configuration is valid: ${summary(loaded, loaded.file === undefined)}`);
  return 0;
}

function summary({ config }: GoodConfig, defaults: boolean): string {
  const { server, accounts, routes } = config;
  const idle = accounts.filter((account) => !account.enabled).length;
  const parts = [
    `${count(accounts.length, 'account')}${idle === 0 ? '' : ` (${idle} disabled)`}`,
    count(routes.length, 'route'),
    `listens on ${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
    `auth ${authInForce(config)}${server.auth.mode === 'auto' ? ' (auto)' : ''}`,
  ];
  return `${parts.join(', ')}${defaults ? ' (no file: the defaults)' : ''}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
