/**
 * Writes the body for an upstream that speaks the Anthropic dialect: the client's own bytes with as few edits as the upstream needs. It must not
 * re-serialise anything: thinking signatures are bound to the exact text before them.
 */

import type { ClientRequest } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { editJson } from '../json/edit.ts';

/** In the body on Vertex AI, where the API has a header. */
const vertexVersion = 'vertex-2023-10-16';

export function writeAnthropicRequest(
  request: ClientRequest,
  options: { readonly model: string; readonly edits: readonly JsonEdit[]; readonly target: 'anthropic' | 'vertex' },
): Uint8Array {
  const { model, target } = options;
  const edits: JsonEdit[] = [...options.edits];
  if (target === 'vertex' && request.operation === 'generate') {
    // There the model stands in the URL.
    edits.push({ op: 'remove', path: ['model'] });
  } else if (request.json.model !== model) {
    edits.push({ op: 'set', path: ['model'], json: JSON.stringify(model) });
  }
  if (target === 'vertex' && request.json.anthropic_version !== vertexVersion) {
    edits.push({ op: 'set', path: ['anthropic_version'], json: JSON.stringify(vertexVersion) });
  }
  if (request.operation === 'generate' && request.json.stream !== true) {
    edits.push({ op: 'set', path: ['stream'], json: 'true' });
  }
  return edits.length === 0 ? request.body : editJson(request.body, edits);
}
