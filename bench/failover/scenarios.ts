/** The sixteen scenarios as a table: what the two routes do, what the caller must get, and every limit with its reason. Carries nothing out. */

import type { Act, Script } from './script.ts';

export interface Scenario {
  readonly number: number;
  readonly title: string;
  readonly primary: Script;
  readonly fallback: Script;
  /** `refusal`: the caller must get the primary's own 400, and nobody is asked again. */
  readonly expects: 'answer' | 'refusal';
  /** From the request to the first token, or to the refusal. */
  readonly firstTokenMsMax: number;
  readonly why: string;
  /** More than the common checks. */
  readonly also: readonly AlsoCheck[];
  /** More than one request: so many, so far apart. */
  readonly series?: { readonly requests: number; readonly everyMs: number };
  /** The dialects in which a client without a gateway is not hurt, and why. */
  readonly harmless?: { readonly dialects: readonly string[]; readonly why: string };
}

/**
 * `asked-once`: the primary is asked a single time · `fallback-served`: the fallback gave the last token · `fallback-named`: headers and usage are
 * the fallback's · `outage`: each request of the outage was served by the fallback, and the primary is back in time.
 */
export type AlsoCheck = 'asked-once' | 'fallback-served' | 'fallback-named' | 'outage';

/** A healthy route answers its first token in milliseconds; the rest is room for a machine that is shared. */
const atOnceMs = 3_000;
export const outageMs = 60_000;
/** A provider that is down resets connections first, and then its load balancer answers for it. */
const resetsForMs = 30_000;
export const backWithinMs = 30_000;
/** So often a route that is down may be asked, for each request of the outage and on the average. */
export const asksPerRequestDownMax = 2;

const whole: Act = { do: 'answer' };
const healthy: Script = () => whole;
const always =
  (act: Act): Script =>
  () =>
    act;

const atOnce = 'the failure is seen at once, and the fallback is free';

export const scenarios: readonly Scenario[] = [
  {
    number: 1,
    title: '429 with Retry-After 2',
    primary: ({ sinceFirstAskMs, number }) =>
      number === 1 || sinceFirstAskMs < 2_000 ? { do: 'refuse', kind: 'rate-limited', retryAfterSeconds: 2 } : whole,
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: 4_000,
    why: 'the two seconds that the provider asks for may be waited out, and no more',
    also: [],
    // The second comes within the time that the provider has named to the first.
    series: { requests: 2, everyMs: 1_000 },
  },
  {
    number: 2,
    title: '429 for ever',
    primary: always({ do: 'refuse', kind: 'rate-limited' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: atOnce,
    also: ['fallback-served'],
  },
  {
    number: 3,
    title: '500 once',
    primary: ({ number }) => (number === 1 ? { do: 'refuse', kind: 'failed' } : whole),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: 5_000,
    why: 'a pause of three seconds before the same model is asked again is in order',
    also: [],
  },
  {
    number: 4,
    title: '503 for ever',
    primary: always({ do: 'refuse', kind: 'unavailable' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: atOnce,
    also: ['fallback-served'],
  },
  {
    number: 5,
    title: 'reset before headers',
    primary: always({ do: 'reset' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: atOnce,
    also: ['fallback-served'],
  },
  {
    number: 6,
    title: 'no response at all',
    primary: always({ do: 'silent' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: 10_000 + atOnceMs,
    why: 'the configured `first_byte` of 10 s passes first',
    also: ['asked-once', 'fallback-served'],
  },
  {
    number: 7,
    title: 'first token after 20 s',
    primary: always({ do: 'answer', firstTokenAfterMs: 20_000 }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: 20_000 + atOnceMs,
    why: 'a model that thinks for 20 s is slow, not sick; whoever gives up on it must have the answer from elsewhere by then',
    also: [],
    harmless: { dialects: ['anthropic', 'gemini', 'chat', 'responses'], why: 'a client that waits gets the answer' },
  },
  {
    number: 8,
    title: 'cut after 40 of 60 tokens',
    primary: always({ do: 'answer', cutAfterTokens: 40 }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'the answer has begun before it breaks',
    also: ['fallback-served'],
  },
  {
    number: 9,
    title: 'silent after 20 tokens',
    primary: always({ do: 'answer', silentAfterTokens: 20 }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'the answer has begun before it falls silent',
    also: ['asked-once', 'fallback-served'],
  },
  {
    number: 10,
    title: 'tenth event is invalid JSON',
    primary: always({ do: 'answer', brokenEvent: 10 }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'the answer has begun before its tenth event',
    also: [],
  },
  {
    number: 11,
    title: 'no end mark after the finish reason',
    primary: always({ do: 'answer', unmarked: true }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'nothing is wrong until the very end',
    also: ['asked-once'],
    harmless: {
      dialects: ['anthropic', 'chat'],
      why: 'the body ends properly, and a tolerant client is content with the reason to stop',
    },
  },
  {
    number: 12,
    title: 'context_length_exceeded',
    primary: always({ do: 'refuse', kind: 'context-too-long' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: atOnce,
    also: ['asked-once', 'fallback-served'],
  },
  {
    number: 13,
    title: 'content_policy_violation',
    primary: always({ do: 'refuse', kind: 'policy' }),
    fallback: healthy,
    expects: 'refusal',
    firstTokenMsMax: atOnceMs,
    why: 'there is nothing to wait for',
    also: ['asked-once'],
    harmless: {
      dialects: ['anthropic', 'gemini', 'chat', 'responses'],
      why: 'the provider’s own words are what the caller should get',
    },
  },
  {
    number: 14,
    title: 'cut after 40, fallback refuses prefill',
    primary: always({ do: 'answer', cutAfterTokens: 40 }),
    fallback: ({ form }) => (form === 'prefill' ? { do: 'refuse', kind: 'no-prefill' } : whole),
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'the answer has begun before it breaks',
    also: ['fallback-served'],
  },
  {
    number: 15,
    title: 'down for 60 s, then healthy',
    primary: ({ sinceStartMs }) => {
      if (sinceStartMs >= outageMs) return whole;
      return sinceStartMs < resetsForMs ? { do: 'reset' } : { do: 'refuse', kind: 'unavailable' };
    },
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: 'each request, in the outage and after it: the failure is seen at once, and the fallback is free',
    also: ['outage'],
    series: { requests: 20, everyMs: 4_000 },
  },
  {
    number: 16,
    title: 'accounting of the fallback',
    primary: always({ do: 'refuse', kind: 'unavailable' }),
    fallback: healthy,
    expects: 'answer',
    firstTokenMsMax: atOnceMs,
    why: atOnce,
    also: ['fallback-served', 'fallback-named'],
  },
];
