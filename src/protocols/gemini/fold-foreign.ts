/**
 * Collects the answer of an upstream of another dialect into the document that `:generateContent` would have returned. Pieces of one text become one
 * part, with its signature; nothing is added that was not said.
 */

import type { StreamEvent } from '../../model/events.ts';
import { FoldError } from '../../model/failure.ts';
import type { ForeignFold, ForeignOptions } from '../../model/ports.ts';
import { stringifyLossless } from '../json/lossless.ts';
import type { JsonObject } from './shapes.ts';
import { ForeignParts, type WrittenPart } from './write-foreign-events-parts.ts';

export function foldGeminiForeign(options: ForeignOptions): ForeignFold {
  const seen = new ForeignParts(options);
  const runs: Run[] = [];
  return {
    see(event: StreamEvent): void {
      for (const written of seen.see(event)) add(runs, written);
    },
    document(): string {
      for (const written of seen.finish()) add(runs, written);
      if (seen.brokenCall !== undefined) {
        throw new FoldError(`the arguments of the call of ${seen.brokenCall} are no JSON object`);
      }
      const content = runs.length > 0 ? { content: { parts: runs.map(joined), role: 'model' } } : {};
      return stringifyLossless({
        candidates: [{ ...content, ...seen.ending() }],
        ...seen.usage(),
        ...seen.identity(),
      });
    },
  };
}

interface Run {
  readonly block: number | undefined;
  part: JsonObject;
  readonly texts: string[];
}

function add(runs: Run[], { part, block }: WrittenPart): void {
  const last = runs.at(-1);
  if (typeof part.text !== 'string') {
    runs.push({ block: undefined, part, texts: [] });
    return;
  }
  const isOneText = last !== undefined && last.texts.length > 0 && last.part.thought === part.thought;
  const isOneBlock = block !== undefined && last?.block === block;
  const isUnsigned = last?.part.thoughtSignature === undefined && part.thoughtSignature === undefined;
  if (!isOneText || !(isOneBlock || (isUnsigned && part.thought !== true))) {
    runs.push({ block, part, texts: [part.text] });
    return;
  }
  last.texts.push(part.text);
  // The signature at the end of a thought belongs to the whole of it.
  last.part = { ...last.part, ...(part.thoughtSignature !== undefined && { thoughtSignature: part.thoughtSignature }) };
}

function joined({ part, texts }: Run): JsonObject {
  return texts.length > 0 ? { ...part, text: texts.join('') } : part;
}
