/**
 * Goes on with a stream of OpenAI's own events where it broke off: the same response, the next number of an event, the open item still open. It repeats
 * nothing that was shown, and the terminal event holds the whole output.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import type { ShownItem } from './foreign-items.ts';
import { readShownResponse } from './shown-response.ts';
import { writeResponsesForeignEvents } from './write-foreign-events.ts';

export function writeResponsesResumedEvents(
  framing: Framing,
  options: ForeignOptions,
  frames: readonly Frame[],
): ForeignWriter {
  const shown = readShownResponse(frames);
  const writer = writeResponsesForeignEvents(framing, options, shown);
  return shown?.items.some(awaitsText) ? withoutFirstThoughts(writer) : writer;
}

/** A message that was shown before it said anything: it may neither end so nor have another item inside it. */
function awaitsText({ wire, content, part }: ShownItem): boolean {
  return wire.type === 'message' && content.length === 0 && part === undefined;
}

/** Thoughts before the first text have no place and are not told. */
function withoutFirstThoughts(writer: ForeignWriter): ForeignWriter {
  const thoughts = new Set<number>();
  let isWaiting = true;
  const isTold = (event: StreamEvent): boolean => {
    if (event.type === 'block-start') {
      if (isWaiting && event.kind.endsWith('thinking')) thoughts.add(event.index);
      else isWaiting = false;
    }
    return !('index' in event) || event.index === undefined || !thoughts.has(event.index);
  };
  return { ...writer, events: (events, out) => writer.events(events.filter(isTold), out) };
}
