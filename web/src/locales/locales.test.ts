import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/monitor/views.ts';

const here = import.meta.dirname;
const pages = readdirSync(join(here, 'en'));
const read = (language: string, page: string): Map<string, string> =>
  new Map(flat(JSON.parse(readFileSync(join(here, language, page), 'utf8'))));

function flat(words: Record<string, unknown>, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${before}${key}`, value] as [string, string]]
      : flat(value as Record<string, unknown>, `${before}${key}.`),
  );
}
/** Languages count differently (`_one`, `_few`, `_many`, `_other`); the sentence is the same. */
const withoutCount = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '');
const holes = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name = '']) => name).sort();

describe.each(LANGUAGES.filter((language) => language !== 'en'))('the page in %s', (language) => {
  it('has the same files as in English', () => {
    expect(readdirSync(join(here, language))).toEqual(pages);
  });
  it.each(pages)('says everything that %s says, with the same values in it', (page) => {
    const english = read('en', page);
    const other = read(language, page);
    expect(new Set([...other.keys()].map(withoutCount))).toEqual(new Set([...english.keys()].map(withoutCount)));
    for (const [key, text] of other) {
      expect(text.trim(), key).not.toBe('');
      const counterpart = english.get(key) ?? english.get(`${withoutCount(key)}_other`) ?? '';
      expect(new Set(holes(text)), key).toEqual(new Set(holes(counterpart)));
    }
  });
  it.each(pages)('is not English in %s', (page) => {
    const english = read('en', page);
    const long = [...read(language, page)].filter(([key, text]) => text.length > 24 && text === english.get(key));
    expect(long).toEqual([]);
  });
  it.each(pages)('has the forms of counting that the language needs in %s', (page) => {
    const keys = new Set(read(language, page).keys());
    const counted = new Set([...keys].filter((key) => withoutCount(key) !== key).map(withoutCount));
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const key of counted) {
      for (const form of pluralCategories) expect(keys, `${key}_${form}`).toContain(`${key}_${form}`);
    }
  });
});
