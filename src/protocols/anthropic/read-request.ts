/**
 * Reads a Messages request: checks what the gateway itself relies on and leaves everything else, known or not, to the upstream. It must never
 * reject a field it does not know, and never let a credential into `passHeaders`.
 */

import type { ClientRequest, Operation, ReadResult, RequestInput } from '../../model/request.ts';
import { passedHeaders, sessionHintOf } from '../client-headers.ts';
import { readJsonBody } from '../json/read-body.ts';
import { type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';

export function readAnthropicRequest(input: RequestInput): ReadResult {
  const body = readJsonBody(input.body);
  if ('problem' in body) return body;
  const fault = findFault(body.json, input.operation);
  if (fault !== undefined) return { problem: { kind: 'bad-request', message: fault } };
  const hint = sessionHint(input.headers, body.json);
  const request: ClientRequest = {
    protocol: 'anthropic',
    operation: input.operation,
    model: body.json.model as string,
    framing: input.operation === 'generate' && body.json.stream === true ? 'sse' : 'json',
    body: input.body,
    json: body.json,
    passHeaders: passedHeaders(input.headers, belongsToDialect),
    // The SDKs' beta methods say so in the query as well as in a header.
    ...(input.query.get('beta') === 'true' && { passQuery: '?beta=true' }),
    ...(hint !== undefined && { sessionHint: hint }),
  };
  return { request };
}

/** Returns what is wrong with the value, in the API's own wording. */
type Check = (value: unknown) => string | undefined;

interface FieldRule {
  readonly field: string;
  readonly operations: readonly Operation[];
  readonly required: boolean;
  readonly check: Check;
}

const required: Check = (value) => (value === undefined || value === null ? 'Field required' : undefined);
const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'Input should be a valid boolean');
const array: Check = (value) => (Array.isArray(value) ? undefined : 'Input should be a valid array');
const object: Check = (value) => (objectOf(value) !== undefined ? undefined : 'Input should be an object');
const stringOrArray: Check = (value) =>
  typeof value === 'string' || Array.isArray(value) ? undefined : 'Input should be a valid string or array';
const nonEmptyString: Check = (value) => {
  if (typeof value !== 'string') return 'Input should be a valid string';
  return value === '' ? 'String should have at least 1 character' : undefined;
};
/** 0 is allowed: it warms the prompt cache. */
const tokenCount: Check = (value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'Input should be a valid integer';
  return value < 0 ? 'Input should be greater than or equal to 0' : undefined;
};

const generate: readonly Operation[] = ['generate'];
const both: readonly Operation[] = ['generate', 'count-tokens'];

/** An optional field may be null: SDKs send that for what was not set. */
const rules: readonly FieldRule[] = [
  { field: 'model', operations: both, required: true, check: nonEmptyString },
  { field: 'messages', operations: both, required: true, check: array },
  { field: 'max_tokens', operations: generate, required: true, check: tokenCount },
  { field: 'stream', operations: generate, required: false, check: boolean },
  { field: 'system', operations: both, required: false, check: stringOrArray },
  { field: 'tools', operations: both, required: false, check: array },
  { field: 'thinking', operations: both, required: false, check: object },
  { field: 'stop_sequences', operations: generate, required: false, check: array },
  { field: 'metadata', operations: generate, required: false, check: object },
];

function findFault(json: JsonObject, operation: Operation): string | undefined {
  for (const rule of rules) {
    if (!rule.operations.includes(operation)) continue;
    const value = Object.hasOwn(json, rule.field) ? json[rule.field] : undefined;
    const missing = required(value);
    if (missing !== undefined && !rule.required) continue;
    const fault = missing ?? rule.check(value);
    if (fault !== undefined) return `${rule.field}: ${fault}`;
  }
  return findMessageFault(json.messages as readonly unknown[]);
}

function findMessageFault(messages: readonly unknown[]): string | undefined {
  if (messages.length === 0) return 'messages: at least one message is required';
  for (const [index, value] of messages.entries()) {
    const message = objectOf(value);
    if (message === undefined) return `messages.${index}: Input should be an object`;
    const role = required(message.role) ?? nonEmptyString(message.role);
    if (role !== undefined) return `messages.${index}.role: ${role}`;
    const content = required(message.content) ?? stringOrArray(message.content);
    if (content !== undefined) return `messages.${index}.content: ${content}`;
  }
  return undefined;
}

/** An open list: a beta header that is dropped while its body field passes is a refusal. */
const passedPrefixes = ['anthropic-', 'x-claude-code-'] as const;

function belongsToDialect(name: string): boolean {
  return passedPrefixes.some((prefix) => name.startsWith(prefix));
}

const sessionHeaders = ['x-claude-code-session-id', 'x-session-id', 'session-id', 'x-session-affinity'] as const;

function sessionHint(headers: Readonly<Record<string, string>>, json: JsonObject): string | undefined {
  const userId = stringOf(objectOf(json.metadata)?.user_id);
  const candidates = [...sessionHeaders.map((name) => headers[name]), userId && sessionOfUser(userId)];
  return sessionHintOf(candidates);
}

/** Claude Code puts its session into the user id: once as JSON, before that as a suffix. Any other user id names a person, not a conversation. */
function sessionOfUser(userId: string): string | undefined {
  return (
    stringOf(objectOf(jsonOf(userId))?.session_id) ??
    /_session_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(userId)?.[1]
  );
}
