/** What the judges of `test/contracts` say of a recording itself, once for all its deaths, and the form in which they are asked. */

import type { Protocol } from '../../src/model/request.ts';
import { streamFaults } from '../contracts/grammar/check.ts';
import { saidInStream } from '../contracts/said/read.ts';
import type { Said } from '../contracts/said/said.ts';
import type { Mortal } from './recordings.ts';
import { eventsIn } from './sights.ts';

const wholes = new WeakMap<Mortal, { readonly said: Said; readonly faults: readonly string[] }>();

export function known(recorded: Mortal): { readonly said: Said; readonly faults: readonly string[] } {
  const { dialect, stream } = recorded;
  const read = wholes.get(recorded) ?? { said: saidInStream[dialect](stream), faults: faultsIn(dialect, stream) };
  wholes.set(recorded, read);
  return read;
}

/** In the line ends that the dialect's judge expects: both are legal, and recordings have either. */
export function faultsIn(client: Protocol, bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('utf8').replaceAll('\r\n', '\n');
  return streamFaults[client](Buffer.from(client === 'gemini' ? text.replaceAll('\n', '\r\n') : text));
}

/** Of a stream of chunks the client reads the last counts, and not those of earlier chunks beside them. */
export function lastCounts(client: Protocol, shown: Uint8Array): Uint8Array {
  if (client !== 'gemini') return shown;
  const last = eventsIn(shown).findLast(({ usageMetadata }) => usageMetadata !== undefined);
  return Buffer.from(`data: ${JSON.stringify(last ?? {})}\r\n\r\n`);
}
