/**
 * `previous_response_id` for answers that this gateway itself retold: what was said is kept for an hour, under the caller's own name, so that a
 * later request can go on from it. Answers of an upstream that keeps responses itself are that upstream's business.
 */

import type { AnswerListener, ForeignOptions, KeyedStateStore, World } from '../model/ports.ts';
import type { ClientRequest, Problem } from '../model/request.ts';
import { editJson } from '../protocols/json/edit.ts';
import { readJsonBody } from '../protocols/json/read-body.ts';
import { foldResponsesForeign } from '../protocols/openai-responses/fold-foreign.ts';
import { expandPrevious, storedItems } from '../protocols/openai-responses/previous.ts';

export const previousKeptMs = 60 * 60_000;

export interface PreviousResponses {
  /** The request with its earlier turns in front; as it is when it names none of ours. */
  expand(request: ClientRequest, caller: string): { readonly request: ClientRequest } | { readonly problem: Problem };
  /** What hears an answer that may be gone on from; nothing when the client asked not to keep it. */
  listen(request: ClientRequest, caller: string): ((options: ForeignOptions) => AnswerListener) | undefined;
}

type Item = Record<string, unknown>;

export function createPreviousResponses(state: KeyedStateStore, world: Pick<World, 'now'>): PreviousResponses {
  const keyOf = (caller: string, id: string): string => `${caller}\n${id}`;
  return {
    expand(request, caller) {
      const id = request.json.previous_response_id;
      if (request.protocol !== 'openai-responses' || typeof id !== 'string') return { request };
      const entry = state.get('responses', keyOf(caller, id));
      if (entry === undefined) return { request };
      const items = expandPrevious(request.json.input, JSON.parse(entry.value) as Item[]);
      const body = editJson(request.body, [
        { op: 'set', path: ['input'], json: JSON.stringify(items) },
        { op: 'remove', path: ['previous_response_id'] },
      ]);
      const read = readJsonBody(body);
      return 'problem' in read ? read : { request: { ...request, body, json: read.json } };
    },
    listen(request, caller) {
      if (request.protocol !== 'openai-responses' || request.json.store === false) return undefined;
      return (options) => {
        const fold = foldResponsesForeign(options);
        return {
          see: (event) => fold.see(event),
          keep() {
            const response = JSON.parse(fold.document()) as Item;
            const value = JSON.stringify(storedItems(request.json, response));
            const expires = world.now() + previousKeptMs;
            state.put('responses', { key: keyOf(caller, String(response.id)), value, expires });
          },
        };
      };
    },
  };
}
