import { expect, test } from 'vitest';
import { setToml, type TomlSetting, tomlStringAt } from './connect-toml.ts';

const table = ['model_providers', 'ours'];
const settings: readonly TomlSetting[] = [
  { table: [], key: 'model_provider', value: 'ours' },
  { table, key: 'base_url', value: 'http://a/v1' },
  { table, key: 'wire_api', value: 'responses' },
];
const block = '# remark\n[model_providers.ours]\nbase_url = "http://a/v1"\nwire_api = "responses"\n';

function set(text: string, wanted: readonly TomlSetting[] = settings): string {
  const edited = setToml(text, wanted, 'remark');
  return 'text' in edited ? edited.text : `fault: ${edited.fault}`;
}

const everyForm = `
  [model_providers.theirs] # a table
"quoted key".'more' = """
[model_providers.ours]
base_url = "not a key" """
numbers = [1_000, 0xFF, 0o7, 0b1, 1e5, -0.5, +inf, nan, # in a list
  2, ]
times = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5, 1979-05-27, 07:32:00]
inline = { a = 'x', b.c = [true, false], d = {} }
literal = '''a '' b'''
empty = ""
[[list]]
a = 1
[list.inside]
b = 1
[[list]]
a = 2
[list.inside]
b = 2
`;

test.each([
  ['an empty text', '', `model_provider = "ours"\n\n${block}`],
  ['tables alone: root keys go to the top', '[a]\nb = 1\n', `model_provider = "ours"\n\n[a]\nb = 1\n\n${block}`],
  ['root keys stay together', 'a = 1 # one\n\n[t]', `a = 1 # one\nmodel_provider = "ours"\n\n[t]\n\n${block}`],
  [
    'another provider is replaced in its place',
    "model_provider  =  'x' # mine\n",
    `model_provider  =  "ours" # mine\n\n${block}`,
  ],
  ['a comment alone', '# hello', `model_provider = "ours"\n\n# hello\n\n${block}`],
  [
    'our table, wherever it stands, keeps what was added to it',
    'model_provider = "ours"\n[model_providers.ours]\nbase_url = "old" # port\nmine = 1\n\n[z]\n',
    'model_provider = "ours"\n[model_providers.ours]\nbase_url = "http://a/v1" # port\nmine = 1\nwire_api = "responses"\n\n[z]\n',
  ],
  ['every form of TOML is passed over', everyForm, `model_provider = "ours"\n\n${everyForm}\n${block}`],
])('%s', (_name, before, after) => {
  expect(set(before)).toBe(after);
  expect(set(after)).toBe(after);
});

test('line ends of Windows are kept', () => {
  expect(set('a = 1\r\n')).toBe(`a = 1\nmodel_provider = "ours"\n\n${block}`.replaceAll('\n', '\r\n'));
});

test.each([
  ['a = ', 'line 1: expected a TOML value'],
  ['a = secret', 'line 1: expected a TOML value'],
  ['ok = 1\na = "x', 'line 2: expected a TOML value'],
  ['a = """x', 'line 1: expected a TOML value'],
  ['a = 1 2', 'line 1: something follows on the line'],
  ['a', 'line 1: expected = after the key'],
  ['= 1', 'line 1: expected a key'],
  ['[a', 'line 1: the [table] name is not closed'],
  ['a = [1 2]', 'line 1: a list or table is not closed'],
  ['a = { b = 1', 'line 1: a list or table is not closed'],
  ['a = 1\na = 2', 'line 2: this key or table stands twice'],
  ['[a]\n[b]\n[a]', 'line 3: this key or table stands twice'],
  ['model_providers = {}', 'line 1: this has to be a [model_providers] table before it can be added to'],
  ['[[model_providers]]', 'line 1: this has to be a [model_providers] table before it can be added to'],
  [
    'model_providers.ours.name = "x"',
    'line 1: these dotted keys have to be a [model_providers.ours] table before it can be added to',
  ],
  ['[model_provider]', 'line 1: a table stands where model_provider has to be text'],
  [`a = ${'['.repeat(200)}`, 'line 1: nested deeper than 100'],
])('%j is refused with its line and none of its words', (text, fault) => {
  expect(set(text)).toBe(`fault: ${fault}`);
});

test('a string is found by its path, whichever way it is written', () => {
  expect(tomlStringAt('profile = "x"\n[profiles.x]\nmodel_provider = \'y\'', ['profiles', 'x', 'model_provider'])).toBe(
    'y',
  );
  expect(tomlStringAt('profiles.x.model_provider = "y"', ['profiles', 'x', 'model_provider'])).toBe('y');
  expect(tomlStringAt('a = 1', ['a'])).toBeUndefined();
  expect(tomlStringAt('a = ', ['a'])).toBeUndefined();
});
