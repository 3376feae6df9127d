/**
 * What OpenAI's APIs refuse, with their own sentences: shape, roles, pairing of tools, reasoning that comes back. Pure. Parameters that nobody knows
 * are not refused, for compatible servers do not refuse them either; an answer begun for the model is a turn like any other.
 */

import { objects, textOf } from './ask.ts';
import { badRequest, type LabRefusal } from './refusals.ts';
import { checkSignature, mintSignature } from './signature.ts';
import type { Json, LabRoute } from './step.ts';
import { isOpenai } from './traits.ts';

interface Fault {
  readonly message: string;
  readonly param?: string;
  readonly reason?: string;
}

const ROLES = new Set(['system', 'assistant', 'user', 'function', 'tool', 'developer']);
/** What OpenAI's own sealed reasoning begins with. */
const SEAL_PREFIX = 'gAAAA';

/** The reasoning as nobody but the lab can read it. */
export function sealReasoning(thinking: string): string {
  return SEAL_PREFIX + mintSignature('openai', thinking, true);
}

export function checkOpenai(route: LabRoute, body: Json | undefined): LabRefusal | undefined {
  if (body === undefined) {
    return badRequest(route, 'We could not parse the JSON body of your request. The API expects a JSON payload.');
  }
  if (route.model === '') return refused(route, missing('model'));
  if (!isOpenai(route.model)) return unknownOpenaiModel(route);
  const fault = route.dialect === 'openai-chat' ? checkChat(body) : checkResponses(body);
  return fault === undefined ? undefined : refused(route, fault);
}

/** Chat Completions calls it not found, Responses a bad request. */
export function unknownOpenaiModel(route: LabRoute): LabRefusal {
  const { model } = route;
  const words = { code: 'invalid_request_error', reason: 'model_not_found' };
  return route.dialect === 'openai-responses'
    ? { ...words, status: 400, message: `The requested model '${model}' does not exist.`, param: 'model' }
    : { ...words, status: 404, message: `The model \`${model}\` does not exist or you do not have access to it.` };
}

export function unreadableSeal(route: LabRoute, sealed: string): LabRefusal {
  return refused(route, unreadable(sealed));
}

function refused(route: LabRoute, { message, param, reason }: Fault): LabRefusal {
  return {
    ...badRequest(route, message),
    ...(param === undefined ? {} : { param }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function missing(param: string): Fault {
  return { message: `Missing required parameter: '${param}'.`, param, reason: 'missing_required_parameter' };
}

function wrongRole(role: unknown, param: string): Fault {
  const roles = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";
  return {
    message: `Invalid value: '${String(role)}'. Supported values are: ${roles}.`,
    param,
    reason: 'invalid_value',
  };
}

function checkChat(body: Json): Fault | undefined {
  if (!Array.isArray(body.messages)) return missing('messages');
  if (body.messages.length === 0) {
    const message =
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
    return { message, param: 'messages', reason: 'empty_array' };
  }
  const messages = objects(body.messages);
  for (const [at, message] of messages.entries()) {
    const fault = checkMessage(message, at) ?? checkCalls(messages, at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checkMessage(message: Json, at: number): Fault | undefined {
  if (!ROLES.has(String(message.role))) return wrongRole(message.role, `messages[${at}].role`);
  const { content } = message;
  if (typeof content === 'string' || Array.isArray(content)) return undefined;
  const silent = message.role === 'assistant' && (message.tool_calls ?? message.function_call ?? message.refusal);
  if (silent) return undefined;
  return {
    message: `Invalid value for 'content': expected a string, got ${content === undefined || content === null ? 'null' : typeof content}.`,
    param: `messages.[${at}].content`,
  };
}

/** Each call is answered right after it, and each answer has its call. */
function checkCalls(messages: readonly Json[], at: number): Fault | undefined {
  const message = messages[at]!;
  const param = `messages.[${at}].role`;
  if (message.role === 'tool') {
    const caller = messages.slice(0, at).findLast(({ role }) => role !== 'tool');
    if (callIds(caller).includes(textOf(message.tool_call_id))) return undefined;
    return {
      message:
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      param,
    };
  }
  const answered: string[] = [];
  for (const next of messages.slice(at + 1)) {
    if (next.role !== 'tool') break;
    answered.push(textOf(next.tool_call_id));
  }
  const open = callIds(message).filter((id) => !answered.includes(id));
  if (open.length === 0) return undefined;
  return {
    message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`,
    param,
  };
}

function callIds(message: Json | undefined): string[] {
  return message?.role === 'assistant' ? objects(message.tool_calls).map((call) => textOf(call.id)) : [];
}

function checkResponses(body: Json): Fault | undefined {
  if (body.input === undefined && body.previous_response_id === undefined && body.prompt === undefined) {
    return missing('input');
  }
  const items = typeof body.input === 'string' ? [] : objects(body.input);
  for (const [at, item] of items.entries()) {
    const fault = checkItem(item, at) ?? checkReasoning(items, at);
    if (fault !== undefined) return fault;
  }
  return checkOutputs(items, typeof body.previous_response_id === 'string');
}

function checkItem(item: Json, at: number): Fault | undefined {
  const isMessage = item.type === 'message' || item.type === undefined;
  return isMessage && !ROLES.has(String(item.role)) ? wrongRole(item.role, `input[${at}].role`) : undefined;
}

/** Reasoning comes back unchanged, and with what followed it. */
function checkReasoning(items: readonly Json[], at: number): Fault | undefined {
  const item = items[at]!;
  if (item.type !== 'reasoning') return undefined;
  const sealed = item.encrypted_content;
  const own = typeof sealed === 'string' && sealed.startsWith(SEAL_PREFIX) && sealed.slice(SEAL_PREFIX.length);
  if (typeof sealed === 'string' && !(own && checkSignature('openai', own))) {
    return unreadable(sealed);
  }
  const next = items[at + 1];
  const follows =
    next !== undefined && (next.role === 'assistant' || next.type === 'reasoning' || /_call$/.test(textOf(next.type)));
  if (follows) return undefined;
  const message = `Item '${textOf(item.id) || 'rs_unnamed'}' of type 'reasoning' was provided without its required following item.`;
  return { message, param: 'input' };
}

function unreadable(sealed: string): Fault {
  const message = `The encrypted content ${sealed.slice(0, 8)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`;
  return { message, reason: 'invalid_encrypted_content' };
}

/** Calls of a response that is only named may be answered here; the lab does not remember them. */
function checkOutputs(items: readonly Json[], goesOn: boolean): Fault | undefined {
  const called = new Set<string>();
  const answered = new Set<string>();
  for (const item of items) {
    const id = textOf(item.call_id);
    if (item.type === 'function_call') called.add(id);
    if (item.type !== 'function_call_output') continue;
    if (!goesOn && !called.has(id)) {
      return { message: `No tool call found for function call output with call_id ${id}.`, param: 'input' };
    }
    answered.add(id);
  }
  const open = [...called].find((id) => !answered.has(id));
  return open === undefined
    ? undefined
    : { message: `No tool output found for function call ${open}.`, param: 'input' };
}
