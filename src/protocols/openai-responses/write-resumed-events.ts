/**
 * Goes on with a stream of OpenAI's own events where it broke off: the same response, the next number of an event, the open item still open. It repeats
 * nothing that was shown, and the terminal event holds the whole output.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { readShownResponse } from './shown-response.ts';
import { writeResponsesForeignEvents } from './write-foreign-events.ts';

export function writeResponsesResumedEvents(
  framing: Framing,
  options: ForeignOptions,
  frames: readonly Frame[],
): ForeignWriter {
  return writeResponsesForeignEvents(framing, options, readShownResponse(frames));
}
