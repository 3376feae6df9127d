/**
 * What each weather of the lab leads to when it strikes one of two accounts, by dialect and by whether the answer is streamed: as data, so that
 * a capability that heals more changes this table and nothing else. An answer that breaks is whole all the same: gone on with when it is streamed,
 * asked for again when it is collected.
 */

import { WEATHER, WEATHER_NAMES } from '../../../src/lab/weather.ts';
import type { Ending } from './heard.ts';

/** anthropic streamed · anthropic collected · gemini streamed · gemini collected */
type Endings = readonly [Ending, Ending, Ending, Ending];

export interface OneSickRow {
  readonly weather: string;
  readonly ends: Endings;
  /** Of an answer that is a tool call, where that differs: nothing of it is shown before it is whole. */
  readonly toolEnds?: Endings;
  /** Whether the first account's answer is good enough, so that no second is asked; `some`: in one dialect or framing and not in another. */
  readonly harmless?: true | 'some';
  /** Only text is long enough to be cut there. */
  readonly textOnly?: true;
  /** Why an answer that is not the lab's usual one stopped, in each dialect's word. */
  readonly stop?: readonly [string, string];
}

const always: Endings = ['whole', 'whole', 'whole', 'whole'];
const refused: Endings = ['refused', 'refused', 'refused', 'refused'];
const odd: Endings = ['odd', 'odd', 'odd', 'odd'];

const harmlessOnes = [
  'clear',
  'clear:ms=2',
  'slow-first-byte:ms=120',
  'slow-drip:ms=4',
  'one-byte',
  'split-utf8',
  'unterminated',
  'duplicate-end',
  'no-done',
  'comments-only:ms=300,every=50',
  'cut-at:byte=99999,end=clean',
];

const beforeContent = [
  'refuse',
  'reset',
  'silence',
  'slow-first-byte',
  'headers-then-silence',
  'comments-only:kind=ping,every=50',
  'comments-only:kind=comment,every=50',
  'empty-body',
  'cut-at:byte=200',
  'cut-at:byte=200,end=clean',
  'cut-at:byte=200,end=rst',
  'cut-in-frame:frame=1',
  'cut-after:frames=0',
  'cut-after:frames=0,end=clean',
  'cut-after:frames=0,end=rst',
  'reset-after:frames=0',
  'stall:after=0',
  'no-content:kind=stop',
  'no-content:kind=start',
  'no-content:kind=usage',
  'no-content:kind=part',
  'no-content:kind=signature',
  'in-band-error:kind=overloaded',
  'in-band-error:kind=api',
  'in-band-error:kind=rate',
  'in-band-error:shape=event',
  'in-band-error:shape=bare',
  'error-mid:after=0',
  'garbage-frame',
  'html',
  'json-200:kind=overloaded',
  'json-200:kind=api',
  'json-200:kind=rate',
  '400-key',
  '401',
  '402',
  '403',
  '404',
  '429:time=none',
  '429:time=retry-after-seconds',
  '429:time=retry-after-date',
  '429:time=retry-after-ms',
  '429:time=reset',
  '429:time=retry-info',
  '429:time=per-minute',
  '429:time=per-day',
  '429:time=limit-0',
  '429:time=vertex',
  '429:time=spend-limit',
  '500',
  '500:ms=100',
  '503',
  '504',
  '529',
  'error-as-event-stream',
  'error-as-event-stream:status=500',
  'signature-refusal',
  'redirect',
];

const afterContent = [
  'cut-after:end=fin',
  'cut-after:end=clean',
  'cut-after:end=rst',
  'cut-in-frame:end=fin',
  'cut-in-frame:end=clean',
  'cut-in-frame:end=rst',
  'cut-in-frame:frame=8',
  'reset-after',
  'stall',
  'error-mid:kind=overloaded',
  'error-mid:kind=api',
  'error-mid:kind=rate',
  'error-mid:shape=event',
  'error-mid:shape=bare',
  'garbage-frame:at=5',
];

const afterStop = [
  'cut-after:frames=99',
  'cut-at:byte=99999',
  'cut-at:byte=99999,end=rst',
  'reset-after:frames=99',
  'stall:after=99',
  'error-mid:after=99',
  'error-mid:after=99,shape=bare',
  'garbage-frame:at=99',
];

export const oneSickTable: readonly OneSickRow[] = [
  ...harmlessOnes.map((weather): OneSickRow => ({ weather, ends: always, harmless: true })),
  ...beforeContent.map((weather): OneSickRow => ({ weather, ends: always })),
  ...afterContent.map((weather): OneSickRow => ({ weather, ends: always })),
  // All but the last frame came: for Claude the reason to stop is in it, and only the closing frame is missing.
  ...afterStop.map((weather): OneSickRow => ({ weather, ends: always, harmless: 'some' })),
  ...['cut-at:byte=1500', 'cut-at:byte=1500,end=clean', 'cut-at:byte=1500,end=rst'].map(
    (weather): OneSickRow => ({ weather, ends: always, textOnly: true }),
  ),
  { weather: 'cut-after:frames=1', ends: always },
  { weather: 'stall:after=1', ends: always },
  { weather: 'wrong-length', ends: always, harmless: 'some' },
  { weather: 'thinking-then-nothing:finish=hang', ends: always },
  { weather: 'thinking-then-nothing:finish=cut', ends: always },
  // Thinking is shown, but it is no answer.
  { weather: 'thinking-then-nothing:finish=end', ends: always },
  ...['malformed', 'unexpected'].map(
    (kind): OneSickRow => ({ weather: `malformed-function-call:kind=${kind}`, ends: always }),
  ),
  { weather: 'refusal', ends: odd, stop: ['refusal', 'SAFETY'] },
  // What no other account can cure is told at once.
  { weather: 'in-band-error:kind=invalid', ends: refused },
  { weather: 'json-200:kind=invalid', ends: refused },
  { weather: 'context-too-long', ends: refused },
  {
    weather: 'error-mid:kind=invalid',
    ends: ['interrupted', 'refused', 'interrupted', 'refused'],
    toolEnds: refused,
  },
];

/** Names and choices of the lab's weather that no row speaks of. */
export function missingFrom(rows: readonly { readonly weather: string }[]): string[] {
  const said = rows.map(({ weather }) => weather);
  const isSaid = (name: string, pair: string): boolean =>
    said.some(
      (text) =>
        text.startsWith(`${name}:`) &&
        text
          .slice(name.length + 1)
          .split(',')
          .includes(pair),
    );
  return WEATHER_NAMES.flatMap((name) => {
    if (!said.some((text) => text === name || text.startsWith(`${name}:`))) return [name];
    const { choices = {}, params } = WEATHER[name];
    const pairs = Object.entries(choices).flatMap(([key, words]) =>
      words.filter((word) => params[key] !== word).map((word) => `${key}=${word}`),
    );
    return pairs.filter((pair) => !isSaid(name, pair)).map((pair) => `${name}:${pair}`);
  });
}
