/** Where an exchange meets the desk of generations: it gets one of its own, joins the one it is the second request for, or is refused. Never two of these. */

import { heal } from '../healing/heal.ts';
import type { Exchange, HealDoors } from '../healing/walk.ts';
import type { Fact } from '../model/journal.ts';
import type { Problem } from '../model/request.ts';
import type { AttachDesk } from './attach.ts';
import type { Asked } from './attach-match.ts';
import type { ConnectionSink } from './sink.ts';

export interface AttachOrder {
  readonly exchange: Exchange;
  readonly sink: ConnectionSink;
  /** As the request came: with its own body and headers. */
  readonly asked: Asked;
}

/** Resolves when nothing more goes to this client; with a problem that it is yet to be told, or nothing. */
export async function healOrAttach(
  { exchange, sink, asked }: AttachOrder,
  desk: AttachDesk,
  doors: HealDoors,
): Promise<Problem | undefined> {
  // A count costs nothing, and no answer of the model hangs on it.
  if (!doors.healing.attach || exchange.request.operation !== 'generate') {
    await heal(exchange, doors);
    return undefined;
  }
  const entry = desk.enter(exchange.id, asked, sink);
  if (entry.is === 'mismatch') return mismatch(entry.id);
  if (entry.is === 'joined') {
    if ((await entry.listened) === 'broken') throw new Error(`request ${entry.id} broke down with a client attached`);
    return undefined;
  }
  let isWell = false;
  const note = (fact: Fact): void => {
    if (fact.fact === 'exchange-ended') isWell = fact.outcome === 'ok' || fact.outcome === 'healed';
    doors.journal.note(fact);
  };
  try {
    await heal({ ...exchange, sink: entry.sink }, { ...doors, journal: { note } });
  } finally {
    entry.over(isWell);
  }
  return undefined;
}

function mismatch(id: string): Problem {
  const message = `this Idempotency-Key was used for a different request (${id}); send the same request again, or another key`;
  return { kind: 'bad-request', status: 422, message };
}
