/** Collects a foreign upstream's answer into the response object that a Responses client is given: the one that the stream would have ended with. */

import { FoldError } from '../../model/failure.ts';
import type { ForeignFold, ForeignOptions } from '../../model/ports.ts';
import { ForeignAnswer } from './foreign-answer.ts';

export function foldResponsesForeign(options: ForeignOptions): ForeignFold {
  const answer = new ForeignAnswer(options, () => {});
  let isStopped = false;
  return {
    see: (event) => {
      isStopped ||= event.type === 'message-end';
      answer.see(event);
    },
    document: () => {
      // An upstream that had said why it stopped may have died before its own terminal sign.
      if (isStopped) answer.see({ type: 'message-complete' });
      if (answer.response === undefined) throw new FoldError('the answer is not complete');
      return JSON.stringify(answer.response);
    },
  };
}
