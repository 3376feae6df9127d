/** Writes a Gemini request for a Gemini upstream: the client's own bytes with the edits of this attempt, and nothing else changed. */

import type { ClientRequest } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { editJson } from '../json/edit.ts';
import { isObject } from './shapes.ts';

/** With `model`, a model that the body names itself is replaced by it: the path names another one after routing. */
export function writeGeminiRequest(request: ClientRequest, edits: readonly JsonEdit[], model?: string): Uint8Array {
  const all = model === undefined ? edits : [...edits, ...geminiModelEdits(request, model)];
  return editJson(request.body, all);
}

/** `generateContentRequest` of a token count must name a model; elsewhere a body may name one, which must not contradict the path. */
export function geminiModelEdits(request: ClientRequest, model: string): readonly JsonEdit[] {
  const json = JSON.stringify(`models/${model}`);
  const edits: JsonEdit[] = [];
  if (typeof request.json.model === 'string') edits.push({ op: 'set', path: ['model'], json });
  for (const field of ['generateContentRequest', 'generate_content_request']) {
    if (isObject(request.json[field])) edits.push({ op: 'set', path: [field, 'model'], json });
  }
  return edits;
}
