/** Says how a translated request differs from the client's, and which losses would excuse that. What is not excused by a named loss is a fault. */

import { isDeepStrictEqual } from 'node:util';
import type { Loss } from '../../../src/model/conversation.ts';
import type { Asked, Words } from './asked.ts';

/** Differences that no loss accounts for. */
export function unexcused(wanted: Asked, heard: Asked, losses: readonly Loss[]): string[] {
  const named = losses.map(({ feature }) => feature).join('\n');
  return aspects.flatMap(({ what, excuse, isSame, show }) => {
    if (isSame(wanted, heard, named) || excuse?.test(named) === true) return [];
    return [`${what}: ${short(show(heard))} for ${short(show(wanted))}`];
  });
}

interface Aspect {
  readonly what: string;
  /** Losses whose feature this names. */
  readonly excuse?: RegExp;
  isSame(wanted: Asked, heard: Asked, losses: string): boolean;
  show(asked: Asked): unknown;
}

function equal(what: string, of: (asked: Asked) => unknown, excuse?: RegExp): Aspect {
  const isSame = (wanted: Asked, heard: Asked): boolean => isDeepStrictEqual(of(wanted), of(heard));
  return { what, ...(excuse !== undefined && { excuse }), isSame, show: of };
}

/** Rows that put something beside what was said into words. */
const saysMore =
  /code that|program code|document|search results|block of another dialect|INVALID_JSON|result without its call/;
const namesMedia = /media|images and files|document|public address|file/;

const aspects: readonly Aspect[] = [
  { what: 'words', isSame: sameWords, show: ({ words }) => words.map(({ role, text }) => `${role}: ${text}`) },
  equal('calls', ({ calls }) => calls.map(({ name, input }) => [name, input]), /arguments/),
  equal(
    'results',
    ({ calls }) => calls.map(({ result }) => loose(result)),
    /result|reference|search|media|block of another dialect/,
  ),
  equal('media', ({ media }) => media, namesMedia),
  equal('tools', ({ tools }) => tools, /tools outside the allowed names/),
  equal(
    'tool choice',
    ({ tools, choice }) => (tools.length === 0 ? 'auto' : choice),
    /tool choice|allowed names|forced/,
  ),
  equal('limit', ({ limit }) => limit, /limit of the answer|output tokens|output limit/),
  equal('stop sequences', ({ stops }) => stops, /stop sequence/),
  // Every dialect’s own default is 1.
  equal('temperature', ({ sampling }) => sampling.temperature ?? 1, /temperature/),
  equal('topP', ({ sampling }) => sampling.topP, /top_?p/i),
  equal('topK', ({ sampling }) => sampling.topK, /top_?k/i),
  equal('seed', ({ sampling }) => sampling.seed, /seed/),
  equal('presence penalty', ({ sampling }) => sampling.presencePenalty, /presence|penalties/),
  equal('frequency penalty', ({ sampling }) => sampling.frequencyPenalty, /frequency|penalties/),
  equal('output', ({ output }) => output, /JSON output/),
];

function sameWords(wanted: Asked, heard: Asked, losses: string): boolean {
  const isTurned = /system (turn|message) in the middle|instructions without any message/.test(losses);
  const isBlankLost = (text: string): string => text.replace(/\s+/g, '');
  const merged = ({ words }: Asked): Words[] => {
    const all: { role: Words['role']; text: string }[] = [];
    for (const { role, text } of words) {
      const speaker = isTurned && role === 'system' ? 'user' : role;
      const last = all.at(-1);
      if (last?.role === speaker) last.text += isBlankLost(text);
      else all.push({ role: speaker, text: isBlankLost(text) });
    }
    return all;
  };
  const [due, got] = [merged(wanted), merged(heard)];
  if (isDeepStrictEqual(due, got)) return true;
  if (!saysMore.test(losses)) return false;
  // More may stand between, but nothing may be missing or in another order.
  const all = got.map(({ text }) => text).join('');
  let from = 0;
  return wanted.words.every(({ text }) => {
    const at = all.indexOf(isBlankLost(text), from);
    from = at + isBlankLost(text).length;
    return at >= 0;
  });
}

function loose(result: unknown): unknown {
  return typeof result === 'string' ? result.replace(/\s+/g, '') : result;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
