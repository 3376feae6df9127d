/** Collects the answer of an upstream that speaks another dialect into one `chat.completion` document: the stream's own deltas, joined. */

import type { ForeignFold, ForeignOptions } from '../../model/ports.ts';
import type { JsonObject } from '../json/shapes.ts';
import { ForeignAnswer, writeUsage } from './foreign-answer.ts';
import { ChunkMerge } from './merge-deltas.ts';
import { chunkIdentity } from './write-foreign-events.ts';

export function foldChatForeign(options: ForeignOptions): ForeignFold {
  const answer = new ForeignAnswer(options);
  const merge = new ChunkMerge();
  const add = (delta: JsonObject, reason: string | null): void =>
    merge.add({ choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
  merge.add({ ...chunkIdentity(options), choices: [] });
  add({ role: 'assistant', content: null, refusal: null }, null);
  return {
    see: (event) => {
      for (const delta of answer.deltas(event)) add(delta, null);
    },
    document: () => {
      for (const delta of answer.rest()) add(delta, null);
      add({}, answer.finishReason);
      const usage = writeUsage(answer.usage);
      if (usage !== undefined) merge.add({ usage, choices: [] });
      return JSON.stringify(merge.document());
    },
  };
}
