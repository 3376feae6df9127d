/** Weather that answers with an error status: the providers' own envelopes, sentences and times. */

import { countTokens, object, objects } from './ask.ts';
import { unknownOpenaiModel, unreadableSeal } from './openai-checks.ts';
import { readAsk } from './read-ask.ts';
import { badRequest, codeFor, type LabRefusal, refuse } from './refusals.ts';
import { isVertex, makerOf, speaksAnthropic } from './route.ts';
import { SIGNATURE_PLACEHOLDERS } from './signature.ts';
import type { LabStep } from './step.ts';
import { RATE_TIMES, rateLimit } from './weather-rate.ts';
import { ALL_DIALECTS, number, type WeatherContext, type WeatherRow } from './weather-row.ts';

const INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const CONTEXT_TOKENS = { anthropic: 200_000, google: 1_048_576, openai: 128_000 } as const;
const MILLISECONDS = 'milliseconds to wait before the answer';

/** Sentences by status: Anthropic's, Google's, OpenAI's. */
const SENTENCES: Readonly<Record<number, readonly [string, string, string]>> = {
  401: [
    'invalid x-api-key',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    'Incorrect API key provided: sk-lab. You can find your API key at https://platform.openai.com/account/api-keys.',
  ],
  402: [
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    'Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.',
    'Insufficient Balance',
  ],
  403: [
    'Your API key does not have permission to use the specified resource.',
    "Permission 'aiplatform.endpoints.predict' denied on resource (or it may not exist).",
    'Country, region, or territory not supported',
  ],
  500: [
    'Internal server error',
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
    'The server had an error while processing your request. Sorry about that!',
  ],
  503: [
    'Service is temporarily unavailable',
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
    'The engine is currently overloaded, please try again later',
  ],
  504: ['Request timed out', 'Deadline expired before operation could complete.', 'Request timed out.'],
  529: ['Overloaded', 'The model is overloaded. Please try again later.', 'Overloaded'],
};

const REASONS: Readonly<Record<number, string>> = { 401: 'ACCESS_TOKEN_EXPIRED', 403: 'IAM_PERMISSION_DENIED' };
/** OpenAI's codes; 402 is said by servers that only speak like it. */
const OPENAI_REASONS: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  402: 'invalid_request_error',
  403: 'unsupported_country_region_territory',
};

export const REFUSAL_WEATHER = {
  '400-key': {
    does: 'refuses the key with 400, as Gemini does (401 elsewhere)',
    dialects: ['gemini'],
    params: {},
    plan: (_base, context) => (context.route.dialect === 'gemini' ? refuseKey(context) : refuseWith(context, 401)),
  },
  '401': statusRow(401, 'refuses the credential'),
  '402': statusRow(402, 'says that the credit is used up'),
  '403': statusRow(403, 'refuses the permission'),
  '404': {
    does: 'does not know the model',
    dialects: ALL_DIALECTS,
    params: {},
    plan: (_base, context) => refuse(context.route, unknownModel(context), context.chance),
  },
  '429': {
    does: 'limits the rate; time = how the end of the limit is said, seconds = which',
    dialects: ALL_DIALECTS,
    params: { time: 'none', seconds: 7 },
    choices: { time: RATE_TIMES },
    plan: (_base, context) => refuse(context.route, rateLimit(context), context.chance),
  },
  '500': statusRow(500, 'fails inside'),
  '503': statusRow(503, 'is overloaded'),
  '504': statusRow(504, 'ran out of time'),
  '529': statusRow(529, 'is overloaded (Anthropic; Google says it with 503)'),
  'error-as-event-stream': {
    does: 'answers an error status whose body calls itself an event stream',
    dialects: ['gemini', 'vertex-gemini'],
    params: { status: 503 },
    plan: (_base, context) => asEventStream(refuseWith(context, number(context, 'status'))),
  },
  'signature-refusal': {
    does: 'refuses every history that carries signatures',
    dialects: ALL_DIALECTS,
    params: {},
    plan: (base, context) => signatureRefusal(base, context),
  },
  'context-too-long': {
    does: 'says that the prompt is too long; limit = only prompts of more tokens (0 = all)',
    dialects: ALL_DIALECTS,
    params: { limit: 0 },
    plan: (base, context) => contextTooLong(base, context),
  },
  redirect: {
    does: 'redirects to an address that nobody must follow',
    dialects: ALL_DIALECTS,
    params: { status: 307 },
    plan: (_base, context) => [
      {
        do: 'head',
        status: number(context, 'status'),
        headers: { location: 'http://169.254.169.254/latest', 'content-length': '0' },
      },
      { do: 'end' },
    ],
  },
} as const satisfies Record<string, WeatherRow>;

/** Everything a plain status says, in the dialect of the route. */
export function refusalFor(context: WeatherContext, status: number): LabRefusal {
  if (makerOf(context.route) === 'openai') return openaiRefusal(context, status);
  const google = !speaksAnthropic(context.route) || (isVertex(context.route) && status !== 400 && status !== 529);
  const said = google && status === 529 ? 503 : status;
  const sentences = SENTENCES[status] ?? SENTENCES[500]!;
  const reason = google ? REASONS[said] : undefined;
  return {
    status: said,
    code: codeFor(context.route, said, google),
    message: sentences[google ? 1 : 0],
    ...(reason === undefined ? {} : { details: [{ '@type': INFO, reason, domain: 'googleapis.com' }] }),
    google,
  };
}

function openaiRefusal(context: WeatherContext, status: number): LabRefusal {
  const reason = OPENAI_REASONS[status];
  const message = (SENTENCES[status] ?? SENTENCES[500]!)[2];
  return { status, code: codeFor(context.route, status), message, ...(reason === undefined ? {} : { reason }) };
}

function statusRow(status: number, does: string): WeatherRow {
  return {
    does: `${does} with ${status}; ms = ${MILLISECONDS}`,
    dialects: status === 529 ? ['anthropic', 'vertex-anthropic'] : ALL_DIALECTS,
    params: { ms: 0 },
    plan: (_base, context) => [{ do: 'wait', ms: number(context, 'ms') }, ...refuseWith(context, status)],
  };
}

function refuseWith(context: WeatherContext, status: number): LabStep[] {
  return refuse(context.route, refusalFor(context, status), context.chance);
}

function refuseKey(context: WeatherContext): LabStep[] {
  const details = [
    {
      '@type': INFO,
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
    {
      '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
      locale: 'en-US',
      message: 'API key not valid. Please pass a valid API key.',
    },
  ];
  const message = 'API key not valid. Please pass a valid API key.';
  return refuse(context.route, { status: 400, code: 'INVALID_ARGUMENT', message, details }, context.chance);
}

function unknownModel(context: WeatherContext): LabRefusal {
  const { dialect, model } = context.route;
  if (makerOf(context.route) === 'openai') return unknownOpenaiModel(context.route);
  if (dialect === 'anthropic') return { status: 404, code: 'not_found_error', message: `model: ${model}` };
  const publisher = dialect === 'vertex-anthropic' ? 'anthropic' : 'google';
  const message =
    dialect === 'gemini'
      ? `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`
      : `Publisher Model \`projects/lab/locations/global/publishers/${publisher}/models/${model}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`;
  return { status: 404, code: 'NOT_FOUND', message, google: true };
}

function asEventStream(steps: readonly LabStep[]): LabStep[] {
  return steps.map((step) =>
    step.do === 'head' ? { ...step, headers: { ...step.headers, 'content-type': 'text/event-stream' } } : step,
  );
}

function signatureRefusal(base: readonly LabStep[], context: WeatherContext): LabStep[] {
  if (makerOf(context.route) === 'openai') return sealRefusal(base, context);
  const place = firstSigned(context);
  if (place === undefined) return [...base];
  const vertex =
    'Unable to submit request because Thought signature is not valid.. Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini';
  const google = context.route.dialect === 'gemini' ? 'Corrupted thought signature.' : vertex;
  const message = speaksAnthropic(context.route) ? `${place}: Invalid \`signature\` in \`thinking\` block` : google;
  return refuse(context.route, { status: 400, code: codeFor(context.route, 400), message }, context.chance);
}

/** Chat Completions has nothing that is sealed. */
function sealRefusal(base: readonly LabStep[], context: WeatherContext): LabStep[] {
  const sealed = objects(context.json.input).find((item) => typeof item.encrypted_content === 'string');
  if (sealed === undefined) return [...base];
  return refuse(context.route, unreadableSeal(context.route, String(sealed.encrypted_content)), context.chance);
}

function firstSigned(context: WeatherContext): string | undefined {
  const claude = speaksAnthropic(context.route);
  const list = objects(claude ? context.json.messages : context.json.contents);
  for (const [at, item] of list.entries()) {
    const blocks = objects(claude ? item.content : item.parts);
    const place = blocks.findIndex((block) =>
      claude
        ? block.type === 'thinking' || block.type === 'redacted_thinking'
        : block.thoughtSignature !== undefined && !SIGNATURE_PLACEHOLDERS.has(String(block.thoughtSignature)),
    );
    if (place !== -1) return `messages.${at}.content.${place}`;
  }
  return undefined;
}

function contextTooLong(base: readonly LabStep[], context: WeatherContext): LabStep[] {
  const maker = makerOf(context.route);
  const limit = number(context, 'limit');
  const tokens = readAsk(context.route, object(context.json)).promptTokens;
  if (limit > 0 && tokens <= limit) return [...base];
  const most = limit > 0 ? limit : CONTEXT_TOKENS[maker];
  const said = limit > 0 ? tokens : most + tokens + countTokens(context.call.path);
  if (maker === 'openai') return refuse(context.route, openaiTooLong(context, said, most), context.chance);
  const message =
    maker === 'anthropic'
      ? `prompt is too long: ${said} tokens > ${most} maximum`
      : `The input token count (${said}) exceeds the maximum number of tokens allowed (${most}).`;
  return refuse(context.route, { status: 400, code: codeFor(context.route, 400), message }, context.chance);
}

function openaiTooLong(context: WeatherContext, tokens: number, most: number): LabRefusal {
  const chat = context.route.dialect === 'openai-chat';
  const sentence = chat
    ? `This model's maximum context length is ${most} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`
    : 'Your input exceeds the context window of this model. Please adjust your input and try again.';
  const refusal = { ...badRequest(context.route, sentence), reason: 'context_length_exceeded' };
  return { ...refusal, param: chat ? 'messages' : 'input' };
}
