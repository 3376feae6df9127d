import { expect, test } from 'vitest';
import { shortened, showDiff } from './connect-diff.ts';

function diff(before: string | undefined, after: string | undefined, secrets: readonly string[] = []): string[] {
  return showDiff({ path: 'f', before, after }, secrets);
}

test('a change is shown with two lines around it, and the rest is left out', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const after = [...lines.slice(0, 9), 'other', 'more', ...lines.slice(10)];
  expect(diff(lines.join('\n'), after.join('\n'))).toEqual([
    '--- f',
    '+++ f',
    '@@ line 8 @@',
    ' line 8',
    ' line 9',
    '-line 10',
    '+other',
    '+more',
    ' line 11',
    ' line 12',
  ]);
});

test('a file that comes or goes is said so', () => {
  expect(diff(undefined, 'a\n')).toEqual(['--- (no such file)', '+++ f', '@@ line 1 @@', '+a']);
  expect(diff('a\n', undefined)).toEqual(['--- f', '+++ (removed)', '@@ line 1 @@', '-a']);
});

test('two changes far apart are two pieces', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh';
  const shown = diff(before, before.replace('a', 'A').replace('h', 'H'));
  expect(shown.filter((line) => line.startsWith('@@'))).toEqual(['@@ line 1 @@', '@@ line 6 @@']);
});

test.each([
  ['"GITHUB_TOKEN": "abcdefghijklmnopqrst"', '"GITHUB_TOKEN": "abcd…rst"'],
  ['{"a":1,"apiKey":"abcdefghijklmnopqrst","b":2}', '{"a":1,"apiKey":"abcd…rst","b":2}'],
  ['OPENAI_API_KEY=abcdefghijklmnopqrst', 'OPENAI_API_KEY=abcd…rst'],
  ["password = 'short'", "password = '…'"],
  ['"args": ["sk-proj-abcdefghijklmnop"]', '"args": ["sk-p…nop"]'],
  ['Authorization: "Bearer abcdefghijklmnop"', 'Authorization: "Bear…nop"'],
  ['proxy = "http://me:hunter2@host"', 'proxy = "http://me:…@host"'],
  ['says our-own-secret-value here', 'says our-…lue here'],
  ['env_key = "ANTIGRAVITY_TOOLS_KEY"', 'env_key = "ANTIGRAVITY_TOOLS_KEY"'],
  ['"max_tokens": 64000', '"max_tokens": 64000'],
  ['escape \u001b[2J here', 'escape ?[2J here'],
])('%j is shown as %j, changed or not', (line, shown) => {
  const secrets = ['our-own-secret-value'];
  expect(diff(undefined, line, secrets).at(-1)).toBe(`+${shown}`);
  expect(diff(line, `${line}\nx`, secrets)).toContain(` ${shown}`);
});

test('a short key is not shown at all', () => {
  expect(shortened('123456789012345')).toBe('…');
});

test('a very large change is shown without looking for what is common', () => {
  const many = (word: string) => Array.from({ length: 1_500 }, (_, index) => `${word}${index % 7}`).join('\n');
  const shown = diff(many('a'), many('b'));
  expect(shown).toHaveLength(3 + 3_000);
});
