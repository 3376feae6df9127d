/** The response object around a foreign answer: what the API itself would state, with the request's own settings echoed and its defaults filled in. */

import type { StopKind } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { type JsonObject, objectOf } from '../json/shapes.ts';

export function responseHead({ answerId, model, createdSeconds, request }: ForeignOptions): JsonObject {
  const asked = request.json;
  const echo = (name: string, otherwise: unknown): unknown => asked[name] ?? otherwise;
  const reasoning = objectOf(asked.reasoning);
  return {
    id: `resp_${answerId}`,
    object: 'response',
    created_at: createdSeconds,
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: echo('instructions', null),
    max_output_tokens: echo('max_output_tokens', null),
    max_tool_calls: echo('max_tool_calls', null),
    model,
    output: [],
    parallel_tool_calls: echo('parallel_tool_calls', true),
    previous_response_id: echo('previous_response_id', null),
    prompt_cache_key: echo('prompt_cache_key', null),
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    safety_identifier: echo('safety_identifier', null),
    service_tier: 'default',
    store: echo('store', true),
    temperature: echo('temperature', 1),
    text: { format: { type: 'text' }, ...objectOf(asked.text) },
    tool_choice: echo('tool_choice', 'auto'),
    tools: echo('tools', []),
    top_logprobs: 0,
    top_p: echo('top_p', 1),
    truncation: echo('truncation', 'disabled'),
    usage: null,
    user: echo('user', null),
    metadata: echo('metadata', {}),
  };
}

interface Ending {
  readonly stop: StopKind;
  /** The `incomplete_details.reason`; absent = the response is completed. */
  readonly incomplete?: 'max_output_tokens' | 'content_filter';
  readonly why: string;
}

/** How an upstream's stop reads here. The dialect knows no more than these two ways to end early. */
export const ENDINGS: readonly Ending[] = [
  { stop: 'natural', why: 'the model ended its turn' },
  { stop: 'tool', why: 'the calls say it themselves' },
  { stop: 'stop-sequence', why: 'the caller asked for this end' },
  { stop: 'pause', why: 'the dialect has no pause; what was said is whole, and the caller may ask on' },
  { stop: 'other', why: 'the upstream called its answer complete, for a reason nobody knows here' },
  { stop: 'malformed', why: 'never reaches a client: the attempt has failed' },
  { stop: 'length', incomplete: 'max_output_tokens', why: 'the limit cut the answer' },
  { stop: 'context-full', incomplete: 'max_output_tokens', why: 'the context window cut the answer' },
  { stop: 'refusal', incomplete: 'content_filter', why: 'the upstream declined or stopped for safety' },
];

export function endingOf(stop: StopKind | undefined): JsonObject {
  const reason = ENDINGS.find((row) => row.stop === stop)?.incomplete;
  if (reason === undefined) return { status: 'completed' };
  return { status: 'incomplete', incomplete_details: { reason } };
}
