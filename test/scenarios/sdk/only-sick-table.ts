/**
 * What a caller is told when both accounts meet the same weather: the class of the Anthropic SDK's error and the status in each dialect.
 * A refused credential is the gateway's own, so the caller is told 503 and not to distrust its key.
 */

export interface OnlySickRow {
  readonly weather: string;
  /** Name of the class in the Anthropic SDK. */
  readonly error: string;
  readonly anthropic: number;
  readonly gemini: number;
  /** Seconds the caller is told to wait, at most, where a time is known; `anthropic` or `gemini` where only one of them knows. */
  readonly waitMax?: { readonly seconds: number; readonly knows: 'both' | 'anthropic' | 'gemini' };
  /** Breaks after content: only a collected answer can still be refused with a status. */
  readonly afterContent?: true;
}

function row(weather: string, error: string, status: number, more: Partial<OnlySickRow> = {}): OnlySickRow {
  return { weather, error, anthropic: status, gemini: status, ...more };
}

const overloaded = { error: 'OverloadedError', anthropic: 529, gemini: 503 };
const seven = { waitMax: { seconds: 7, knows: 'both' } } as const;
const sixty = { waitMax: { seconds: 60, knows: 'both' } } as const;
const afterContent = { afterContent: true } as const;
const limited = 'RateLimitError';
const badGateway = 'InternalServerError';
const silent = 'GatewayTimeoutError';
const unavailable = 'ServiceUnavailableError';

export const onlySickTable: readonly OnlySickRow[] = [
  row('refuse', badGateway, 502),
  row('reset', badGateway, 502),
  row('silence', silent, 504),
  row('slow-first-byte', silent, 504),
  row('headers-then-silence', silent, 504),
  row('comments-only:kind=ping,every=50', silent, 504),
  row('comments-only:kind=comment,every=50', silent, 504),
  row('empty-body', badGateway, 502),
  row('cut-at:byte=200', badGateway, 502),
  row('cut-in-frame:frame=1', badGateway, 502),
  row('cut-after:frames=0', badGateway, 502),
  row('reset-after:frames=0', badGateway, 502),
  // A proper end without a word, from every account: the prompt is declined.
  row('no-content:kind=stop', 'BadRequestError', 400),
  row('no-content:kind=start', badGateway, 502),
  row('no-content:kind=part', 'BadRequestError', 400),
  row('garbage-frame', badGateway, 502),
  row('html', badGateway, 502),
  row('in-band-error:kind=api', badGateway, 502),
  row('in-band-error:kind=overloaded', badGateway, 502),
  row('in-band-error:kind=rate', limited, 429),
  row('in-band-error:kind=invalid', 'BadRequestError', 400),
  row('json-200:kind=overloaded', badGateway, 502),
  row('json-200:kind=rate', limited, 429),
  row('json-200:kind=invalid', 'BadRequestError', 400),
  row('400-key', unavailable, 503),
  row('401', unavailable, 503),
  row('402', unavailable, 503),
  row('403', unavailable, 503),
  row('404', 'NotFoundError', 404),
  row('429:time=none', limited, 429),
  row('429:time=retry-after-seconds', limited, 429, seven),
  row('429:time=retry-after-seconds,seconds=90', limited, 429, sixty),
  row('429:time=retry-after-date', limited, 429, seven),
  row('429:time=retry-after-ms', limited, 429, seven),
  row('429:time=retry-info', limited, 429, seven),
  row('429:time=per-minute', limited, 429, seven),
  row('429:time=per-minute,seconds=45', limited, 429, { waitMax: { seconds: 45, knows: 'both' } }),
  row('429:time=reset', limited, 429, { waitMax: { seconds: 7, knows: 'anthropic' } }),
  row('429:time=per-day', limited, 429, sixty),
  row('429:time=limit-0', limited, 429, { waitMax: { seconds: 7, knows: 'anthropic' } }),
  row('429:time=vertex', limited, 429, { waitMax: { seconds: 7, knows: 'anthropic' } }),
  row('429:time=spend-limit', unavailable, 503, { gemini: 429 }),
  row('500', badGateway, 500),
  row('503', unavailable, 503),
  row('504', silent, 504),
  { weather: '529', ...overloaded },
  row('error-as-event-stream', unavailable, 503),
  row('error-as-event-stream:status=500', badGateway, 500),
  row('context-too-long', 'BadRequestError', 400),
  row('redirect', badGateway, 502),
  row('cut-after', badGateway, 502, afterContent),
  row('cut-in-frame', badGateway, 502, afterContent),
  row('reset-after', badGateway, 502, afterContent),
  row('stall', badGateway, 502, afterContent),
  row('garbage-frame:at=5', badGateway, 502, afterContent),
  row('error-mid:kind=api', badGateway, 502, afterContent),
  row('error-mid:kind=overloaded', badGateway, 502, afterContent),
  row('error-mid:kind=rate', limited, 429, afterContent),
  row('error-mid:kind=invalid', 'BadRequestError', 400, afterContent),
];
