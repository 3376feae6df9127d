/** A desk of generations on the virtual clock, with clients that are lists. A generation is whatever a test writes to the sink that it is given. */

import { createVirtualWorld } from '../lab/virtual-world.ts';
import { type AttachDesk, type AttachLimits, createAttachDesk, type Entry } from './attach.ts';
import { TestListener } from './listeners.testing.ts';

const limitsInTests: AttachLimits = { bytesMax: 1_000, exchangesMax: 3, graceMs: 5_000 };
export const headers = { 'content-type': 'text/event-stream', 'x-request-id': 'first' };

export type Own = Extract<Entry, { is: 'own' }>;

export interface Ask {
  readonly id?: string;
  readonly key?: string;
  readonly body?: string;
  readonly caller?: string;
}

/** A desk with a short grace and little room. */
export function house(change: Partial<AttachLimits> = {}) {
  const world = createVirtualWorld(1);
  const closing = new AbortController();
  const lines: string[] = [];
  const told = (line: string, id: string): void => void lines.push(`${id}: ${line}`);
  const desk = createAttachDesk({ world, closing: closing.signal, told }, { ...limitsInTests, ...change });
  return { world, closing, lines, desk };
}

/** A client asks. */
export function enter(desk: AttachDesk, { id = 'first', key, body = '{}', caller = 'ada' }: Ask = {}) {
  const client = new TestListener();
  const keyed = key === undefined ? {} : { 'idempotency-key': key };
  const asked = { caller, method: 'POST', path: '/v1/messages', query: new URLSearchParams(), headers: keyed };
  const entry = desk.enter(id, { ...asked, body: Buffer.from(body) }, client);
  return { client, entry };
}

/** A client asks, and its request has a generation of its own. */
export function begin(desk: AttachDesk, ask: Ask = {}): { client: TestListener; own: Own } {
  const { client, entry } = enter(desk, ask);
  if (entry.is !== 'own') throw new Error(`expected a generation of its own, got ${entry.is}`);
  return { client, own: entry };
}

export function say({ sink }: Own, text: string): Promise<void> | undefined {
  if (!sink.opened) sink.open(200, headers);
  return sink.write(Buffer.from(text));
}

/** The end of a whole answer. */
export function finish(own: Own): void {
  if (!own.sink.opened) own.sink.open(200, headers);
  own.sink.end();
  own.over(true);
}
