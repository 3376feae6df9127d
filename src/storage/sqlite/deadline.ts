/** A question to the reading worker that must not take for ever: SQLite cannot be interrupted from outside, so the whole thread is ended. */

import type { World } from '../../model/ports.ts';
import { type Link, StorageError } from './link.ts';
import type { Answer, Ask, Question } from './messages.ts';

/** A search that takes longer is given up. */
const QUERY_MS_MAX = 5_000;

export async function askWithin<Q extends Question>(
  world: World,
  reader: Link,
  question: Q,
  ask: Ask<Q>,
): Promise<Answer<Q>> {
  let late = false;
  const alarm = world.alarm(QUERY_MS_MAX, () => {
    late = true;
    void reader.stop('the search took too long');
  });
  try {
    return await reader.ask(question, ask);
  } catch (error) {
    if (late) throw new StorageError(`the search took longer than ${QUERY_MS_MAX / 1000} s`, true);
    throw error;
  } finally {
    alarm.cancel();
  }
}
