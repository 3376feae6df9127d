/** `serve`: the gateway. One line on stdout when it accepts connections; the first signal drains, the second ends at once. */

import type { Flags } from '../config/overrides.ts';
import { startGateway } from '../main.ts';
import { createWorld } from '../world.ts';
import type { CommandIo } from './io.ts';
import { invitation } from './open.ts';
import { prepare } from './prepare.ts';

export interface ServeIo extends CommandIo {
  /** Aborts at the second request to end. */
  readonly now: AbortSignal;
}

export async function serve(flags: Flags & { readonly config?: string }, io: ServeIo): Promise<number> {
  const prepared = prepare(flags, io.env);
  if ('errors' in prepared) {
    for (const line of prepared.errors) io.err(line);
    return 2;
  }
  for (const line of prepared.warnings) io.err(line);
  const { settled, file, stated } = prepared;
  const setup = {
    settled,
    stated,
    env: io.env,
    world: createWorld(),
    notice: io.err,
    ...(file === undefined ? {} : { file }),
  };
  const gateway = await startGateway(setup);
  io.out(`antigravity-tools ready on ${gateway.url}`);
  // On stderr alone: a log that others read must not hold the way in.
  io.err(`Monitor: ${invitation(gateway.signIn())}`);
  await aborted(io.signal);
  const drained = gateway.drain();
  await Promise.race([drained, aborted(io.now)]);
  return 0;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
