/** Vertex accounts behind the same SDKs: service accounts that get their tokens from the lab, Claude and Gemini models, one sick account or two. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, askCell, missingHeaders, speaksAnthropic } from './ask-cell.ts';
import { type Ending, fewAtATime } from './heard.ts';
import { type CellProvider, type House, startHouse } from './house.ts';
import { type PromptKind, promptKinds } from './prompts.ts';

const atOnceMax = 6;
const whole = ['whole', 'whole'] as const;

/** Streamed, collected. */
const oneSick: Readonly<Record<string, readonly [Ending, Ending]>> = {
  clear: whole,
  'one-byte': whole,
  refuse: whole,
  silence: whole,
  'empty-body': whole,
  'no-content': whole,
  'comments-only:every=50': whole,
  'in-band-error': whole,
  html: whole,
  '401': whole,
  '403': whole,
  '404': whole,
  '429:time=none': whole,
  '500': whole,
  '503': whole,
  '529': whole,
  'error-as-event-stream': whole,
  'signature-refusal': whole,
  'cut-after': whole,
  stall: whole,
  'error-mid': whole,
  'error-mid:shape=bare': whole,
};

/** With only sick accounts: the status for a Claude model, and for a Gemini model. */
const onlySick: Readonly<Record<string, readonly [number, number]>> = {
  refuse: [502, 502],
  silence: [504, 504],
  'empty-body': [502, 502],
  '401': [503, 503],
  '403': [503, 503],
  '404': [404, 404],
  '429:time=none': [429, 429],
  '500': [500, 500],
  '503': [503, 503],
  '529': [529, 503],
  'context-too-long': [400, 400],
};

const providers = ['vertex-claude', 'vertex-gemini'] as const satisfies readonly CellProvider[];
const ways = [true, false] as const;

interface Job {
  readonly weather: string;
  readonly kind: PromptKind;
  readonly streamed: boolean;
  readonly ends: Ending;
  readonly status: number;
  readonly sick: 'first' | 'all';
}

/** Every weather streamed; collected and with other questions only where that is another way through the house. */
function jobsFor(provider: CellProvider): readonly Job[] {
  const healed = Object.entries(oneSick).flatMap(([weather, [streamedEnd, collectedEnd]]) => {
    const base = { weather, status: 200, sick: 'first' as const };
    const isWideTested = streamedEnd !== collectedEnd || weather === 'clear' || weather === 'empty-body';
    const kinds = isWideTested ? promptKinds : (['text'] as const);
    const collected = isWideTested ? [{ ...base, kind: 'text' as const, streamed: false, ends: collectedEnd }] : [];
    return [...kinds.map((kind) => ({ ...base, kind, streamed: true, ends: streamedEnd })), ...collected];
  });
  const told = Object.entries(onlySick).map(([weather, statuses], at) => {
    const status = statuses[speaksAnthropic(provider) ? 0 : 1];
    return {
      weather,
      kind: 'text' as const,
      streamed: ways[at % 2]!,
      ends: 'refused' as const,
      status,
      sick: 'all' as const,
    };
  });
  return [...healed, ...told];
}

describe.each(providers)('accounts of %s', (provider) => {
  const jobs = jobsFor(provider).map((job, index) => ({ ...job, index, way: job.streamed ? 'streamed' : 'collected' }));
  let house: House;
  let asked: readonly Promise<Asked>[] = [];

  beforeAll(async () => {
    house = await startHouse(jobs.map(({ weather, sick }) => ({ provider, weather, sick })));
    asked = fewAtATime(house.cells, atOnceMax, (cell) => {
      const job = jobs[house.cells.indexOf(cell)]!;
      return askCell(house.url, cell, job.kind, job.streamed);
    });
  });
  afterAll(async () => {
    await Promise.allSettled(asked);
    await house.close();
  });

  it.each(jobs)('$sick sick, $weather, $kind $way: $ends', async ({ index, ends, status }) => {
    const cell = house.cells[index]!;
    const { ending, why, heard } = await asked[index]!;
    expect({ ending, why: ending === ends ? '' : why }).toEqual({ ending: ends, why: '' });
    expect(heard.status).toBe(status);
    expect(missingHeaders(heard, cell)).toEqual([]);
    expect(cell.calls().every(({ path }) => path.startsWith('/v1/projects/test-project/locations/global/'))).toBe(true);
  });
});
