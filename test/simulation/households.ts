/** The upstreams of a simulated town: accounts of three providers, each with the weather of its whole life and its own way of going on with a broken answer. */

import { between, pick } from '../../src/lab/seed.ts';
import type { Chance } from '../../src/lab/step.ts';
import type { AccountConfig } from '../../src/model/config.ts';

export type TownProvider = 'anthropic' | 'gemini' | 'openai';

export const TOWN_PROVIDERS: readonly TownProvider[] = ['anthropic', 'gemini', 'openai'];

/** Models with and without prefill, with thoughts that are shown, hidden and absent. */
export const MODELS: Readonly<Record<TownProvider, readonly string[]>> = {
  anthropic: ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-8'],
  gemini: ['gemini-2.5-flash', 'gemini-3-pro-preview'],
  openai: ['gpt-4.1', 'gpt-5', 'deepseek-reasoner'],
};

export function providerOf(model: string): TownProvider {
  return TOWN_PROVIDERS.find((provider) => MODELS[provider].includes(model)) ?? 'openai';
}

/** Where an answer breaks: before it has said anything, after, or never. */
export type Breaks = 'never' | 'before' | 'after';

/** From then on, until the next spell. */
export interface Spell {
  readonly fromMs: number;
  readonly weather: string;
  readonly breaks: Breaks;
}

export interface Household {
  readonly account: AccountConfig;
  /** In order; the first begins at 0. */
  readonly spells: readonly Spell[];
  /** How it goes on with an answer whose beginning it is shown: a `resume` of the lab's script. */
  readonly resume: string;
}

/** Weathers that end before any content: a healthy second account always helps. */
const BEFORE_CONTENT: readonly string[] = [
  ...['refuse', 'reset', 'silence', 'headers-then-silence', 'comments-only', 'empty-body', 'no-content'],
  ...['no-content:kind=start', 'no-content:kind=usage', 'no-content:kind=part', 'no-content:kind=signature'],
  ...['in-band-error', 'in-band-error:kind=rate', 'in-band-error:kind=api', 'in-band-error:shape=bare'],
  ...['html', 'json-200', '401', '402', '403', '404', '500', '503', '504', '529', 'cut-in-frame:frame=0'],
  ...['429', '429:time=retry-after-seconds,seconds=20', '429:time=retry-after-ms,seconds=3'],
  ...['429:time=retry-info,seconds=40', '429:time=per-day', '429:time=limit-0', 'slow-first-byte:ms=45000'],
];
/** Weathers that break after content, at any place of the answer: the next attempt is asked to go on. */
const AFTER_CONTENT: readonly ((chance: Chance) => string)[] = [
  (chance) => `cut-after:frames=${between(2, 14, chance)}`,
  (chance) => `cut-after:end=clean,frames=${between(2, 14, chance)}`,
  (chance) => `cut-in-frame:frame=${between(2, 14, chance)}`,
  (chance) => `cut-in-frame:end=clean,frame=${between(2, 14, chance)}`,
  (chance) => `reset-after:frames=${between(2, 14, chance)}`,
  (chance) => `stall:after=${between(2, 14, chance)}`,
  (chance) => `error-mid:after=${between(2, 14, chance)}`,
  (chance) => `error-mid:kind=api,after=${between(2, 14, chance)}`,
  (chance) => `error-mid:shape=bare,after=${between(2, 14, chance)}`,
  (chance) => `garbage-frame:at=${between(2, 14, chance)}`,
  (chance) => `cut-at:byte=${between(300, 3_000, chance)}`,
  (chance) => `cut-at:end=rst,byte=${between(300, 3_000, chance)}`,
  () => 'thinking-then-nothing',
  () => 'thinking-then-nothing:finish=cut',
  () => 'thinking-then-nothing:finish=hang',
];
/** Weathers that a client only feels as time. */
const HARMLESS: readonly string[] = [
  ...['clear', 'clear', 'one-byte', 'split-utf8', 'slow-drip:ms=90', 'slow-first-byte:ms=4000', 'clear:ms=40'],
  ...['comments-only:ms=4000', 'unterminated', 'no-done', 'wrong-length'],
];

/** Ways of going on, the good ones more often. */
const WAYS: readonly ((chance: Chance) => string)[] = [
  () => 'continue',
  () => 'continue',
  () => 'restart',
  (chance) => `overlap:${between(1, 40, chance)}`,
  (chance) => `overlap:${between(1, 200, chance)}`,
  () => 'contradict',
];

const wellShare = 0.8;
const allWellShare = 0.08;
const recoversShare = 0.4;
const sickMsMin = 30_000;
const sickMsMax = 300_000;

/** One to three accounts of one or more providers. At least one of each is well in most towns. */
export function settle(spanMs: number, chance: Chance): Household[] {
  const providers = TOWN_PROVIDERS.filter(() => chance() < 0.5);
  if (providers.length === 0) providers.push(pick(TOWN_PROVIDERS, chance));
  const areAllWell = chance() < allWellShare;
  return providers.flatMap((provider) => {
    const count = between(1, 3, chance);
    const wellOne = chance() < wellShare ? between(0, count - 1, chance) : -1;
    return Array.from({ length: count }, (_, n) => {
      const isWell = areAllWell || n === wellOne;
      const spells = isWell ? [harmless(0, chance)] : sickSpells(spanMs, chance);
      return { account: accountOf(provider, n), spells, resume: pick(WAYS, chance)(chance) };
    });
  });
}

/** Sick for the whole of its life, or well, sick for a while, and well again. */
function sickSpells(spanMs: number, chance: Chance): Spell[] {
  if (chance() >= recoversShare) return [sick(0, chance)];
  const fromMs = Math.floor(chance() * spanMs * 0.7);
  const untilMs = fromMs + between(sickMsMin, sickMsMax, chance);
  const before = fromMs > 0 ? [harmless(0, chance)] : [];
  return [...before, sick(fromMs, chance), harmless(untilMs, chance)];
}

function harmless(fromMs: number, chance: Chance): Spell {
  return { fromMs, weather: pick(HARMLESS, chance), breaks: 'never' };
}

function sick(fromMs: number, chance: Chance): Spell {
  return chance() < 0.5
    ? { fromMs, weather: pick(AFTER_CONTENT, chance)(chance), breaks: 'after' }
    : { fromMs, weather: pick(BEFORE_CONTENT, chance), breaks: 'before' };
}

export function accountOf(provider: TownProvider, n: number): AccountConfig {
  const patterns = { anthropic: ['claude-*'], gemini: ['gemini-*'], openai: ['gpt-*', 'deepseek-*'] };
  return {
    email: `${provider}-${n}@town.example`,
    provider,
    credential: `${provider}-key-${n}`,
    baseUrl: provider === 'openai' ? 'http://openai.lab/v1' : `http://${provider}.lab`,
    allowPrivate: true,
    models: patterns[provider],
    weight: 1,
    enabled: true,
  };
}

/** The spells that a household has between two times. */
export function spellsBetween({ spells }: Household, fromMs: number, untilMs: number): readonly Spell[] {
  return spells.filter((spell, at) => spell.fromMs < untilMs && (spells[at + 1]?.fromMs ?? Infinity) > fromMs);
}
