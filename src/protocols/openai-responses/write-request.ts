/**
 * Writes the body for an upstream that speaks the Responses dialect: the client's own bytes with as few edits as the upstream needs. It must not
 * re-serialise anything: reasoning items have to come back as they were given.
 */

import type { ClientRequest } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { editJson } from '../json/edit.ts';

export function writeResponsesRequest(request: ClientRequest, edits: readonly JsonEdit[], model: string): Uint8Array {
  const all: JsonEdit[] = [...edits];
  if (request.json.model !== model) all.push({ op: 'set', path: ['model'], json: JSON.stringify(model) });
  if (request.operation === 'generate' && request.json.stream !== true) {
    all.push({ op: 'set', path: ['stream'], json: 'true' });
  }
  return editJson(request.body, all);
}
