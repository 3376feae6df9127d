/**
 * A script for the lab that repeats what the upstreams did in one request: captured bytes as they were, everything else as the weather that leads to the
 * same failure. Pure. It must say at its top what is exact and what is rebuilt, and nothing of the upstream's words may become a key of the script.
 */

import { stringify } from 'yaml';
import type { WeatherName } from '../../lab/weather.ts';
import { BODY_GAP } from '../../model/body-gap.ts';
import type { Provider } from '../../model/config.ts';
import type { FailureKind } from '../../model/failure.ts';
import type { AttemptRow, RequestRecord } from '../rows.ts';
import type { RawAnswer } from '../views.ts';

/** A weather as a script writes it: its name, and what is said about its parameters. */
type WeatherText = WeatherName | `${WeatherName}:${string}`;
interface Rebuilt {
  readonly weather: WeatherText;
  /** What the journal does not know of it. */
  readonly guessed: string;
}
type Rebuild = (attempt: AttemptRow) => Rebuilt;

const COMMENT_CHARS_MAX = 300;
const PATHS: Readonly<Record<Provider, string>> = {
  anthropic: '*/v1/messages',
  gemini: '*/v1*/models/*',
  vertex: '*/publishers/*',
  openai: '*/v1/*',
};

const always =
  (weather: WeatherText, guessed: string): Rebuild =>
  () => ({ weather, guessed });
const WORDS = "the provider's own words";
const NUMBER = 'how many events came before';

/** Each kind of failure and the weather that the gateway takes for it. */
const REBUILDS: Readonly<Record<FailureKind, Rebuild>> = {
  'signature-refused': always(
    'signature-refusal',
    `${WORDS}; it refuses every signature, as the upstream refused this one`,
  ),
  'context-too-long': always('context-too-long', 'the numbers of tokens'),
  'request-refused': always('clear', 'nothing is rebuilt: the lab checks the request itself, and may accept it'),
  'credential-refused': (attempt) => ({ weather: attempt.status === 400 ? '400-key' : '401', guessed: WORDS }),
  'permission-refused': always('403', WORDS),
  'account-exhausted': ({ provider }) => ({
    weather: provider === 'anthropic' ? '429:time=spend-limit' : '402',
    guessed: `status and ${WORDS}`,
  }),
  'model-unknown': always('404', WORDS),
  'model-unavailable': always('429:time=limit-0', `the limit's name and ${WORDS}`),
  'rate-limited': rateLimited,
  'quota-exhausted': always('429:time=per-day', 'which quota, and when it is renewed'),
  'capacity-limited': always('429:time=vertex', WORDS),
  'server-error': (attempt) => ({ weather: attempt.status === 504 ? '504' : '500', guessed: WORDS }),
  overloaded: (attempt) => inBandOr(attempt, attempt.status === 529 ? '529' : '503'),
  silent: (attempt) => ({
    weather: attempt.first_byte_ms === null ? 'silence' : 'headers-then-silence',
    guessed: 'pings and empty events that may have come',
  }),
  unreachable: (attempt) => ({
    weather: attempt.first_byte_ms === null ? 'refuse' : 'reset-after:frames=0',
    guessed: 'which error of the network it was',
  }),
  ended: always('empty-body', 'what came before the end'),
  empty: always('no-content', 'how the empty answer was worded'),
  'stream-error': always('in-band-error', 'the kind of error and its words'),
  garbage: always('html', 'what was sent instead of a stream'),
  'malformed-answer': always('malformed-function-call', 'the call'),
  cut: always('cut-after', NUMBER),
  stalled: always('stall', NUMBER),
  contradiction: always(
    'clear',
    'nothing is rebuilt: set "resume: contradict" for an upstream that says something else',
  ),
  limit: always('clear', 'nothing is rebuilt: the answer was larger than the gateway takes'),
};

export async function* labScriptPieces(records: AsyncIterable<RequestRecord>): AsyncGenerator<string> {
  for await (const record of records) {
    yield labScript(record);
    return;
  }
}

export function labScript(record: RequestRecord): string {
  const replays = record.attempts.map((attempt, at) => replayOf(record, attempt, at));
  const head = [
    `What the upstreams did in request ${record.row.id} (${record.row.method} ${record.row.path}, ${record.row.time}).`,
    'Start it with: antigravity-tools lab --script FILE (with --paced, captured bytes keep their pauses).',
    'Point base_url of the accounts at the lab, then send the same request again. The order of the calls for a model decides, not the account;',
    'the last answer for a model repeats. Answers without captured bytes are made up by the lab.',
    ...(replays.length === 0
      ? ['There was no attempt: the gateway answered by itself, so there is nothing to replay.']
      : []),
    ...replays.map(({ comment }) => comment),
  ];
  const script = { seed: 1, default: 'clear', requests: replays.map(({ rule }) => rule) };
  return `${head.map((line) => `# ${oneLine(line)}\n`).join('')}${stringify(script, { lineWidth: 0 })}`;
}

interface Replay {
  readonly comment: string;
  readonly rule: Readonly<Record<string, unknown>>;
}

function replayOf({ attempts, raw }: RequestRecord, attempt: AttemptRow, at: number): Replay {
  const isSame = (other: AttemptRow): boolean =>
    other.provider === attempt.provider && other.mapped_model === attempt.mapped_model;
  const order = attempts.slice(0, at).filter(isSame).length;
  const isLast = !attempts.slice(at + 1).some(isSame);
  const match = {
    path: PATHS[attempt.provider],
    model: attempt.mapped_model,
    stream: true,
    ...(isLast ? {} : { order }),
  };
  const captured = raw.find(({ n }) => n === attempt.n);
  const what = `Attempt ${attempt.n} (${attempt.provider}, ${attempt.mapped_model}): ${attempt.failure ?? attempt.result}.`;
  const status = statusOf(attempt);
  if (captured !== undefined && status !== null) {
    const { reply, note } = captureOf(captured, attempt, status);
    return { comment: `${what} Exact: status and ${note}. Rebuilt: the other headers.`, rule: { match, reply } };
  }
  const { weather, guessed } = rebuild(attempt);
  return { comment: `${what} Rebuilt as "${weather}". Not known: ${guessed}.`, rule: { match, weather } };
}

function rebuild(attempt: AttemptRow): Rebuilt {
  const kind = attempt.failure?.split(':', 1)[0] ?? '';
  if (Object.hasOwn(REBUILDS, kind)) return REBUILDS[kind as FailureKind](attempt);
  return { weather: 'clear', guessed: 'the answer, whose bytes were not captured' };
}

function captureOf({ body, marks }: RawAnswer, attempt: AttemptRow, status: number) {
  const gap = BODY_GAP.exec(body);
  const reply = {
    status,
    headers: { 'content-type': typeOf(body) },
    body: gap === null ? body : body.slice(0, gap.index),
    chunks: marks.map(({ end, ms }) => ({ end, ms: Math.max(0, ms - attempt.started_ms) })),
    ending: gap === null ? endingOf(attempt) : 'close',
  };
  const note =
    gap === null
      ? 'body'
      : `the beginning of the body; the ${gap[1]} bytes after it were not kept, so it breaks off there`;
  return { reply, note };
}

/** An error inside a stream has a status of its own, which the journal shows; the stream's was 200, or there would have been no stream. */
function statusOf({ status, first_byte_ms }: AttemptRow): number | null {
  return first_byte_ms === null ? status : 200;
}

/** The type that was sent is not kept: it is told by how the body begins. */
function typeOf(body: string): string {
  if (/^\s*[{[]/.test(body)) return 'application/json';
  return /^\s*</.test(body) ? 'text/html' : 'text/event-stream';
}

/** How the connection ended, as far as the failure tells. */
function endingOf({ result, failure }: AttemptRow): 'end' | 'close' | 'hang' {
  if (result === 'cancelled') return 'hang';
  const kind = failure?.split(':', 1)[0];
  if (kind === 'silent' || kind === 'stalled') return 'hang';
  return kind === 'cut' || kind === 'unreachable' ? 'close' : 'end';
}

/** The wait that was decided stands for the time that the provider may have named: the same wait is decided again. */
function rateLimited({ action, delay_ms }: AttemptRow): Rebuilt {
  if (action !== 'retry-same' || delay_ms === null || delay_ms < 1000) return { weather: '429', guessed: WORDS };
  const seconds = Math.floor(delay_ms / 1000);
  return {
    weather: `429:time=retry-after-seconds,seconds=${seconds}`,
    guessed: `${WORDS}, and whether it named the time or the gateway chose it`,
  };
}

function inBandOr(attempt: AttemptRow, refusal: WeatherText): Rebuilt {
  return { weather: statusOf(attempt) === 200 ? 'in-band-error' : refusal, guessed: WORDS };
}

/** Upstreams' words stand in comments: nothing of them may begin a new line or reach a terminal as a command. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, COMMENT_CHARS_MAX);
}
