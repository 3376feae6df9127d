/**
 * What goes wrong, and what the diagnosis must say of it: every row is one request to a real gateway with accounts of its own in front of the lab. The
 * weather is that of the lab; where a fault lies before the lab (an address, a key, the request itself) the row says so.
 */

import type { Stage, Verdict } from '../../../src/monitor/views.ts';

export type DiagnosedProvider = 'anthropic' | 'gemini' | 'vertex' | 'openai';

export interface DiagnosisRow {
  readonly name: string;
  readonly provider: DiagnosedProvider;
  /** The weather of the account that is asked first, and of the other; one alone is all there is where `other` is missing. */
  readonly first: string;
  readonly other?: string;
  /** What is asked instead of a plain streamed question. */
  readonly asks?:
    | 'collected'
    | 'signed'
    | 'foreign'
    | 'short'
    | 'unknown-model'
    | 'too-large'
    | 'no-json'
    | 'empty'
    | 'twice'
    | 'leaves';
  /** Put into the configuration of the accounts, instead of what a sound one has. `TLS`: a server that speaks no TLS. */
  readonly account?: Readonly<Record<string, unknown>>;
  /** A second model of the route, served by an account without faults. */
  readonly fallback?: true;
  readonly verdict: Verdict;
  readonly stage: Stage;
  readonly cause: string;
  /** What some sentence of the advice says. */
  readonly advice: RegExp;
  /** What the caller is told, where it is told of an error. */
  readonly told?: RegExp;
  /** The request itself was refused: the caller gets the upstream's own words, and the gateway adds nothing to them. */
  readonly passedOn?: true;
}

type Expected = readonly [cause: string, verdict: Verdict, stage: Stage, advice: RegExp];
type More = Partial<Omit<DiagnosisRow, 'provider' | 'cause' | 'verdict' | 'stage' | 'advice'>>;

function row(
  provider: DiagnosedProvider,
  first: string,
  [cause, verdict, stage, advice]: Expected,
  more: More = {},
): DiagnosisRow {
  const name = `${provider}, ${more.asks ?? 'asked'}: ${more.account === undefined ? first : JSON.stringify(more.account)}, then ${more.other ?? 'nobody'}`;
  return { name, provider, first, cause, verdict, stage, advice, ...more };
}

/** Both accounts meet the same. */
function all(provider: DiagnosedProvider, weather: string, expected: Expected, more: More = {}): DiagnosisRow {
  return row(provider, weather, expected, { other: weather, ...more });
}

const healed = { other: 'clear' } as const;

export const DIAGNOSIS_TABLE: readonly DiagnosisRow[] = [
  row('anthropic', 'clear', ['fine', 'fine', 'none', /Nothing to do/]),
  row('anthropic', 'clear', ['max-tokens', 'fine', 'none', /max_tokens/], { asks: 'short' }),
  row('anthropic', 'refusal', ['refusal', 'act', 'request', /Change the prompt/]),

  row('anthropic', 'empty-body', ['ended', 'healed', 'peek', /Nothing to do/], healed),
  row('gemini', 'empty-body', ['ended', 'healed', 'peek', /Nothing to do/], healed),
  row('gemini', 'no-content:kind=stop', ['empty', 'healed', 'peek', /Nothing to do/], healed),
  row('gemini', 'silence', ['silent-headers', 'healed', 'peek', /Nothing to do/], healed),
  row('anthropic', '529', ['overloaded', 'healed', 'peek', /Nothing to do/], { first: '529', other: 'clear' }),
  row(
    'anthropic',
    '429:time=retry-after-seconds,seconds=90',
    ['rate-limited', 'healed', 'account', /Nothing to do/],
    healed,
  ),
  row('gemini', '429:time=per-day', ['quota-exhausted', 'healed', 'account', /limits of/], healed),
  row(
    'anthropic',
    '401',
    ['credential-refused', 'healed', 'account', /console\.anthropic\.com\/settings\/keys/],
    healed,
  ),
  row('anthropic', 'cut-after:frames=5', ['resumed', 'healed', 'stream', /Nothing to do/], healed),
  row('anthropic', 'signature-refusal', ['repaired', 'healed', 'signature', /every turn/], { asks: 'signed' }),
  row('gemini', 'signature-refusal', ['repaired', 'healed', 'signature', /every turn/], { asks: 'signed' }),
  row('anthropic', '404', ['fallback', 'healed', 'account', /Correct the name/], { fallback: true }),

  all('anthropic', 'empty-body', ['ended', 'wait', 'peek', /within 1 minute/], {
    told: /answered 200 and ended without content/,
  }),
  all('gemini', 'no-content:kind=stop', ['prompt-declined', 'act', 'request', /Change the prompt/], {
    told: /ended this very prompt without a word/,
  }),
  all('anthropic', 'silence', ['silent-headers', 'wait', 'peek', /^Wait .*UTC/], { told: /said nothing in time/ }),
  all('gemini', 'headers-then-silence', ['silent-content', 'wait', 'peek', /healing\.first_content/], {
    told: /said nothing in time/,
  }),
  all('anthropic', 'in-band-error:kind=api', ['stream-error', 'wait', 'peek', /status\.anthropic\.com/], {
    told: /error inside its stream/,
  }),
  all('anthropic', 'html', ['garbage', 'act', 'peek', /proxy or a login page/], {
    told: /did not answer with a stream/,
  }),
  all('gemini', 'malformed-function-call', ['malformed-answer', 'wait', 'peek', /schemas of the tools/], {
    told: /answer was malformed/,
  }),
  all('anthropic', 'cut-after', ['cut', 'wait', 'stream', /Ask again now/], {
    asks: 'collected',
    told: /stream disconnected before completion/,
  }),
  all('anthropic', 'stall', ['stalled', 'wait', 'stream', /healing\.idle/], {
    asks: 'collected',
    told: /it fell silent/,
  }),
  row('anthropic', 'error-mid:kind=invalid', ['interrupted', 'wait', 'stream', /Ask again now/]),

  all('anthropic', '429:time=retry-after-seconds,seconds=90', ['rate-limited', 'wait', 'account', /^Wait 1 minute/], {
    told: /rate limit/,
  }),
  all('gemini', '429:time=per-minute,seconds=45', ['rate-limited', 'wait', 'account', /^Wait 4\d seconds/]),
  all('gemini', '429:time=per-day', ['quota-exhausted', 'wait', 'account', /^Wait .*(hour|minute)/]),
  all('gemini', '429:time=limit-0', ['model-unavailable', 'act', 'account', /paid tier/]),
  all('vertex', '429:time=vertex', ['capacity-limited', 'wait', 'peek', /another provider/]),
  all('anthropic', '429:time=spend-limit', ['account-exhausted', 'act', 'account', /settings\/billing/], {
    told: /out of credit/,
  }),
  all('openai', '402', [
    'account-exhausted',
    'act',
    'account',
    /platform\.openai\.com\/settings\/organization\/billing/,
  ]),
  all('anthropic', '401', ['credential-refused', 'act', 'account', /new API key for d\d+-a@example\.com/], {
    told: /the credential of the upstream account was refused/,
  }),
  all('gemini', '400-key', ['credential-refused', 'act', 'account', /aistudio\.google\.com\/apikey/]),
  all('openai', '401', ['credential-refused', 'act', 'account', /platform\.openai\.com\/api-keys/]),
  all('vertex', '401', ['credential-refused', 'act', 'account', /service account key or login/]),
  all('vertex', '403', ['permission-refused', 'act', 'account', /roles\/aiplatform\.user/], {
    told: /the upstream account may not do this/,
  }),
  all('anthropic', '403', ['permission-refused', 'act', 'account', /may do: its restrictions/]),
  all('openai', '403', ['region-refused', 'act', 'account', /region that OpenAI serves/]),
  all('anthropic', '404', ['model-unknown', 'act', 'account', /Correct the name/]),
  all('vertex', '404', ['model-unknown', 'act', 'account', /model-garden/]),
  all('anthropic', '500', ['server-error', 'wait', 'peek', /within 1 minute/]),
  all('gemini', '503', ['overloaded', 'wait', 'peek', /within 5 minutes/]),
  all('anthropic', 'redirect', ['redirect', 'act', 'connect', /base_url/]),
  all('anthropic', 'context-too-long', ['context-too-long', 'act', 'request', /\/compact/], {
    told: /prompt is too long/,
    passedOn: true,
  }),
  row('anthropic', 'in-band-error:kind=invalid', ['request-refused', 'act', 'request', /Change the request/]),
  all('anthropic', 'refuse', ['unreachable', 'wait', 'connect', /network, DNS and HTTPS_PROXY/], {
    told: /could not be reached/,
  }),

  row('anthropic', 'clear', ['connection-refused', 'act', 'connect', /Start the server/], {
    account: { base_url: 'http://127.0.0.1:1' },
    told: /could not be reached/,
  }),
  row('anthropic', 'clear', ['name-unknown', 'act', 'connect', /base_url/], {
    account: { base_url: 'https://no-such-host.invalid' },
  }),
  row('anthropic', 'clear', ['tls-failed', 'act', 'connect', /NODE_EXTRA_CA_CERTS/], { account: { base_url: 'TLS' } }),
  row('anthropic', 'clear', ['credential-missing', 'act', 'account', /variables of your shell/], {
    account: { credential: 'env:NOBODY_HAS_SET_THIS' },
    told: /the credential of the upstream account was refused/,
  }),

  row('anthropic', 'clear', ['no-account', 'act', 'account', /`routes`/], {
    asks: 'unknown-model',
    told: /no account of this gateway can serve the model/,
  }),
  row('anthropic', '429:time=retry-after-seconds,seconds=90', ['all-resting', 'wait', 'account', /^Wait 1 minute/], {
    asks: 'twice',
    told: /every account that can serve .* is resting/,
  }),
  row('anthropic', 'clear', ['body-too-large', 'act', 'request', /server\.max_body/], {
    asks: 'too-large',
    told: /the request body is larger than/,
  }),
  row('anthropic', 'clear', ['body-not-json', 'act', 'request', /no valid JSON/], {
    asks: 'no-json',
    told: /the body is not valid JSON/,
  }),
  row('anthropic', 'clear', ['request-invalid', 'act', 'request', /Change the request/], { asks: 'empty' }),
  row('gemini', 'clear', ['not-translatable', 'act', 'request', /TRANSLATION\.md/], { asks: 'foreign' }),
  row('anthropic', 'silence', ['cancelled-waiting', 'fine', 'request', /timeout of the client/], { asks: 'leaves' }),
];
