/**
 * Collects another dialect's answer into the `Message` document that an Anthropic client expects. It is the fold of the very stream that a
 * streaming client would have been sent, so the two can never say different things.
 */

import type { ForeignFold, ForeignOptions } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { foldAnthropicAnswer } from './fold-answer.ts';
import { ForeignMessage } from './write-foreign-events-message.ts';

export function foldAnthropicForeign(options: ForeignOptions): ForeignFold {
  const fold = foldAnthropicAnswer();
  const message = new ForeignMessage((type, fields) => fold.push(frameOf(type, JSON.stringify(fields))), options);
  let document: string | undefined;
  return {
    see: (event) => message.see(event),
    document: () => {
      if (document === undefined) message.end();
      document ??= fold.document();
      return document;
    },
  };
}

const noBytes = new Uint8Array();

/** The fold reads nothing but the event and its data. */
function frameOf(event: string, data: string): Frame {
  return { raw: noBytes, event, data, shape: 'event', terminated: true };
}
