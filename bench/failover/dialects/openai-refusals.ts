/** The refusals of a server of OpenAI's dialects, in OpenAI's own error document. */

import { textAt } from '../json.ts';
import type { Dialect, RefusalKind } from './dialect.ts';

interface Words {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

const refusals: Readonly<Record<RefusalKind, Words>> = {
  'rate-limited': {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1.',
  },
  failed: {
    status: 500,
    type: 'server_error',
    code: null,
    message: 'The server had an error while processing your request. Sorry about that!',
  },
  unavailable: {
    status: 503,
    type: 'server_error',
    code: 'service_unavailable',
    message: 'The engine is currently overloaded, please try again later.',
  },
  'context-too-long': {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message:
      'This model’s maximum context length is 128000 tokens. However, your messages resulted in 131420 tokens. Please reduce the length of the messages.',
  },
  policy: {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_policy_violation',
    message: 'Your request was rejected as a result of our safety system.',
  },
  'no-prefill': {
    status: 400,
    type: 'invalid_request_error',
    code: null,
    message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'unknown-model': {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: 'The model does not exist or you do not have access to it.',
  },
};

export const openaiRefusals: Pick<Dialect, 'refusal' | 'refusalText'> = {
  refusal: (kind) => {
    const { status, ...error } = refusals[kind];
    return { status, body: { error: { ...error, param: null } } };
  },
  refusalText: (body) => textAt(body, 'error', 'message'),
};
