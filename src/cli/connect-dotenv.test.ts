import { expect, test } from 'vitest';
import { setDotenv } from './connect-dotenv.ts';

function set(text: string, value = 'new'): string {
  const edited = setDotenv(text, [['KEY', value]]);
  return 'text' in edited ? edited.text : `fault: ${edited.fault}`;
}

test.each([
  ['a variable is added at the end', 'A=1', 'A=1\nKEY=new\n'],
  ['only the value is replaced', '# c\nexport KEY = old # why\nB=2\n', '# c\nexport KEY = new # why\nB=2\n'],
  ['quotes are replaced with it', 'KEY="o#ld"\n', 'KEY=new\n'],
  ['the last of two counts', 'KEY=a\nKEY=b', 'KEY=a\nKEY=new'],
  ['a comment is no variable', '#KEY=a\n', '#KEY=a\nKEY=new\n'],
  ['a longer name is another one', 'MY_KEY=a\nKEY2=b\n', 'MY_KEY=a\nKEY2=b\nKEY=new\n'],
  ['what stands inside a quoted value is none', 'A="x\nKEY=a\n"\n', 'A="x\nKEY=a\n"\nKEY=new\n'],
  ['an empty value is filled', 'KEY=\nB=1\n', 'KEY=new\nB=1\n'],
  ['line ends of Windows are kept', 'A=1\r\nKEY=old\r\n', 'A=1\r\nKEY=new\r\n'],
])('%s', (_name, before, after) => {
  expect(set(before)).toBe(after);
  expect(set(after)).toBe(after);
});

test('a value is quoted as far as it needs', () => {
  expect(set('', 'a#b$c')).toBe("KEY='a#b$c'\n");
  expect(set('', "it's")).toBe('KEY="it\'s"\n');
  expect(set('', `'"`)).toMatch(/^fault: the value of KEY /);
});
