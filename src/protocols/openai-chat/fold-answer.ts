/** Collects a Chat Completions stream into the document that the API itself would have returned for it; numbers keep their spelling. */

import { FoldError } from '../../model/failure.ts';
import type { AnswerFold } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { isTooDeep, jsonOf, objectOf } from '../json/shapes.ts';
import { ChunkMerge } from './merge-deltas.ts';

export function foldChatAnswer(): AnswerFold {
  const merge = new ChunkMerge();
  let fault: string | undefined;
  return {
    push: (frame) => {
      if (frame.shape !== 'event') return;
      if (isTooDeep(frame.data)) fault ??= 'an event is nested too deeply';
      else addFrame(frame, merge);
    },
    document: () => {
      if (fault !== undefined) throw new FoldError(fault);
      if (!merge.started) throw new FoldError('the stream had no choice');
      return stringifyLossless(merge.document());
    },
  };
}

function addFrame(frame: Frame, merge: ChunkMerge): void {
  const chunk = objectOf(jsonOf(frame.data));
  if (chunk === undefined) return;
  merge.add(peculiarNumber.test(frame.data) ? (parseLossless(frame.data) as typeof chunk) : chunk);
}

/** A fraction, an exponent, a negative zero or more digits than a double holds. Without one the plain parser loses nothing and is several times faster. */
const peculiarNumber = /[:[,]\s*(?:-?\d+(?:\.\d|[eE])|-?\d{16}|-0\s*[,}\]])/;
