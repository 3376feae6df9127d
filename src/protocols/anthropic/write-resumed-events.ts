/**
 * Goes on with a stream of Anthropic's own frames where it broke off: the same message, the next block index, the open block still open. It repeats
 * nothing that was shown, and its end states the whole message.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { readShown, type ShownAnswer } from '../shown-answer.ts';
import { readAnthropicEvents } from './read-events.ts';
import { writeAnthropicForeignEvents } from './write-foreign-events.ts';
import type { ShownBlocks } from './write-foreign-events-sources.ts';

export function writeAnthropicResumedEvents(
  framing: Framing,
  options: ForeignOptions,
  frames: readonly Frame[],
): ForeignWriter {
  const shown = readShown(readAnthropicEvents(), frames);
  return writeAnthropicForeignEvents(framing, options, {
    isStarted: shown.events.some(({ type }) => type === 'message-start'),
    usage: shown.usage,
    end: shown.events.findLast((event) => event.type === 'message-end'),
    blocks: blocksOf(shown),
  });
}

function blocksOf({ events, open }: ShownAnswer): ShownBlocks {
  const starts = events.filter((event) => event.type === 'block-start');
  const last = open.at(-1);
  const isEmpty = !events.some(
    (event) => event.type === 'block-delta' && event.index === last?.index && event.text !== '',
  );
  return {
    nextIndex: Math.max(-1, ...starts.map(({ index }) => index)) + 1,
    callIds: starts.flatMap(({ kind, id }) => (kind === 'tool-call' && id !== undefined ? id : [])),
    open: last && { start: last, isEmpty },
  };
}
