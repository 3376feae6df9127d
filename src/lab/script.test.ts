import { describe, expect, it } from 'vitest';
import { type LabScript, labScript, readScript, weatherFor } from './script.ts';
import { createChance } from './seed.ts';
import type { LabCall } from './step.ts';
import { parseWeather, WEATHER, WEATHER_NAMES, weatherParams } from './weather.ts';

describe('a script', () => {
  it('is read from YAML and from JSON', () => {
    const yaml = 'seed: 4\ndefault: clear\naccounts:\n  key-1: [503, "429:time=per-day"]\n  key-2: "stall:after=3"\n';
    const json =
      '{"seed": 4, "default": "clear", "accounts": {"key-1": ["503", "429:time=per-day"], "key-2": "stall:after=3"}}';
    expect(readScript(json)).toMatchObject({
      script: { seed: 4, accounts: { 'key-2': [{ name: 'stall', params: { after: 3 } }] } },
    });
    expect(readScript(yaml)).toEqual(readScript(json));
  });

  it.each([
    ['default: sunshine', 'default: there is no weather "sunshine"'],
    ['accounts: { a: [clear, "stall:afer=3"] }', 'accounts.a.1: weather "stall" has no "afer"; it has: after'],
    ['accounts: { a: "429:time=soon" }', '"time" of weather "429" is one of:'],
    ['accounts: { a: "stall:after=x" }', 'is a whole number'],
    ['weather: clear', 'weather'],
    ['chance: [{ weather: clear, probability: 2 }]', 'chance.0.probability'],
    ['default: [', ''],
  ])('says what is wrong with "%s"', (text, sentence) => {
    const read = readScript(text);
    expect('problems' in read && read.problems.join('\n')).toContain(sentence);
  });

  it('prefers a matching request rule to the account, the account to chance, chance to the default', () => {
    const script = labScript({
      default: '500',
      requests: [{ match: { model: 'claude-haiku-*', n: 1 }, weather: 'html' }],
      accounts: { a: ['stall', 'reset'] },
      chance: [{ weather: '503', probability: 1 }],
    });
    expect(names(script, call('a', 0), call('a', 1), call('a', 2), call('b', 0))).toEqual([
      'stall',
      'html',
      'reset',
      '503',
    ]);
    expect(names({ ...script, chance: [] }, call('b', 0))).toEqual(['500']);
  });

  it('leaves tokens alone unless a rule names their path', () => {
    const token = { ...call('a', 0), path: '/token' };
    expect(names(labScript({ default: '500' }), token)).toEqual(['clear']);
    expect(names(labScript({ requests: [{ match: { path: '*/token' }, weather: '503' }] }), token)).toEqual(['503']);
  });

  it('spreads chance as its probabilities say', () => {
    const script = labScript({
      chance: [
        { weather: '503', probability: 0.25 },
        { weather: '500', probability: 0.25 },
      ],
    });
    const chance = createChance(1);
    const seen = Array.from({ length: 4000 }, () => weatherFor(script, call('a', 0), chance).name);
    for (const [name, share] of [
      ['503', 0.25],
      ['500', 0.25],
      ['clear', 0.5],
    ] as const) {
      expect(Math.abs(seen.filter((each) => each === name).length / 4000 - share)).toBeLessThan(0.04);
    }
  });
});

describe('the weather table', () => {
  it('reads every row by its name and with each of its own parameters', () => {
    for (const name of WEATHER_NAMES) {
      const params = Object.entries(WEATHER[name].params).map(([key, value]) => `${key}=${value}`);
      const read = parseWeather(params.length === 0 ? name : `${name}:${params.join(',')}`);
      expect('weather' in read && weatherParams(read.weather)).toEqual(WEATHER[name].params);
    }
  });

  it('does not take the names of object members for weathers', () => {
    expect(parseWeather('constructor')).toHaveProperty('problem');
    expect(parseWeather('stall:__proto__=1')).toHaveProperty('problem');
  });
});

function names(script: LabScript, ...calls: LabCall[]): string[] {
  return calls.map((each) => weatherFor(script, each, createChance(1)).name);
}

function call(account: string, n: number): LabCall {
  const body = Buffer.from('{"model":"claude-haiku-4-5"}');
  return { account, path: '/v1/messages', method: 'POST', query: new URLSearchParams(), headers: {}, body, n };
}
