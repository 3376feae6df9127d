/**
 * Writes what the cells came to as a table that a person can read: one row for each fault, its variants together where they came to the same, one
 * column for each house, and in each place only what makes a difference. It must never leave an outcome out.
 */

import { isWeatherName, parseWeather, WEATHER } from '../../../src/lab/weather.ts';
import { promptKinds } from '../sdk/prompts.ts';
import { type Cell, clients, type HouseName, houseNames, houses, isForeign, upstreams } from './cells.ts';

export interface Told {
  readonly cell: Cell;
  readonly outcome: string;
}

export function tableOf(told: readonly Told[]): string {
  const faults = [...Map.groupBy(told, ({ cell }) => cell.fault)];
  const rows = merged(faults.map(([fault, ofFault]) => ({ faults: [fault], places: placesOf(ofFault) })));
  const titles = houseNames.map((house) => houses[house].title);
  const head = `| fault | what the upstream does | ${titles.join(' | ')} |\n|${'---|'.repeat(titles.length + 2)}`;
  return `${head}\n${rows.map(lineOf).join('\n')}\n`;
}

/** A place that says the same as the one to its left. */
export const asBefore = 'as before';

interface Row {
  readonly faults: readonly string[];
  readonly places: readonly string[];
}

function placesOf(told: readonly Told[]): string[] {
  const byHouse = Map.groupBy(told, ({ cell }): HouseName => cell.house);
  return houseNames.map((house) => placeOf(byHouse.get(house) ?? []));
}

/** Neighbouring variants of one fault that came to the same in every house. */
function merged(rows: readonly Row[]): Row[] {
  const byFate = Map.groupBy(rows, ({ faults, places }) => `${nameIn(faults[0])} ${places.join('|')}`);
  return [...byFate.values()].map((same) => ({
    faults: same.flatMap(({ faults }) => faults),
    places: same[0]?.places ?? [],
  }));
}

/** Whom each outcome befalls, and the last one is for all others: which one that is leaves the fewest `some`, then the fewest words. */
export function placeOf(told: readonly Told[]): string {
  const outcomes = [...Map.groupBy(told, ({ outcome }) => outcome)].map(([outcome, of]) => ({
    outcome,
    whom: whom(of, told),
  }));
  const [only] = outcomes;
  if (only === undefined) return 'no cell';
  if (outcomes.length === 1) return only.outcome;
  const sentences = outcomes.map((last) => {
    const others = outcomes.filter((each) => each !== last).map((each) => `${each.whom}: ${each.outcome}`);
    return [...others, `else: ${last.outcome}`].join('; ');
  });
  // A bare `some:` says nothing at all.
  const vague = (sentence: string): number => sentence.split(/\bsome\b/).length + sentence.split(/\bsome:/).length;
  return sentences.sort((one, other) => vague(one) - vague(other) || one.length - other.length)[0] ?? '';
}

interface Factor {
  readonly of: (cell: Cell) => string;
  readonly values: readonly string[];
}

/** In the order in which they are told. */
const FACTORS: readonly Factor[] = [
  { of: ({ framing }) => (framing === 'collected' ? framing : 'streamed'), values: ['streamed', 'collected'] },
  { of: ({ question }) => question, values: promptKinds },
  { of: (cell) => (isForeign(cell) ? 'translated' : 'untranslated'), values: ['untranslated', 'translated'] },
  { of: ({ client }) => `to ${client}`, values: clients.map(({ client }) => `to ${client}`) },
  { of: ({ upstream }) => `from ${upstream}`, values: Object.keys(upstreams).map((name) => `from ${name}`) },
];

/** The values that these cells have and others have not; `some` when cells with the same values came to something else. */
function whom(these: readonly Told[], all: readonly Told[]): string {
  const held = FACTORS.map(({ of }) => new Set(these.map(({ cell }) => of(cell))));
  const alike = (from: readonly Factor[]): number =>
    all.filter(({ cell }) => from.every((factor) => held[FACTORS.indexOf(factor)]?.has(factor.of(cell)))).length;
  // What the other values say already need not be said.
  const telling = FACTORS.reduce((kept, factor) => {
    const without = kept.filter((other) => other !== factor);
    return alike(without) === alike(kept) ? without : kept;
  }, FACTORS);
  const words = telling.map(({ values }, at) =>
    joined(values.filter((value) => held[FACTORS.indexOf(telling[at]!)]?.has(value))),
  );
  return `${these.length === alike(FACTORS) ? '' : 'some '}${words.join(' ')}`.trim();
}

/** `to a, to b` reads better as `to a, b`. */
function joined(values: readonly string[]): string {
  const [first = '', ...rest] = values;
  const preposition = /^(to|from) /.exec(first)?.[0] ?? '';
  return [first, ...rest.map((value) => value.slice(preposition.length))].join(', ');
}

function lineOf({ faults, places }: Row): string {
  const name = nameIn(faults[0]);
  const variants = faults
    .map((fault) => fault.slice(name.length + 1))
    .map((text) => (text === '' ? 'as it is' : `\`${text}\``));
  const label = faults.length === 1 ? `\`${faults[0]}\`` : `\`${name}\`: ${variants.join(', ')}`;
  const [does = ''] = isWeatherName(name) ? WEATHER[name].does.split(/; | \(Anthropic/) : [];
  const shown = places.map((place, at) => (place.includes(';') && place === places[at - 1] ? asBefore : place));
  return `| ${label} | ${does.replaceAll('|', '\\|')} | ${shown.join(' | ')} |`;
}

function nameIn(fault = ''): string {
  const read = parseWeather(fault);
  return 'weather' in read ? read.weather.name : fault;
}
