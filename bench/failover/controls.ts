/** Made-up sights for each check: what is right must pass it, and the one thing that is wrong must be seen. */

import { tokens } from './answer.ts';
import { answerFaults, attemptFaults, hammerFaults, retryAfterFaults, silenceFaults } from './checks.ts';
import type { Exchange } from './client.ts';
import type { Verdict } from './continuations.ts';
import type { Dialect } from './dialects/dialect.ts';
import { createEventCutter } from './event-lines.ts';
import { outageFaults } from './outage.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import type { Act, AskRecord } from './script.ts';

export function controls(dialects: readonly Dialect[]): readonly Verdict[] {
  return [...dialects.flatMap(streamControls), ...countControls(), ...pauseControls(), ...outageControls()];
}

const plainScenario = scenarios.find(({ number }) => number === 8) as Scenario;

function verdict(name: string, faults: readonly string[], isWrong: boolean): Verdict {
  const fault = isWrong ? 'the check saw nothing wrong' : `the check saw ${faults.join('; ')}`;
  return { name, fault: faults.length > 0 === isWrong ? undefined : fault };
}

/** A joined answer as a gateway could write it, from pieces of the dialect's own speech. */
function streamControls(dialect: Dialect): readonly Verdict[] {
  const told = (change: (events: string[]) => readonly string[]): readonly string[] => {
    const speech = dialect.speech('model', 1);
    const { opening, body } = { opening: speech.opening(), body: tokens.map((token) => speech.token(token)) };
    const { finish, marker } = speech.ending();
    const reader = dialect.reader();
    const cut = createEventCutter();
    for (const event of change([...opening, ...body, ...finish, ...marker]).flatMap(cut)) reader.see(event);
    const exchange: Exchange = {
      ...{ question: 1, startedMs: 0, status: 200, headers: {}, reading: reader.reading, firstTokenMs: 1 },
      ...{ longestGapMs: 0, tookMs: 1, bodyEnd: 'clean', document: undefined },
    };
    return answerFaults(exchange, { scenario: plainScenario, dialect });
  };
  const at = (events: readonly string[], token: number): number =>
    events.findIndex((event) => event.includes(JSON.stringify(tokens[token])));
  const named = (name: string): string => `${dialect.title}: ${name}`;
  return [
    verdict(
      named('a whole answer is seen as whole'),
      told((events) => events),
      false,
    ),
    verdict(
      named('a lost token is seen'),
      told((events) => events.toSpliced(at(events, 30), 1)),
      true,
    ),
    verdict(
      named('a doubled token is seen'),
      told((events) => events.toSpliced(at(events, 30), 0, events[at(events, 30)] as string)),
      true,
    ),
    verdict(
      named('two tokens in the wrong order are seen'),
      told((events) => swapped(events, at(events, 30))),
      true,
    ),
    verdict(
      named('a second beginning is seen'),
      told((events) => [...events.slice(0, 40), ...events]),
      true,
    ),
    verdict(
      named('a missing end is seen'),
      told((events) => events.slice(0, at(events, 59) + 1)),
      true,
    ),
    verdict(
      named('an error at the end is seen'),
      told((events) => [...events, errorEvent(dialect)]),
      true,
    ),
  ];
}

function swapped(events: readonly string[], place: number): readonly string[] {
  return events.toSpliced(place, 2, events[place + 1] as string, events[place] as string);
}

function errorEvent(dialect: Dialect): string {
  const { body } = dialect.refusal('failed');
  const data = dialect.name === 'responses' ? { type: 'error', message: dialect.refusalText(body) } : body;
  return `${dialect.name === 'anthropic' ? 'event: error\n' : ''}data: ${JSON.stringify(data)}\n\n`;
}

const limited: Act = { do: 'refuse', kind: 'rate-limited', retryAfterSeconds: 2 };
const unavailable: Act = { do: 'refuse', kind: 'unavailable' };

function asked(route: AskRecord['route'], atMs: number, act: Act, more: Partial<AskRecord> = {}): AskRecord {
  const end = act.do === 'refuse' ? 'refused' : act.do === 'answer' ? 'whole' : act.do;
  return { route, atMs, act, question: 1, form: 'fresh', body: 'same', endedMs: atMs, end, ...more };
}

const many = (count: number, everyMs: number): AskRecord[] =>
  Array.from({ length: count }, (_, number) => asked('primary', number * everyMs, unavailable));

function countControls(): readonly Verdict[] {
  const both = [...many(3, 100), ...many(3, 100).map((ask) => ({ ...ask, route: 'fallback' as const }))];
  return [
    verdict('six attempts, three of each route, are allowed', attemptFaults(both), false),
    verdict('a fourth attempt at one route is seen', attemptFaults(many(4, 100)), true),
    verdict('a seventh attempt is seen', attemptFaults([...both, asked('fallback', 500, unavailable)]), true),
    verdict('no attempt at all is seen', attemptFaults([]), true),
  ];
}

function pauseControls(): readonly Verdict[] {
  const reset: Act = { do: 'reset' };
  const stalled: Act = { do: 'answer', silentAfterTokens: 20 };
  return [
    verdict('a pause of 50 ms is enough', hammerFaults(many(2, 50)), false),
    verdict('the same three times in 200 ms is seen', hammerFaults(many(3, 100)), true),
    verdict('the same three times in 600 ms is allowed', hammerFaults(many(3, 300)), false),
    verdict('the same again after 10 ms is seen', hammerFaults(many(2, 10)), true),
    verdict(
      'other bytes at once are allowed',
      hammerFaults([asked('fallback', 0, unavailable), asked('fallback', 5, unavailable, { body: 'other' })]),
      false,
    ),
    verdict(
      'one repeat after a reset is allowed',
      hammerFaults([asked('primary', 0, reset), asked('primary', 1, reset)]),
      false,
    ),
    verdict(
      'a second repeat after a reset is seen',
      hammerFaults([0, 1, 2].map((atMs) => asked('primary', atMs, reset))),
      true,
    ),
    verdict(
      'a named time that was kept is seen as kept',
      retryAfterFaults([asked('primary', 0, limited), asked('primary', 2_001, limited)]),
      false,
    ),
    verdict(
      'a named time that was not kept is seen',
      retryAfterFaults([asked('primary', 0, limited), asked('primary', 1_900, limited)]),
      true,
    ),
    verdict(
      'another route may be asked within that time',
      retryAfterFaults([asked('primary', 0, limited), asked('fallback', 5, limited)]),
      false,
    ),
    verdict(
      'a silent route that is asked again is seen',
      silenceFaults([asked('primary', 0, { do: 'silent' }), asked('primary', 9_000, { do: 'silent' })]),
      true,
    ),
    verdict(
      'so is one that fell silent',
      silenceFaults([asked('primary', 0, stalled), asked('primary', 9_000, stalled)]),
      true,
    ),
    verdict(
      'one that was left alone is not',
      silenceFaults([asked('primary', 0, stalled), asked('fallback', 9_000, stalled)]),
      false,
    ),
  ];
}

function outageControls(): readonly Verdict[] {
  const scenario = scenarios.find(({ series }) => series !== undefined) as Scenario;
  const whole: Act = { do: 'answer' };
  const exchanges = Array.from(
    { length: 20 },
    (_, number) => ({ question: number + 1, startedMs: number * 4_000, tookMs: 100 }) as Exchange,
  );
  const asks = exchanges.flatMap(({ question, startedMs }) =>
    startedMs < 60_000
      ? [asked('primary', startedMs, unavailable, { question }), asked('fallback', startedMs, whole, { question })]
      : [asked('primary', startedMs, whole, { question })],
  );
  const look = (seen: readonly AskRecord[]): readonly string[] =>
    outageFaults({ exchanges, asks: seen, startedMs: 0, scenario } as unknown as Parameters<typeof outageFaults>[0]);
  const isFallback = ({ route }: AskRecord): boolean => route === 'fallback';
  return [
    verdict('an outage that was served through is seen as such', look(asks), false),
    verdict(
      'a request of the outage that was not served is seen',
      look(asks.filter((ask) => !(isFallback(ask) && ask.question === 3))),
      true,
    ),
    verdict('a primary that is never asked again is seen', look(asks.filter((ask) => ask.atMs < 60_000)), true),
    verdict(
      'a primary that is back too late is seen',
      look(asks.map((ask) => (ask.atMs < 60_000 ? ask : { ...ask, atMs: ask.atMs + 31_000 }))),
      true,
    ),
    verdict('hammering a provider that is down is seen', look([...asks, ...asks, ...asks]), true),
  ];
}
