/**
 * Writes the body for an upstream of the same dialect: the client's own bytes with as few edits as the upstream needs. A stream is always asked
 * for, and its token counts with it; the writer hides them again from a client that did not ask. It must not re-serialise anything.
 */

import type { ClientRequest } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { editJson } from '../json/edit.ts';
import { objectOf } from '../json/shapes.ts';
import { asksForUsage } from './read-request.ts';

export function writeChatRequest(request: ClientRequest, edits: readonly JsonEdit[], model: string): Uint8Array {
  const all: JsonEdit[] = [...edits];
  if (request.json.model !== model) all.push({ op: 'set', path: ['model'], json: JSON.stringify(model) });
  if (request.json.stream !== true) all.push({ op: 'set', path: ['stream'], json: 'true' });
  if (!asksForUsage(request)) {
    const options = objectOf(request.json.stream_options);
    all.push(
      options === undefined
        ? { op: 'set', path: ['stream_options'], json: '{"include_usage":true}' }
        : { op: 'set', path: ['stream_options', 'include_usage'], json: 'true' },
    );
  }
  return all.length === 0 ? request.body : editJson(request.body, all);
}
