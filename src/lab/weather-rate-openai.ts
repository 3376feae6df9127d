/** How OpenAI says 429: which limit, in words, and when it ends, in words or in the headers of its limits. Google's and Anthropic's ways have their nearest here. */

import type { LabRefusal } from './refusals.ts';

const REQUESTS_PER_MINUTE = 500;
const REQUESTS_PER_DAY = 10_000;
const TOKENS_PER_MINUTE = 30_000;
const ORGANISATION = 'organization org-lab';
const MORE = 'Visit https://platform.openai.com/account/rate-limits to learn more.';
const QUOTA =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.';

/** Which of the times are said in the headers of the limits, and which in the sentence. */
const IN_HEADERS: ReadonlySet<string> = new Set(['reset', 'per-minute', 'per-day']);
const IN_SENTENCE: ReadonlySet<string> = new Set(['retry-info', 'per-minute', 'per-day']);

export function openaiRateHeaders(time: string, seconds: number): Record<string, string> {
  if (!IN_HEADERS.has(time)) return {};
  return {
    'x-ratelimit-limit-requests': String(time === 'per-day' ? REQUESTS_PER_DAY : REQUESTS_PER_MINUTE),
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': duration(seconds),
    'x-ratelimit-limit-tokens': String(TOKENS_PER_MINUTE),
    'x-ratelimit-remaining-tokens': String(TOKENS_PER_MINUTE - 1),
    'x-ratelimit-reset-tokens': '2ms',
  };
}

export function openaiRateWords(
  time: string,
  seconds: number,
  model: string,
): Pick<LabRefusal, 'code' | 'message' | 'reason'> {
  if (time === 'spend-limit') return { code: 'insufficient_quota', reason: 'insufficient_quota', message: QUOTA };
  const reason = 'rate_limit_exceeded';
  if (time === 'limit-0') {
    const message = `Request too large for ${model} in ${ORGANISATION} on tokens per min (TPM): Limit 0, Requested 30. The input or output tokens must be reduced in order to run successfully. ${MORE}`;
    return { code: 'tokens', reason, message };
  }
  const [limit, most] =
    time === 'per-day' ? ['requests per day (RPD)', REQUESTS_PER_DAY] : ['requests per min (RPM)', REQUESTS_PER_MINUTE];
  const end = IN_SENTENCE.has(time) ? ` Please try again in ${duration(seconds)}.` : '';
  const message = `Rate limit reached for ${model} in ${ORGANISATION} on ${limit}: Limit ${most}, Used ${most}, Requested 1.${end} ${MORE}`;
  return { code: 'requests', reason, message };
}

/** As the API writes it: `7s`, `1m30s`, `2h0m0s`. */
function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
