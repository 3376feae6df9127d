/** Both accounts are sick in the same way: the real SDKs must throw their own typed error, with the right status and the exchange's headers. */

import Anthropic from '@anthropic-ai/sdk';
import { ApiError } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, askCell, missingHeaders, speaksAnthropic } from './ask-cell.ts';
import { fewAtATime } from './heard.ts';
import { type Cell, type House, startHouse } from './house.ts';
import { type OnlySickRow, onlySickTable } from './only-sick-table.ts';

const atOnceMax = 12;
const ways = [
  { provider: 'anthropic', streamed: true },
  { provider: 'anthropic', streamed: false },
  { provider: 'gemini', streamed: true },
  { provider: 'gemini', streamed: false },
] as const;
const jobs = onlySickTable.flatMap((row) => ways.map((way) => ({ ...way, row })));

describe('with only sick accounts', () => {
  let house: House;
  let asked: readonly Promise<Asked>[] = [];

  beforeAll(async () => {
    house = await startHouse(jobs.map(({ provider, row }) => ({ provider, weather: row.weather, sick: 'all' })));
    asked = fewAtATime(house.cells, atOnceMax, (cell) =>
      askCell(house.url, cell, 'text', jobs[house.cells.indexOf(cell)]!.streamed),
    );
  });
  afterAll(async () => {
    await Promise.allSettled(asked);
    await house.close();
  });

  const named = jobs.map((job, index) => ({ ...job, index, weather: job.row.weather, way: wayOf(job) }));
  it.each(named)('$weather, $way: the SDK throws its own error', async ({ index, row, provider, streamed }) => {
    const cell = house.cells[index]!;
    const { ending, why, heard } = await asked[index]!;
    expect(ending === 'twisted' ? why : '').toBe('');
    expect(missingHeaders(heard, cell)).toEqual([]);
    if (streamed && row.afterContent === true) {
      // Each of them says a little more before it breaks: together they may reach the end.
      expect(['interrupted', 'whole']).toContain(ending);
      if (ending === 'interrupted') expectInterruption(heard.error, provider);
      return;
    }
    expect(ending).toBe('refused');
    expect(heard.status).toBe(speaksAnthropic(provider) ? row.anthropic : row.gemini);
    if (provider === 'anthropic') expectAnthropic(heard.error, row, heard.headers);
    else expectGemini(heard.error, row);
    expectWait(heard.headers.get('retry-after'), row, cell);
  });
});

function wayOf({ provider, streamed }: { provider: string; streamed: boolean }): string {
  return `${provider} ${streamed ? 'streamed' : 'collected'}`;
}

/** The status line has long been sent: what is left is the dialect's word for an error. */
function expectInterruption(error: unknown, provider: string): void {
  if (provider === 'anthropic') {
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect((error as InstanceType<typeof Anthropic.APIError>).type).toMatch(/^[a-z_]+_error$/);
  } else {
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).status).toBeGreaterThanOrEqual(400);
  }
}

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function expectAnthropic(thrown: unknown, row: OnlySickRow, headers: Headers): void {
  expect(thrown).toBeInstanceOf(Anthropic.APIError);
  const error = thrown as InstanceType<typeof Anthropic.APIError>;
  expect({ name: error.constructor.name, status: error.status }).toEqual({ name: row.error, status: row.anthropic });
  // A 503 is no status of this API, so both its words for it will do.
  expect(error.type).toMatch(
    row.anthropic === 503 ? /^(api|overloaded)_error$/ : new RegExp(`^${types[row.anthropic]}$`),
  );
  expect(error.apiMessage).not.toBe('');
  expect(error.requestID).toBe(headers.get('x-request-id'));
  expect(error.headers?.get('x-attempts')).toBe(headers.get('x-attempts'));
}

const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function expectGemini(thrown: unknown, row: OnlySickRow): void {
  expect(thrown).toBeInstanceOf(ApiError);
  const error = thrown as ApiError;
  expect(error.status).toBe(row.gemini);
  const told = JSON.parse(error.message) as { error: { code: number; status: string; message: string } };
  expect(told.error).toMatchObject({ code: row.gemini, status: words[row.gemini] });
  expect(told.error.message).not.toBe('');
}

function expectWait(header: string | null, { waitMax }: OnlySickRow, cell: Cell): void {
  const isKnown = waitMax !== undefined && (waitMax.knows === 'both' || waitMax.knows === cell.provider);
  if (!isKnown) {
    expect(header).toBeNull();
    return;
  }
  expect(header).toMatch(/^[1-9]\d?$/);
  expect(Number(header)).toBeLessThanOrEqual(waitMax.seconds);
}
