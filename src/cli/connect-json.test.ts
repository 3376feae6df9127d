import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonSetting, jsonStringAt, setJson } from './connect-json.ts';

const url: JsonSetting = { path: ['env', 'URL'], value: 'http://a' };

function set(text: string, settings: readonly JsonSetting[] = [url], comments = true): string {
  const edited = setJson(text, settings, { comments });
  return 'text' in edited ? edited.text : `fault: ${edited.fault}`;
}

test.each([
  ['an empty text becomes a document', '', '{\n  "env": {\n    "URL": "http://a"\n  }\n}\n'],
  ['an empty object is filled', '{}', '{\n  "env": {\n    "URL": "http://a"\n  }\n}'],
  [
    'a member goes behind the last one, in its indentation',
    '{\n\t"a": [1, 2]\n}\n',
    '{\n\t"a": [1, 2],\n\t"env": {\n\t\t"URL": "http://a"\n\t}\n}\n',
  ],
  ['one line stays one line', '{"env":{"A":"1"},"z":1}', '{"env":{"A":"1", "URL": "http://a"},"z":1}'],
  ['only the value is replaced', '{ "env" : { "URL" :  "old" } } ', '{ "env" : { "URL" :  "http://a" } } '],
  ['what is so already stays to the byte', '{"env":{"URL":"http:\\/\\/a"}}', '{"env":{"URL":"http:\\/\\/a"}}'],
  ['of a name that stands twice the last counts', '{"env":1,"env":{"URL":"x"}}', '{"env":1,"env":{"URL":"http://a"}}'],
  [
    'line ends of Windows are kept',
    '{\r\n  "env": {\r\n    "A": "1"\r\n  }\r\n}\r\n',
    '{\r\n  "env": {\r\n    "A": "1",\r\n    "URL": "http://a"\r\n  }\r\n}\r\n',
  ],
  ['a byte order mark is kept', '\uFEFF{"env":{"URL":"x"}}', '\uFEFF{"env":{"URL":"http://a"}}'],
  [
    'a comment stays with its line',
    '{\n  "a": 1 // one, "env": {}\n}',
    '{\n  "a": 1, // one, "env": {}\n  "env": {\n    "URL": "http://a"\n  }\n}',
  ],
  [
    'a trailing comma is used',
    '{\n  "a": 1, // one\n}',
    '{\n  "a": 1, // one\n  "env": {\n    "URL": "http://a"\n  }\n}',
  ],
  [
    'an object with only a comment is filled below it',
    '{ // here\n}',
    '{ // here\n  "env": {\n    "URL": "http://a"\n  }\n}',
  ],
  [
    'a block comment before the end does not swallow the member',
    '{"a":1/*,*/}',
    '{"a":1, "env": {"URL":"http://a"}/*,*/}',
  ],
])('%s', (_name, before, after) => {
  expect(set(before)).toBe(after);
  expect(set(after)).toBe(after);
});

test.each([
  ['[]', 'line 1: the file is not a JSON object'],
  ['{"env": "x"}', 'line 1: "env" is not a JSON object'],
  ['{\n"a": 1\n"b": 2}', 'line 3: expected a comma or }'],
  ['{"a": secret}', 'line 1: expected a JSON value'],
  ['{"a": "x', 'line 1: expected a JSON value'],
  ['{"a": 01}', 'line 1: expected a JSON value'],
  ['{"a": 1} {}', 'line 1: something follows after the end'],
  ['{"a": [1', 'line 1: expected a comma or ]'],
  ['{"a": [,]}', 'line 1: expected a JSON value'],
  [`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, 'line 1: nested deeper than 200'],
])('%j is refused with its line and none of its words', (text, fault) => {
  expect(set(text)).toBe(`fault: ${fault}`);
});

test('a client that reads no comments has none accepted', () => {
  expect(set('{\n// a\n}', [url], false)).toMatch(/^fault: line 2: it has a comment/);
  expect(set('{"a": 1,\n}', [url], false)).toMatch(/^fault: line 2: a comma stands before }/);
  expect(set('{"a": [1,]}', [url], false)).toMatch(/^fault: line 1: a comma stands before ]/);
});

test('a value that is only wanted where there is none leaves another alone', () => {
  const setting: JsonSetting = { path: ['m', 'x'], value: {}, ifAbsent: true };
  expect(set('{"m":{"x":{"name":"mine"}}}', [setting])).toBe('{"m":{"x":{"name":"mine"}}}');
  expect(JSON.parse(set('{"m":{}}', [setting]))).toEqual({ m: { x: {} } });
});

test('whatever the document, the one value is set and all else means what it meant', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 0, 2, '\t'), fc.string(), (document, indent, value) => {
      const clean = { ...document };
      delete clean.env;
      const text = JSON.stringify(clean, null, indent);
      const edited = set(text, [{ path: ['env', 'URL'], value }], false);
      expect(JSON.parse(edited)).toEqual(JSON.parse(JSON.stringify({ ...clean, env: { URL: value } })));
      expect(set(edited, [{ path: ['env', 'URL'], value }], false)).toBe(edited);
    }),
  );
});

test('a text that JSON.parse refuses is refused, and no other', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"env"',
    '1',
    '-',
    'true',
    ' ',
    '\n',
    '1e5',
    '.5',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = `{"x":${parts.join('')}}`;
      let good = true;
      try {
        JSON.parse(text);
      } catch {
        good = false;
      }
      expect('text' in setJson(text, [{ path: ['new'], value: 'v' }], { comments: false })).toBe(good);
    }),
    { numRuns: 2_000 },
  );
});

test('a text is found by its path, and nothing where it is not', () => {
  expect(jsonStringAt('{"env":{"A":"x"}}', ['env', 'A'])).toBe('x');
  expect(jsonStringAt('{"env":{"A":1}}', ['env', 'A'])).toBeUndefined();
  expect(jsonStringAt('{broken', ['env'])).toBeUndefined();
});
