/** What every refusal of the gateway must look like to a client: its dialect's error, the four headers, and no leave for foreign pages. */

import { expect } from 'vitest';
import type { Answer } from './client.ts';
import type { Dialect } from './small-answers.ts';

export function expectRefusal(dialect: Dialect, answer: Answer, status: number, what: string): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBe(status);
  expect(answer.headers['content-type'], what).toMatch(/^application\/json/);
  const json = JSON.parse(answer.text) as Record<string, unknown>;
  const message = expect.stringMatching(/\S{2}/);
  if (dialect === 'anthropic') {
    expect(json, what).toMatchObject({
      type: 'error',
      error: { type: expect.stringMatching(/^\w+_error$|^request_too_large$/), message },
    });
  } else {
    expect(json, what).toMatchObject({ error: { code: status, message, status: expect.stringMatching(/^[A-Z_]+$/) } });
  }
  expectExchangeHeaders(dialect, answer, what);
}

export function expectExchangeHeaders(dialect: Dialect, { headers }: Answer, what: string): void {
  for (const name of ['x-account-email', 'x-mapped-model', 'x-request-id', 'x-attempts']) {
    expect(headers[name], `${name} of ${what}`).toMatch(/./);
  }
  if (dialect === 'anthropic') expect(headers['request-id'], `request-id of ${what}`).toBe(headers['x-request-id']);
  const crossOrigin = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  expect(crossOrigin, what).toEqual([]);
}
