/** The many ways in which providers say 429, and when it ends. */

import { codeFor, type LabRefusal } from './refusals.ts';
import { isVertex, makerOf, speaksAnthropic } from './route.ts';
import { openaiRateHeaders, openaiRateWords } from './weather-rate-openai.ts';
import { number, type WeatherContext } from './weather-row.ts';

export const RATE_TIMES: readonly string[] = [
  'none',
  'retry-after-seconds',
  'retry-after-date',
  'retry-after-ms',
  'reset',
  'retry-info',
  'per-minute',
  'per-day',
  'limit-0',
  'vertex',
  'spend-limit',
];

const QUOTA = 'type.googleapis.com/google.rpc.QuotaFailure';
const RETRY = 'type.googleapis.com/google.rpc.RetryInfo';
const HELP = 'type.googleapis.com/google.rpc.Help';
const METRIC = 'generativelanguage.googleapis.com/generate_content_free_tier_requests';
const REQUESTS_PER_MINUTE = '10';
const REQUESTS_PER_DAY = '250';
const SHARED =
  'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.';
const PLAIN = 'Resource has been exhausted (e.g. check quota).';

export function rateLimit(context: WeatherContext): LabRefusal {
  if (makerOf(context.route) === 'openai') return openaiRateLimit(context);
  const google = !speaksAnthropic(context.route) || isVertex(context.route);
  const time = String(context.params.time);
  const headers = timeHeaders(time, context, google);
  const shared = { status: 429, code: codeFor(context.route, 429, google), headers, google };
  return { ...shared, ...(google ? googleWords(time, context) : anthropicWords(time)) };
}

function openaiRateLimit(context: WeatherContext): LabRefusal {
  const time = String(context.params.time);
  const seconds = number(context, 'seconds');
  const headers = { ...retryAfter(time, seconds, context), ...openaiRateHeaders(time, seconds) };
  return { status: 429, headers, ...openaiRateWords(time, seconds, context.route.model) };
}

/** The ways that all providers have in common. */
function retryAfter(time: string, seconds: number, context: WeatherContext): Record<string, string> | undefined {
  if (time === 'retry-after-seconds') return { 'retry-after': String(seconds) };
  if (time === 'retry-after-date') return { 'retry-after': endOf(seconds, context).toUTCString() };
  if (time === 'retry-after-ms') return { 'retry-after-ms': String(seconds * 1000) };
  return undefined;
}

function endOf(seconds: number, context: WeatherContext): Date {
  return new Date((context.call.now ?? 0) + seconds * 1000);
}

function timeHeaders(time: string, context: WeatherContext, google: boolean): Record<string, string> {
  const seconds = number(context, 'seconds');
  const end = endOf(seconds, context);
  const plain = retryAfter(time, seconds, context);
  if (plain !== undefined) return plain;
  if (google || time === 'none' || time === 'spend-limit') return {};
  const reset = end.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    ...(time === 'reset' ? {} : { 'retry-after': String(seconds) }),
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': reset,
    'anthropic-ratelimit-input-tokens-limit': '50000',
    'anthropic-ratelimit-input-tokens-remaining': '0',
    'anthropic-ratelimit-input-tokens-reset': reset,
  };
}

function anthropicWords(time: string): Pick<LabRefusal, 'message' | 'details'> {
  if (time !== 'spend-limit') {
    return {
      message:
        "This request would exceed your organization's rate limit of 50,000 input tokens per minute (org: 00000000-0000-0000-0000-000000000000). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later.",
    };
  }
  return {
    message:
      "You have reached your API usage limits: your organization has crossed its monthly API usage threshold, set based on your organization's API tier.",
    details: { error_code: 'enforced_spend_limit_reached' },
  };
}

function googleWords(time: string, context: WeatherContext): Pick<LabRefusal, 'message' | 'details'> {
  const { dialect, model } = context.route;
  if (dialect === 'vertex-anthropic') {
    return {
      message: `Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: anthropic-${model}. Please submit a quota increase request. https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.`,
    };
  }
  if (time === 'vertex' || isVertex(context.route)) return { message: SHARED };
  const quota = quotaOf(time);
  if (!quota && time !== 'retry-info') return { message: PLAIN };
  const seconds = `${number(context, 'seconds')}s`;
  const limit = quota ? `\n* Quota exceeded for metric: ${METRIC}, limit: ${quota.value}, model: ${model}` : '';
  const violation = quota && {
    quotaMetric: METRIC,
    quotaId: quota.id,
    quotaDimensions: { location: 'global', model },
    ...(quota.value === '0' ? {} : { quotaValue: quota.value }),
  };
  return {
    message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. ${limit}\nPlease retry in ${seconds}.`,
    details: [
      ...(violation ? [{ '@type': QUOTA, violations: [violation] }] : []),
      {
        '@type': HELP,
        links: [
          {
            description: 'Learn more about Gemini API quotas',
            url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
          },
        ],
      },
      { '@type': RETRY, retryDelay: seconds },
    ],
  };
}

function quotaOf(time: string): { readonly id: string; readonly value: string } | undefined {
  if (time === 'per-minute') {
    return { id: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', value: REQUESTS_PER_MINUTE };
  }
  if (time === 'per-day') return { id: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', value: REQUESTS_PER_DAY };
  if (time === 'limit-0') return { id: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', value: '0' };
  return undefined;
}
