/** Our own failures as a stream of this dialect tells them: a `response.failed` that Codex and the SDKs act on. Documents are `openaiProblem`'s. */

import type { Problem } from '../../model/request.ts';
import { filledString, type JsonObject, jsonOf, stringOf } from '../json/shapes.ts';
import { errorOf } from './shapes.ts';

/** Clients retry `server_error` and `rate_limit_exceeded`, and give up at once on the others. */
const codes: Readonly<Record<Problem['kind'], string>> = {
  'bad-request': 'invalid_prompt',
  unauthorised: 'invalid_api_key',
  'forbidden-host': 'invalid_prompt',
  'not-found': 'invalid_prompt',
  'method-not-allowed': 'invalid_prompt',
  'unknown-model': 'model_not_found',
  'too-large': 'invalid_prompt',
  'headers-too-large': 'invalid_prompt',
  'unsupported-media': 'invalid_prompt',
  'context-too-long': 'context_length_exceeded',
  'rate-limited': 'rate_limit_exceeded',
  overloaded: 'server_error',
  timeout: 'server_error',
  'upstream-error': 'server_error',
  'upstream-credential': 'server_error',
  'no-account': 'server_error',
  'shutting-down': 'server_error',
  internal: 'server_error',
};

/** The `error` member of a failed response. An upstream's own words in this dialect stay as they are. */
export function responseError(problem: Problem): { readonly code: string; readonly message: string } {
  const own = problem.body === undefined ? undefined : errorOf(jsonOf(problem.body));
  const code = (own && (filledString(own.code) ?? filledString(own.type))) ?? codes[problem.kind];
  const message = (own && stringOf(own.message)) ?? problem.message;
  return { code, message: withTime(message, code, problem.retryAfterMs) };
}

/** Codex reads the time to wait from the sentence, and only for this code. */
function withTime(message: string, code: string, retryAfterMs: number | undefined): string {
  if (code !== 'rate_limit_exceeded' || retryAfterMs === undefined || /try again in/i.test(message)) return message;
  return `${message.trimEnd()} Please try again in ${Math.ceil(retryAfterMs / 1000)}s.`;
}

export function eventBytes(event: JsonObject & { readonly type: string }): Uint8Array {
  return encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const encoder = new TextEncoder();
