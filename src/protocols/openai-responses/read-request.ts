/**
 * Reads a Responses request: checks what the gateway itself relies on and leaves everything else, known or not, to the upstream. It must never
 * reject a field it does not know, and never let a credential into `passHeaders`.
 */

import type { ClientRequest, ReadResult, RequestInput } from '../../model/request.ts';
import { passedHeaders, sessionHintOf } from '../client-headers.ts';
import { readJsonBody } from '../json/read-body.ts';
import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';

export function readResponsesRequest(input: RequestInput): ReadResult {
  const body = readJsonBody(input.body);
  if ('problem' in body) return body;
  const fault = findFault(body.json);
  if (fault !== undefined) return { problem: { kind: 'bad-request', message: fault } };
  const hint = sessionHint(input.headers, body.json);
  const request: ClientRequest = {
    protocol: 'openai-responses',
    operation: input.operation,
    model: body.json.model as string,
    framing: input.operation === 'generate' && body.json.stream === true ? 'sse' : 'json',
    body: input.body,
    json: body.json,
    passHeaders: passedHeaders(input.headers, belongsToDialect),
    ...(hint !== undefined && { sessionHint: hint }),
  };
  return { request };
}

/** Returns what is wrong with the value, in the API's own manner. */
type Check = (value: unknown) => string | undefined;

const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'expected a boolean');
const array: Check = (value) => (Array.isArray(value) ? undefined : 'expected an array');
const object: Check = (value) => (objectOf(value) !== undefined ? undefined : 'expected an object');
const string: Check = (value) => (typeof value === 'string' ? undefined : 'expected a string');
const count: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? undefined : 'expected a positive integer';
const input: Check = (value) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return 'expected a string or an array of items';
  const wrong = value.findIndex((item) => objectOf(item) === undefined);
  return wrong < 0 ? undefined : `expected an object at [${wrong}]`;
};

/** All of these may be null or absent: SDKs send null for what was not set. */
const checks: Readonly<Record<string, Check>> = {
  input,
  stream: boolean,
  tools: array,
  include: array,
  instructions: (value) => (typeof value === 'string' || Array.isArray(value) ? undefined : 'expected a string'),
  reasoning: object,
  text: object,
  max_output_tokens: count,
  previous_response_id: string,
  parallel_tool_calls: boolean,
};

/** One of these says what is to be answered. */
const subjects = ['input', 'previous_response_id', 'prompt', 'conversation'] as const;

function findFault(json: JsonObject): string | undefined {
  if (typeof json.model !== 'string' || json.model === '') return "Missing required parameter: 'model'.";
  for (const [field, check] of Object.entries(checks)) {
    const value = Object.hasOwn(json, field) ? (json[field] ?? undefined) : undefined;
    const fault = value === undefined ? undefined : check(value);
    if (fault !== undefined) return `Invalid type for '${field}': ${fault}.`;
  }
  if (subjects.every((field) => (json[field] ?? undefined) === undefined)) {
    return "One of 'input', 'previous_response_id', 'prompt' or 'conversation' must be provided.";
  }
  if (json.background === true && json.stream !== true) {
    return "'background' is not supported here: nothing could be asked for the response later. Use 'stream' instead.";
  }
  return undefined;
}

/** Headers of the dialect and of Codex. Organisation and project belong to the client's own key, so they do not pass. */
const passedNames: ReadonlySet<string> = new Set([
  'openai-beta',
  'session-id',
  'session_id',
  'conversation_id',
  'thread-id',
  'originator',
]);
const passedPrefix = 'x-codex-';

function belongsToDialect(name: string): boolean {
  return passedNames.has(name) || name.startsWith(passedPrefix);
}

const sessionHeaders = ['session-id', 'session_id', 'x-session-id', 'x-session-affinity'] as const;

function sessionHint(headers: Readonly<Record<string, string>>, json: JsonObject): string | undefined {
  const candidates = [...sessionHeaders.map((name) => headers[name]), stringOf(json.prompt_cache_key)];
  return sessionHintOf(candidates);
}
