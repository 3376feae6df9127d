/** What the lab's tests ask of it without a socket: the plan of a call, and what the plan says. Never shipped. */

import { planAnswer } from './plan.ts';
import { createChance } from './seed.ts';
import type { Json, LabCall, LabStep } from './step.ts';
import { parseWeather, type Weather } from './weather.ts';

export const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

export interface PlanOptions {
  readonly weather?: string;
  readonly seed?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function planOf(path: string, body: Json, options: PlanOptions = {}): LabStep[] {
  const { weather = 'clear', seed = 1 } = options;
  return planAnswer(callOf(path, body, options), weatherOf(weather), createChance(seed));
}

export function callOf(path: string, body: Json, { method = 'POST', headers = {} }: PlanOptions = {}): LabCall {
  const [plain = '', query = ''] = path.split('?');
  const call = { account: 'a', path: plain, method, query: new URLSearchParams(query), headers, n: 0, now: NOW };
  return { ...call, body: encode(body) };
}

export function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

export function encode(body: Json): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

export function headOf(steps: readonly LabStep[]): Extract<LabStep, { do: 'head' }> {
  const head = steps.find((step) => step.do === 'head');
  if (head === undefined) throw new Error('the plan has no head');
  return head;
}

export function textOf(steps: readonly LabStep[]): string {
  return Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []))).toString('utf8');
}

export function jsonOf(steps: readonly LabStep[]): Json {
  return JSON.parse(textOf(steps)) as Json;
}

/** The data of every event that is JSON. */
export function dataOf(steps: readonly LabStep[]): Json[] {
  const lines = [...textOf(steps).matchAll(/^data: (\{.*)$/gm)];
  return lines.map((line) => JSON.parse(line[1]!) as Json);
}
