import { expect, it } from 'vitest';
import { quotedParts } from './quoted.tsx';

it('takes the words between two backticks for code, and loses nothing else', () => {
  expect(quotedParts('put it where `credential:` points')).toEqual([
    { isCode: false, words: 'put it where ' },
    { isCode: true, words: 'credential:' },
    { isCode: false, words: ' points' },
  ]);
});

it('leaves a backtick without a partner as it is', () => {
  expect(quotedParts('a ` alone')).toEqual([{ isCode: false, words: 'a ` alone' }]);
});
