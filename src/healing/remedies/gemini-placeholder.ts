/** Says for which function calls of a Gemini history the model demands a signature, so that a stand-in is due where the real one is gone. */

import { isRecord, type JsonRecord, records } from './shapes.ts';

/**
 * Gemini 3 and later refuse a step without a signature; Gemini 2 does not mind, and a stand-in means nothing to it. A name without a version
 * (`gemini-flash-latest`) or without any meaning to us may be the newest model, which takes the stand-in as well.
 */
export function demandsSignature(model: string): boolean {
  const name = (model.split('/').at(-1) ?? model).toLowerCase();
  const major = /^gemini-(\d{1,2})(?!\d)/.exec(name)?.[1];
  return major === undefined || Number(major) > newestTolerantMajor;
}

const newestTolerantMajor = 2;

/** A turn begins at a user content that holds something other than function responses; earlier turns are not validated. */
export function currentTurnStart(contents: unknown): number {
  const opening = records(contents).findLast(
    ({ record }) => record.role !== 'model' && records(record.parts).some((part) => !isFunctionResponse(part.record)),
  );
  return opening === undefined ? 0 : opening.at + 1;
}

export function isFunctionCall(part: JsonRecord): boolean {
  return isRecord(part.functionCall) || isRecord(part.function_call);
}

function isFunctionResponse(part: JsonRecord): boolean {
  return part.functionResponse !== undefined || part.function_response !== undefined;
}
