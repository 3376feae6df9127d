/**
 * A stream that is opened before any account has answered: the real SDKs must read the gateway's start and pings as a legal stream and end with
 * the whole answer and its counts, or with their own error, whatever became of the first account meanwhile.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, askCell } from './ask-cell.ts';
import { type Ending, fewAtATime } from './heard.ts';
import { type House, startHouse } from './house.ts';
import { type PromptKind, promptKinds } from './prompts.ts';

const atOnceMax = 12;
/** Each keeps the client waiting for longer than the opening takes. */
const slowWeathers = [
  'slow-first-byte:ms=500',
  'slow-first-byte',
  'silence',
  'headers-then-silence',
  'comments-only:every=50',
  'comments-only:ms=500,every=50',
  '500:ms=400',
  '503:ms=300',
  '401:ms=400',
  '403:ms=400',
];
const quickWeathers = ['clear', 'empty-body', 'in-band-error', 'signature-refusal'];

interface Job {
  readonly provider: 'anthropic' | 'gemini';
  readonly weather: string;
  readonly kind: PromptKind;
  readonly sick: 'first' | 'all';
  readonly ends: Ending;
  /** The stream was open before the answer. */
  readonly isEarly: boolean;
  /** For `refused`: the type or status of the error inside the stream. */
  readonly tells?: string | number;
}

const jobs: readonly Job[] = (['anthropic', 'gemini'] as const).flatMap((provider) => {
  const first = { provider, sick: 'first', ends: 'whole' } as const;
  const all = { provider, sick: 'all', ends: 'refused', kind: 'text', isEarly: true } as const;
  const claude = provider === 'anthropic';
  return [
    ...promptKinds.flatMap((kind) => [
      ...slowWeathers.map((weather) => ({ ...first, weather, kind, isEarly: true })),
      ...quickWeathers.map((weather) => ({ ...first, weather, kind, isEarly: false })),
    ]),
    { ...all, weather: 'silence', tells: claude ? 'timeout_error' : 504 },
    { ...all, weather: '500:ms=200', tells: claude ? 'api_error' : 500 },
    { ...all, weather: '529:ms=200', tells: claude ? 'overloaded_error' : 503 },
    { ...all, weather: '401:ms=200', tells: claude ? 'api_error' : 503 },
    { ...all, weather: '404', sick: 'first', ends: 'whole', isEarly: false },
  ];
});

describe('a stream that is opened early', () => {
  let house: House;
  let asked: readonly Promise<Asked>[] = [];

  beforeAll(async () => {
    house = await startHouse(jobs, { healing: { open_after: '100ms', keepalive: '150ms' } });
    asked = fewAtATime(house.cells, atOnceMax, (cell) =>
      askCell(house.url, cell, jobs[house.cells.indexOf(cell)]!.kind, true),
    );
  });
  afterAll(async () => {
    await Promise.allSettled(asked);
    await house.close();
  });

  const named = jobs.map((job, index) => ({ ...job, index, opened: job.isEarly ? 'opened early' : 'not held up' }));
  it.each(named)(
    '$provider, $sick sick, $weather, $kind, $opened: $ends',
    async ({ index, ends, isEarly, provider, tells }) => {
      const { ending, why, heard } = await asked[index]!;
      expect({ ending, why: ending === ends ? '' : why }).toEqual({ ending: ends, why: '' });
      // A failure has no status of its own any more.
      expect(heard.status).toBe(200);
      expect(heard.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(heard.headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/);
      const wire = await heard.wire;
      if (isEarly) expect(pingsBeforeContent(wire, provider)).toBeGreaterThan(0);
      if (provider === 'anthropic') expectGrammar(wire, ends === 'whole');
      if (tells !== undefined) expect(toldBy(heard.error)).toBe(tells);
    },
  );
});

function toldBy(error: unknown): unknown {
  const { type, status } = error as { type?: unknown; status?: unknown };
  return type ?? status;
}

/** Anthropic's ping events, or the empty lines that stand for them in Gemini's dialect, before the first block, candidate or error. */
function pingsBeforeContent(wire: string, provider: Job['provider']): number {
  if (provider === 'gemini') return /^\n*/.exec(wire)?.[0].length ?? 0;
  const content = wire.search(/content_block_start|event: error/);
  return (wire.slice(0, content).match(/^event: ping$/gm) ?? []).length;
}

/** One start at the beginning, one stop at the end, or none after an error. */
function expectGrammar(wire: string, isWhole: boolean): void {
  const events = [...wire.matchAll(/^event: (\w+)$/gm)].map((match) => match[1]).filter((event) => event !== 'ping');
  expect(events[0]).toBe('message_start');
  expect(events.at(-1)).toBe(isWhole ? 'message_stop' : 'error');
  expect(events.filter((event) => event === 'message_start')).toHaveLength(1);
  expect(events.filter((event) => event === 'message_stop')).toHaveLength(isWhole ? 1 : 0);
}
