import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../views.ts';
import { humanDuration } from '../times.ts';
import { en } from './en.ts';
import { filled, WORDS } from './words.ts';

const sections = Object.keys(en) as (keyof typeof en)[];
const blanksOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
const codesOf = (text: string): string[] =>
  [...text.matchAll(/`[^`]+`|https?:\/\/[^\s）)]+|\b[A-Z]+_[A-Z_]+\b/g)].map(([code]) => code).sort();

describe.each(LANGUAGES)('the words in %s', (language) => {
  const sentences = sections.flatMap((section) =>
    Object.entries(en[section] as Record<string, string>).map(([key, english]) => {
      const own = (WORDS[language][section] as Record<string, string>)[key] ?? '';
      return { name: `${section}.${key}`, english, own };
    }),
  );

  it('leave no sentence out and have the blanks of the English ones', () => {
    for (const { name, english, own } of sentences) {
      expect(own.trim(), name).not.toBe('');
      expect([...new Set(blanksOf(own))], name).toEqual([...new Set(blanksOf(english))]);
    }
  });

  it('keep settings, commands and addresses as they are', () => {
    for (const { name, english, own } of sentences)
      expect([...new Set(codesOf(own))], name).toEqual([...new Set(codesOf(english))]);
  });

  it('are not English where they are not', () => {
    const same = sentences.filter(
      ({ name, english, own }) => /^(causes|advice|endings)\./.test(name) && own === english,
    );
    expect(same.length === 0 || language === 'en').toBe(true);
  });
});

describe('a sentence', () => {
  it('is whole or is not', () => {
    expect(filled('a {b} c', { b: 'x' })).toBe('a x c');
    expect(filled('a {b} c', {})).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    [12, '12 ms'],
    [1_400, '1.4 seconds'],
    [59_600, '1 minute'],
    [90_000, '1 minute, 30 seconds'],
    [3_600_000, '1 hour'],
    [93_784_000, '1 day, 2 hours'],
  ])('of %d ms is %s', (ms, words) => {
    expect(humanDuration(ms, 'en')).toBe(words);
  });
  it('is told in the words of the language', () => {
    expect(humanDuration(150_000, 'de')).toBe('2 Minuten, 30 Sekunden');
    expect(humanDuration(150_000, 'zh')).toBe('2分钟30秒钟');
  });
});
