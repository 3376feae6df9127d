/** The weather table: every way in which an answer of the lab can go wrong, by name, and how a name with parameters is read. */

import { CONNECTION_WEATHER } from './weather-connection.ts';
import { CONTENT_WEATHER } from './weather-contents.ts';
import { REFUSAL_WEATHER } from './weather-refusals.ts';
import type { WeatherParams, WeatherRow } from './weather-row.ts';

type Table = typeof CONNECTION_WEATHER & typeof CONTENT_WEATHER & typeof REFUSAL_WEATHER;
export type WeatherName = keyof Table & string;

/** One weather: a row of the table, and what was said about its parameters. */
export interface Weather {
  readonly name: WeatherName;
  readonly params: WeatherParams;
}

export const WEATHER: Readonly<Record<WeatherName, WeatherRow>> = {
  ...CONNECTION_WEATHER,
  ...CONTENT_WEATHER,
  ...REFUSAL_WEATHER,
};
export const WEATHER_NAMES: readonly WeatherName[] = Object.keys(WEATHER).filter(isWeatherName);
export const CLEAR: Weather = { name: 'clear', params: {} };

/** Reads `name` or `name:key=value,key=value`. A problem is one sentence. */
export function parseWeather(text: string): { readonly weather: Weather } | { readonly problem: string } {
  const colon = text.indexOf(':');
  const name = (colon === -1 ? text : text.slice(0, colon)).trim();
  if (!isWeatherName(name)) return { problem: `there is no weather "${name}"; there are: ${WEATHER_NAMES.join(', ')}` };
  const params: Record<string, number | string> = {};
  const pairs = colon === -1 ? [] : text.slice(colon + 1).split(',');
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.split('=').map((side) => side.trim());
    const read = readParam(name, key, value);
    if ('problem' in read) return read;
    params[key] = read.value;
  }
  return { weather: { name, params } };
}

/** The parameters of a weather with all defaults filled in. */
export function weatherParams(weather: Weather): WeatherParams {
  return { ...WEATHER[weather.name].params, ...weather.params };
}

export function isWeatherName(name: string): name is WeatherName {
  return Object.hasOwn(WEATHER, name);
}

function readParam(
  name: WeatherName,
  key: string,
  value: string,
): { readonly value: number | string } | { readonly problem: string } {
  const row = WEATHER[name];
  if (!Object.hasOwn(row.params, key)) {
    const known = Object.keys(row.params);
    return {
      problem: `weather "${name}" has no "${key}"; it has: ${known.length === 0 ? 'nothing' : known.join(', ')}`,
    };
  }
  const choices = row.choices?.[key];
  if (choices) {
    return choices.includes(value)
      ? { value }
      : { problem: `"${key}" of weather "${name}" is one of: ${choices.join(', ')}` };
  }
  return /^\d+$/.test(value)
    ? { value: Number(value) }
    : { problem: `"${key}" of weather "${name}" is a whole number` };
}
