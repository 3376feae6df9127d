/**
 * Reads a Chat Completions request: checks what the gateway itself relies on and leaves everything else, known or not, to the upstream. It must
 * never reject a field it does not know, and never let a credential, or a header that chooses who pays, into `passHeaders`.
 */

import type { ClientRequest, ReadResult, RequestInput } from '../../model/request.ts';
import { passedHeaders, sessionHintOf } from '../client-headers.ts';
import { readJsonBody } from '../json/read-body.ts';
import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';

export function readChatRequest(input: RequestInput): ReadResult {
  const body = readJsonBody(input.body);
  if ('problem' in body) return body;
  const fault = findFault(body.json);
  if (fault !== undefined) return { problem: { kind: 'bad-request', message: fault } };
  const hint = sessionHint(input.headers, body.json);
  const request: ClientRequest = {
    protocol: 'openai-chat',
    operation: input.operation,
    model: body.json.model as string,
    framing: input.operation === 'generate' && body.json.stream === true ? 'sse' : 'json',
    body: input.body,
    json: body.json,
    passHeaders: passedHeaders(input.headers, (name) => passedNames.has(name)),
    ...(hint !== undefined && { sessionHint: hint }),
  };
  return { request };
}

/** Whether a streaming caller wants the chunk with the token counts; the upstream is always asked for it. */
export function asksForUsage(request: ClientRequest): boolean {
  return objectOf(request.json.stream_options)?.include_usage === true;
}

interface FieldRule {
  readonly field: string;
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isArray = (value: unknown): boolean => Array.isArray(value);
const isObject = (value: unknown): boolean => objectOf(value) !== undefined;

/** An optional field may be null: SDKs send that for what was not set. */
const rules: readonly FieldRule[] = [
  { field: 'model', expected: 'a string', fits: (value) => typeof value === 'string' },
  { field: 'messages', expected: 'an array of objects', fits: isArray },
  { field: 'stream', expected: 'a boolean', fits: (value) => typeof value === 'boolean' },
  { field: 'stream_options', expected: 'an object', fits: isObject },
  { field: 'tools', expected: 'an array of objects', fits: isArray },
];
const required: ReadonlySet<string> = new Set(['model', 'messages']);

function findFault(json: JsonObject): string | undefined {
  for (const { field, expected, fits } of rules) {
    const value = Object.hasOwn(json, field) ? json[field] : undefined;
    if (value === undefined || value === null) {
      if (required.has(field)) return `Missing required parameter: '${field}'.`;
    } else if (!fits(value)) {
      return `Invalid type for '${field}': expected ${expected}, but got ${nameOf(value)} instead.`;
    }
  }
  if (json.model === '') return "Invalid 'model': empty string. Expected the name of a model.";
  return findMessageFault(json.messages as readonly unknown[]);
}

function findMessageFault(messages: readonly unknown[]): string | undefined {
  if (messages.length === 0) {
    return "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
  }
  for (const [index, value] of messages.entries()) {
    const message = objectOf(value);
    if (message === undefined) {
      return `Invalid type for 'messages[${index}]': expected an object, but got ${nameOf(value)} instead.`;
    }
    if (typeof message.role !== 'string' || message.role === '') {
      return `Missing required parameter: 'messages[${index}].role'.`;
    }
  }
  return undefined;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return /^[aeiou]/.test(typeof value) ? `an ${typeof value}` : `a ${typeof value}`;
}

/** `openai-organization` and `openai-project` belong to the client's own key and are refused beside another. */
const passedNames: ReadonlySet<string> = new Set(['openai-beta']);

const sessionHeaders = ['x-session-id', 'session-id', 'x-session-affinity'] as const;
const sessionFields = ['prompt_cache_key', 'session_id'] as const;

function sessionHint(headers: Readonly<Record<string, string>>, json: JsonObject): string | undefined {
  const candidates = [
    ...sessionHeaders.map((name) => headers[name]),
    ...sessionFields.map((name) => stringOf(json[name])),
    stringOf(objectOf(json.metadata)?.session_id),
  ];
  return sessionHintOf(candidates);
}
