/**
 * What a cell must have kept, as pure checks over what the client and the routes saw. A check that finds nothing to look at must fail, never pass.
 */

import { wholeText } from './answer.ts';
import type { Exchange } from './client.ts';
import type { Dialect } from './dialects/dialect.ts';
import { at } from './json.ts';
import { outageFaults } from './outage.ts';
import type { AlsoCheck, Scenario } from './scenarios.ts';
import type { AskRecord } from './script.ts';

export const attemptsMax = 6;
export const asksOfRouteMax = 3;
export const hammerMs = 50;
/** Three times the same within this is hammering whatever the reason was; it also holds on a machine too busy to measure the other. */
export const threeAsksMs = 500;
/** The clocks of two processes agree this far. */
const clockSlackMs = 5;

export interface Party {
  readonly model: string;
  readonly email: string;
  readonly inputTokens: number;
}

export interface CellFacts {
  readonly scenario: Scenario;
  readonly dialect: Dialect;
  readonly exchanges: readonly Exchange[];
  /** Of both routes, in the order of time. */
  readonly asks: readonly AskRecord[];
  readonly startedMs: number;
  readonly fallback: Party;
}

export interface Check {
  readonly name: string;
  /** What is wrong; empty = clean. */
  readonly faults: readonly string[];
}

export function checksOf(facts: CellFacts): readonly Check[] {
  const { scenario, exchanges } = facts;
  const each = (name: string, look: (exchange: Exchange) => readonly string[]): Check => ({
    name,
    faults: exchanges.length === 0 ? ['no request was made'] : exchanges.flatMap((one) => named(one, facts, look(one))),
  });
  const asksOf = ({ question }: Exchange) => facts.asks.filter((ask) => ask.question === question);
  return [
    scenario.expects === 'answer'
      ? each('whole answer, once', (exchange) => answerFaults(exchange, facts))
      : each('the provider’s own refusal', (exchange) => refusalFaults(exchange, facts)),
    each('first token in time', (exchange) => firstTokenFaults(exchange, scenario)),
    each('attempts', (exchange) => attemptFaults(asksOf(exchange))),
    each('no hammering', (exchange) => hammerFaults(asksOf(exchange))),
    { name: 'Retry-After', faults: retryAfterFaults(facts.asks) },
    each('silent route left alone', (exchange) => silenceFaults(asksOf(exchange))),
    ...scenario.also.map((name) => ({ name: alsoNames[name], faults: also[name](facts) })),
  ];
}

function named({ question }: Exchange, { exchanges }: CellFacts, faults: readonly string[]): readonly string[] {
  return exchanges.length === 1 ? faults : faults.map((fault) => `request ${question}: ${fault}`);
}

export function answerFaults(
  exchange: Exchange,
  { scenario, dialect }: Pick<CellFacts, 'scenario' | 'dialect'>,
): string[] {
  const { status, reading, bodyEnd, document } = exchange;
  if (status !== 200) return [`status ${status}: ${dialect.refusalText(document) || 'no words'}`];
  const faults = [...reading.faults];
  if (reading.error !== undefined) faults.push(`an error in the stream: ${reading.error}`);
  if (reading.text !== wholeText) faults.push(textFault(reading.text));
  if (!reading.finished) faults.push('no reason to stop');
  const misses = scenario.primary({ number: 1, form: 'fresh', sinceStartMs: 0, sinceFirstAskMs: 0 });
  const isUnmarked = misses.do === 'answer' && misses.unmarked === true;
  if (dialect.hasMarker && !isUnmarked && !reading.marked) faults.push('no mark of the end');
  if (bodyEnd !== 'clean') faults.push(bodyEnd === 'torn' ? 'the body broke off' : 'the body never ended');
  return faults;
}

function textFault(text: string): string {
  let same = 0;
  while (same < text.length && text[same] === wholeText[same]) same += 1;
  const told = `${text.length} of ${wholeText.length} characters`;
  return text.length < wholeText.length && same === text.length
    ? `only ${told}`
    : `${told}, wrong from character ${same}: ${JSON.stringify(text.slice(same, same + 24))}`;
}

function refusalFaults({ status, document }: Exchange, { dialect, asks }: CellFacts): string[] {
  const own = dialect.refusal('policy');
  const faults: string[] = [];
  if (status !== own.status) faults.push(`status ${status}, not ${own.status}`);
  const words = dialect.refusalText(document);
  if (words !== dialect.refusalText(own.body)) faults.push(`other words: ${JSON.stringify(words)}`);
  if (asks.some((ask) => ask.route === 'fallback')) faults.push('the fallback was asked');
  return faults;
}

function firstTokenFaults({ firstTokenMs, tookMs }: Exchange, { expects, firstTokenMsMax }: Scenario): string[] {
  const ms = expects === 'refusal' ? tookMs : firstTokenMs;
  if (ms === undefined) return ['no token came'];
  return ms > firstTokenMsMax ? [`${Math.round(ms)} ms, the limit is ${firstTokenMsMax} ms`] : [];
}

export function attemptFaults(asks: readonly AskRecord[]): string[] {
  const faults = asks.length === 0 ? ['no route was asked'] : [];
  if (asks.length > attemptsMax) faults.push(`${asks.length} attempts, at most ${attemptsMax} are allowed`);
  for (const route of ['primary', 'fallback'] as const) {
    const count = asks.filter((ask) => ask.route === route).length;
    if (count > asksOfRouteMax) faults.push(`the ${route} was asked ${count} times, at most ${asksOfRouteMax}`);
  }
  return faults;
}

/** The same bytes again, at once. Other bytes are another question, and one repeat after a reset is how a connection that had died looks. */
export function hammerFaults(asks: readonly AskRecord[]): string[] {
  return (['primary', 'fallback'] as const).flatMap((route) => {
    const own = asks.filter((ask) => ask.route === route);
    return own.flatMap((ask, place) => {
      const [before, first] = [own[place - 1], own[place - 2]];
      if (before === undefined || ask.body !== before.body) return [];
      const gapMs = ask.atMs - (before.endedMs ?? before.atMs);
      const isExcused = before.end === 'reset' && place === 1;
      if (gapMs < hammerMs && !isExcused)
        return [`the ${route} was asked the same again after ${Math.round(gapMs)} ms`];
      const isThird = first?.body === ask.body && ask.atMs - first.atMs < threeAsksMs;
      return isThird ? [`the ${route} was asked the same three times in ${Math.round(ask.atMs - first.atMs)} ms`] : [];
    });
  });
}

export function retryAfterFaults(asks: readonly AskRecord[]): string[] {
  return asks.flatMap((refused) => {
    const { act, route, endedMs } = refused;
    if (act.do !== 'refuse' || act.retryAfterSeconds === undefined || endedMs === undefined) return [];
    const dueMs = endedMs + act.retryAfterSeconds * 1_000 - clockSlackMs;
    const early = asks.filter(
      (ask) => ask !== refused && ask.route === route && ask.atMs >= endedMs && ask.atMs < dueMs,
    );
    return early.map(
      (ask) => `the ${route} was asked again ${Math.round(ask.atMs - endedMs)} ms after it named a time`,
    );
  });
}

export function silenceFaults(asks: readonly AskRecord[]): string[] {
  return asks.flatMap((silent) => {
    if (silent.act.do !== 'silent' && !(silent.act.do === 'answer' && silent.act.silentAfterTokens !== undefined))
      return [];
    const again = asks.some((ask) => ask.route === silent.route && ask.atMs > silent.atMs);
    return again ? [`the ${silent.route} was asked again after its silence`] : [];
  });
}

const alsoNames: Readonly<Record<AlsoCheck, string>> = {
  'asked-once': 'primary asked once',
  'fallback-served': 'served by the fallback',
  'fallback-named': 'fallback’s name and usage',
  outage: 'served through the outage, and back',
};

const also: Readonly<Record<AlsoCheck, (facts: CellFacts) => readonly string[]>> = {
  'asked-once': ({ asks }) => {
    const count = asks.filter((ask) => ask.route === 'primary').length;
    return count === 1 ? [] : [`the primary was asked ${count} times`];
  },
  'fallback-served': ({ asks }) => {
    const last = asks.findLast((ask) => ask.end === 'whole');
    return last?.route === 'fallback' ? [] : [`the last whole answer came from ${last?.route ?? 'nobody'}`];
  },
  'fallback-named': ({ exchanges, fallback, asks }) =>
    exchanges.flatMap(({ headers, reading }) => {
      const tokens = asks.findLast((ask) => ask.route === 'fallback' && ask.end === 'whole') ? 60 : undefined;
      const told: readonly (readonly [string, unknown, unknown])[] = [
        ['x-mapped-model', at(headers, 'x-mapped-model'), fallback.model],
        ['x-account-email', at(headers, 'x-account-email'), fallback.email],
        ['input tokens', reading.input, fallback.inputTokens],
        ['output tokens', reading.output, tokens],
      ];
      return told.flatMap(([what, is, wanted]) =>
        is === wanted ? [] : [`${what}: ${String(is)}, not ${String(wanted)}`],
      );
    }),
  outage: outageFaults,
};
