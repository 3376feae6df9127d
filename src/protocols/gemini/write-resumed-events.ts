/**
 * Goes on with a stream of Google's own chunks where it broke off: under the same name, in the same text, inside the same array. It repeats nothing that
 * was shown.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { readShown } from '../shown-answer.ts';
import { readGeminiEvents } from './read-events.ts';
import { writeGeminiForeignEvents } from './write-foreign-events.ts';

export function writeGeminiResumedEvents(
  framing: Framing,
  options: ForeignOptions,
  frames: readonly Frame[],
): ForeignWriter {
  const { events } = readShown(readGeminiEvents(), frames);
  return writeGeminiForeignEvents(framing, options, { frames, events });
}
