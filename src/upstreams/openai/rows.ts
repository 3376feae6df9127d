/** The table of refusals of OpenAI and compatible servers: the first row that matches decides, and each says why. */

import type { Evidence, Row } from '../refusal.ts';

const wrongRequest = [400, 413, 422] as const;

export const rows: readonly Row[] = [
  {
    status: [408, 409],
    shouldRetry: false,
    kind: 'request-refused',
    why: 'the provider says not to try again; for limits and 5xx the healing rules know better than its header',
  },
  {
    status: ['3xx'],
    kind: 'server-error',
    why: 'redirects are not followed: they would carry the credential to another host',
  },

  {
    reasons: /\b(insufficient_quota|billing_hard_limit_reached|billing_not_active|quota_exceeded|credits?_exhausted)\b/,
    kind: 'account-exhausted',
    why: 'prepaid credit or a spend limit is used up; comes as 429, and waiting does not help',
  },
  { type: /^(insufficient_quota|billing_error)$/, kind: 'account-exhausted', why: 'the same, told as a type' },
  { status: [402], kind: 'account-exhausted', why: 'billing (DeepSeek, OpenRouter)' },
  {
    status: [400, 403, 429],
    message:
      /exceeded your current quota|insufficient (balance|credits|quota)|\b(credit|balance) (is )?(too low|exhausted)/i,
    kind: 'account-exhausted',
    why: 'the same in words',
  },

  {
    reasons: /\b(context_length_exceeded|context_window_exceeded|prompt_too_long)\b/,
    kind: 'context-too-long',
    why: 'OpenAI’s own code for it',
  },
  { type: /^exceed_context_size_error$/, kind: 'context-too-long', why: 'llama.cpp’s word for it' },
  {
    status: wrongRequest,
    message: /maximum context length|context (window|length|size)|(prompt|input) is too long|too many (input )?tokens/i,
    kind: 'context-too-long',
    why: 'the same in the words of vLLM and others',
  },

  {
    status: [400],
    reasons: /\binvalid_encrypted_content\b/,
    kind: 'signature-refused',
    why: 'reasoning of another account or provider stands in the input',
  },
  {
    status: [400],
    message: /encrypted content .*could not be (verified|decrypted)|thought.?signature/i,
    kind: 'signature-refused',
    why: 'the same in words; the second of Gemini behind other servers',
  },
  {
    status: [400],
    message: /of type '?reasoning'? was provided without its required|without its required '?reasoning'? item/i,
    kind: 'signature-refused',
    why: 'reasoning and what follows it must come back together',
  },

  {
    reasons: /\b(content_policy_violation|content_filter|moderation_blocked|sensitive)\b/,
    kind: 'request-refused',
    why: 'a filter refused the request',
  },
  {
    status: [403],
    message: /moderation|flagged/i,
    kind: 'request-refused',
    why: 'the same, told as a missing permission (OpenRouter)',
  },

  {
    reasons: /\b(invalid_api_key|invalid_issuer|account_deactivated|token_expired)\b/,
    kind: 'credential-refused',
    why: 'OpenAI’s own codes for a wrong, foreign or revoked key',
  },
  { status: [401], kind: 'credential-refused', why: 'the key is wrong, expired or revoked' },
  {
    status: [400],
    message: /incorrect api key|invalid api key|api key (not valid|not found|expired)/i,
    kind: 'credential-refused',
    why: 'servers that answer 400 to a wrong key',
  },
  { status: [403], kind: 'permission-refused', why: 'key, project, model, country or region is not allowed' },

  {
    reasons: /\b(model_not_found|model_not_available|invalid_model)\b/,
    kind: 'model-unknown',
    why: 'OpenAI’s code; 404 from Chat Completions, 400 from Responses',
  },
  {
    status: [400, 404, 422],
    message:
      /not a valid model( id)?\b|invalid model( id)?\b|\bmodel\b[^.]* (does not exist|not found|is not supported)/i,
    kind: 'model-unknown',
    why: 'the same in words',
  },
  {
    status: [404],
    message: /\b(file|response|item|thread|vector store|container|conversation|previous response)\b/i,
    kind: 'request-refused',
    why: 'the request names a thing of this account that does not exist',
  },
  { status: [404], kind: 'model-unknown', why: 'no such model for this account' },

  {
    status: [413, 429],
    message: /request too large/i,
    kind: 'rate-limited',
    why: 'larger than this account’s limit for a minute: waiting does not help, an account of a higher tier does',
  },
  {
    status: [429, 498],
    kind: 'rate-limited',
    time: 'limit-reset',
    why: 'a rate limit; the time is in a header, in the limit that has nothing left, or in the sentence',
  },
  {
    status: [503, 529],
    kind: 'overloaded',
    why: 'the provider is overloaded, or asks to slow down, whoever asks',
  },
  {
    type: /^(overloaded_error|engine_overloaded_error|service_unavailable_error)$/,
    kind: 'overloaded',
    why: 'the same under another status',
  },
  {
    reasons: /\b(slow_down|engine_overloaded|server_overloaded|insufficient_system_resource)\b/,
    kind: 'overloaded',
    why: 'the same, told as a code or as a reason to finish',
  },
  { status: [408, 409, '5xx'], kind: 'server-error', why: 'the provider failed, or asks to try again' },
  {
    status: ['4xx'],
    kind: 'request-refused',
    why: 'the request itself is at fault; the caller must see the provider’s own words',
  },
];

interface ReasonStatus {
  readonly reasons?: RegExp;
  readonly type?: RegExp;
  readonly status: number;
}

/** The status that an error would have had before the stream, from its code or type. 0 = they say nothing. */
export function statusOfReason({ reasons, type }: Evidence): number {
  const row = reasonStatuses.find((each) => (each.reasons?.test(reasons) ?? true) && (each.type?.test(type) ?? true));
  return row?.status ?? 0;
}

const reasonStatuses: readonly ReasonStatus[] = [
  { reasons: /\b(rate_limit_exceeded|insufficient_quota)\b/, status: 429 },
  { type: /^(rate_limit_error|requests|tokens)$/, status: 429 },
  { type: /^authentication_error$/, status: 401 },
  { type: /^(overloaded_error|engine_overloaded_error)$/, status: 503 },
  { reasons: /\bserver_error\b/, status: 500 },
  { type: /^(server_error|internal_error|api_error)$/, status: 500 },
  { type: /^invalid_request_error$/, status: 400 },
];
