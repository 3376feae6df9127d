/**
 * The heart of the lab: a call and a weather give the steps to be done to the socket. Pure; a real server executes the steps over
 * real sockets, the virtual transport on a virtual clock.
 */

import { answerTo, type LabAnswer } from './answer.ts';
import { planAnthropic } from './anthropic.ts';
import { checkAnthropic } from './anthropic-checks.ts';
import { type Ask, CHARS_PER_TOKEN } from './ask.ts';
import { planHello, planModels, planToken, planUnknown } from './catalogue.ts';
import { planGemini } from './gemini.ts';
import { checkGemini } from './gemini-checks.ts';
import { planChat } from './openai-chat.ts';
import { checkOpenai } from './openai-checks.ts';
import { planResponses } from './openai-responses.ts';
import { readAsk } from './read-ask.ts';
import { type LabRefusal, refuse, wholeAnswer } from './refusals.ts';
import { makerOf, readBody, readRoute, speaksAnthropic } from './route.ts';
import type { Chance, Json, LabCall, LabRoute, LabStep } from './step.ts';
import { WEATHER, type Weather, weatherParams } from './weather.ts';

export type { LabCall, LabStep } from './step.ts';

/** How a call is answered; tests hand in their own to serve recordings. */
export type LabPlanner = (call: LabCall, weather: Weather, chance: Chance) => LabStep[];

export function planAnswer(call: LabCall, weather: Weather, chance: Chance): LabStep[] {
  const json = readBody(call.body);
  const route = readRoute(call, json);
  const context = { call, route, json: json ?? {}, params: weatherParams(weather), chance };
  return WEATHER[weather.name].plan(basePlan(call, route, json, chance), context);
}

/** The weather over a plan that comes from elsewhere, such as a recording. */
export function planUnder(base: readonly LabStep[], call: LabCall, weather: Weather, chance: Chance): LabStep[] {
  const json = readBody(call.body);
  const route = readRoute(call, json);
  return WEATHER[weather.name].plan(base, { call, route, json: json ?? {}, params: weatherParams(weather), chance });
}

/** What happens on a clear day. */
function basePlan(call: LabCall, route: LabRoute, json: Json | undefined, chance: Chance): LabStep[] {
  switch (route.operation) {
    case 'token':
      return planToken(call);
    case 'models':
    case 'model':
      return planModels(route, chance);
    case 'hello':
      return planHello();
    case 'unknown':
      return planUnknown(route, call, chance);
    default:
      return planGeneration(call, route, json, chance);
  }
}

function planGeneration(call: LabCall, route: LabRoute, json: Json | undefined, chance: Chance): LabStep[] {
  const refusal = check(route, json);
  if (refusal || json === undefined) return refuse(route, refusal ?? { status: 400, code: '', message: '' }, chance);
  const ask = readAsk(route, json);
  if (route.operation === 'count') return planCount(route, ask.promptTokens);
  return planSaying(ask, json, answerTo(ask, call.resume), chance, call.now);
}

function check(route: LabRoute, json: Json | undefined): LabRefusal | undefined {
  const maker = makerOf(route);
  if (maker === 'openai') return checkOpenai(route, json);
  return maker === 'anthropic' ? checkAnthropic(route, json, route.operation === 'count') : checkGemini(route, json);
}

/** An answer in the dialect and framing of the ask. */
export function planSaying(ask: Ask, json: Json, answer: LabAnswer, chance: Chance, now = 0): LabStep[] {
  if (ask.route.dialect === 'openai-chat') return planChat(ask, json, answer, chance, now);
  if (ask.route.dialect === 'openai-responses') return planResponses(ask, json, answer, chance, now);
  return speaksAnthropic(ask.route) ? planAnthropic(ask, answer, chance) : planGemini(ask, answer, chance, now);
}

function planCount(route: LabRoute, tokens: number): LabStep[] {
  const headers = { 'content-type': 'application/json' };
  const vertexExtras = route.dialect === 'vertex-gemini' ? { totalBillableCharacters: tokens * CHARS_PER_TOKEN } : {};
  const gemini = {
    totalTokens: tokens,
    ...vertexExtras,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  };
  return wholeAnswer(200, headers, JSON.stringify(speaksAnthropic(route) ? { input_tokens: tokens } : gemini));
}
