/** Whether the gateway may open its port with this configuration. An open port without a key would lend the accounts to the whole network. */

import type { AuthMode, Config } from '../model/config.ts';
import { isLoopback } from './address.ts';
import { keyFault } from './secrets.ts';

/** Why the gateway must not start; undefined when it may. */
export function refusesToStart(config: Config): string | undefined {
  const { host, auth } = config.server;
  if (isLoopback(host)) return undefined;
  const open = `listening on ${host} would let everyone on the network use the accounts`;
  const remedy = 'add a key to server.auth.keys, or listen on 127.0.0.1';
  if (auth.keys.length === 0) return `${open}: no client key is configured; ${remedy}`;
  if (auth.mode === 'off') return `${open}: server.auth.mode is off; set it to auto or strict, or listen on 127.0.0.1`;
  const weak = auth.keys.map(keyFault).find((fault) => fault !== undefined);
  if (weak !== undefined) return `${open}: a key of server.auth.keys ${weak}; use 32 random characters or more`;
  return undefined;
}

/** What `auto` comes to: `off` on loopback, else `all_except_health`. */
export function authInForce(config: Config): Exclude<AuthMode, 'auto'> {
  const { host, auth } = config.server;
  if (auth.mode !== 'auto') return auth.mode;
  return isLoopback(host) ? 'off' : 'all_except_health';
}
