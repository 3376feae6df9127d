import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { editConfig } from './edit.ts';

const FILE = `# my gateway

server:
  host: 127.0.0.1   # only here


  # the port of the house
  port: 8045
healing: { idle: 90s,  hold: safe }   # patience
routes:
- match: "a"   # first
  to: [x,y]
# the end
`;

function edited(key: string, value: string | null, text = FILE, file = 'config.yaml'): string {
  const result = editConfig(text, file, [{ key, value, isText: key.endsWith('.url') || key === 'server.host' }]);
  return 'text' in result ? result.text : `${result.key} ${result.fault}`;
}
const replaced = (old: string, text: string): string => FILE.replace(old, text);

describe('a change of YAML', () => {
  it.each([
    ['a value', 'server.port', '9000', replaced('port: 8045', 'port: 9000')],
    ['a value before a comment', 'server.host', '::1', replaced('127.0.0.1 ', '::1 ')],
    ['a value in braces', 'healing.idle', '30s', replaced('90s', '30s')],
    ['a new key of a section', 'server.drain', '5s', replaced('port: 8045\n', 'port: 8045\n  drain: 5s\n')],
    ['a new key in braces', 'healing.resume', 'false', replaced('hold: safe', 'hold: safe, resume: false')],
    ['a new section', 'monitor.bodies', 'off', replaced('[x,y]\n', '[x,y]\nmonitor:\n  bodies: off\n')],
    ['a key that goes', 'server.port', null, replaced('  port: 8045\n', '')],
    [
      'a section that goes with its last key',
      'routes',
      null,
      replaced('routes:\n- match: "a"   # first\n  to: [x,y]\n', ''),
    ],
    [
      'a list',
      'routes',
      '[{match: b, to: [z]}]',
      replaced('\n- match: "a"   # first\n  to: [x,y]', ' [{match: b, to: [z]}]'),
    ],
    [
      'a key that is a number',
      'healing.backoff.429',
      '{kind: none}',
      replaced('hold: safe', 'hold: safe, backoff: {"429": {kind: none}}'),
    ],
    ['nothing', 'state.url', null, FILE],
  ])('leaves every other byte as it was: %s', (_what, key, value, after) => {
    expect(edited(key, value)).toBe(after);
  });

  it('leaves the comments of a file whose last key goes, and can begin again', () => {
    const empty = edited('server.port', null, '# mine\nserver:\n  port: 1\n');
    expect(empty).toBe('# mine\n');
    expect(edited('server.port', '2', empty)).toBe('# mine\nserver:\n  port: 2\n');
  });

  it('keeps the comments that come with a list', () => {
    expect(edited('routes', '# mine\n- match: b # one\n  to: [z]\n')).toContain(
      '- match: b # one\n    to: [z]\n# the end',
    );
  });

  it.each([
    ['an empty file', '', 'server:\n  port: 1\n'],
    ['a file of comments', '# soon', '# soon\nserver:\n  port: 1\n'],
    ['an empty section', 'server:\n', 'server:\n  port: 1\n'],
    ['empty braces', 'server: {} # none\n', 'server: {port: 1} # none\n'],
    ['a last line without an end', 'server:\n  drain: 1s', 'server:\n  drain: 1s\n  port: 1\n'],
    ['the lines of Windows', 'server:\r\n  drain: 1s\r\n', 'server:\r\n  drain: 1s\r\n  port: 1\r\n'],
  ])('begins in %s', (_what, before, after) => {
    expect(edited('server.port', '1', before)).toBe(after);
  });

  it.each([
    ['true', 'true'],
    ['12', '12'],
    ['', ''],
    ['*a', '*a'],
    ['a: b', 'a: b'],
    ['"quoted"', 'quoted'],
    ['redis://x # y', 'redis://x'],
  ])('takes %j for a text', (value, text) => {
    expect(parseDocument(edited('state.url', value)).getIn(['state', 'url'])).toBe(text);
  });

  it.each([
    ['server.port', '1: [', 'is not valid YAML'],
    ['server.port', '', 'is empty'],
    ['server.port', 'null', 'is empty'],
    ['server.port', '!!js/function x', 'YAML|tags'],
    ['routes', '[&a x, *a]', 'anchors'],
    ['routes', '['.repeat(5000), 'YAML|deeply'],
    ['server.port.more', '1', 'no map'],
  ])('refuses %s = %j', (key, value, said) => {
    expect(edited(key, value)).toMatch(new RegExp(`^${key} .*(${said})`));
  });

  it('cannot be used to write another key', () => {
    const sneaky = '1\nhealing: { idle: 1s }\nstate:\n  url: redis://evil';
    for (const key of ['server.port', 'state.url', 'healing.idle']) {
      const text = edited(key, sneaky);
      const values = parseDocument(text).toJS() as { server?: { port?: unknown }; healing?: { idle?: unknown } } | null;
      if (text.startsWith(`${key} `)) continue;
      expect(Object.keys(values ?? {})).toEqual(['server', 'healing', 'routes', 'state']);
      expect([values?.server?.port, values?.healing?.idle]).toEqual([8045, '90s']);
    }
  });

  it('leaves a section alone whose only key is another than the one to be taken out', () => {
    const text = 'server:\n  host: 127.0.0.1 # only here\n';
    expect(editConfig(text, 'config.yaml', [{ key: 'server.port', value: null, isText: false }])).toEqual({ text });
  });

  it('never touches another value, or a comment', () => {
    const keys = [
      'server.port',
      'server.drain',
      'healing.idle',
      'healing.hold',
      'state.url',
      'monitor.bodies',
      'routes',
    ];
    const values = [null, '30s', '"a # b"', '[a, "b, c"]', '{ a: { b: c } }', 'x, y', "it's", '- a\n- b'];
    const change = fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        let text = FILE;
        const wanted = parseDocument(FILE).toJS() as Record<string, unknown>;
        for (const [key, value] of changes) {
          const next = editConfig(text, 'config.yaml', [{ key, value, isText: false }]);
          if (!('text' in next)) continue;
          text = next.text;
          setIn(wanted, key.split('.'), value === null ? undefined : parseDocument(value).toJS());
        }
        expect(parseDocument(text).toJS() ?? {}).toEqual(wanted);
        for (const comment of ['# my gateway', '# the end']) expect(text).toContain(comment);
      }),
    );
  });
});

describe('a change of JSON', () => {
  const JSON_FILE = '{\n\t"accounts": [],\n\t"server": { "port": 1 }\n}\n';
  const json = (key: string, value: string | null, text = JSON_FILE) => edited(key, value, text, 'config.json');

  it('keeps order and indentation, and stays JSON', () => {
    expect(json('server.port', '9')).toBe('{\n\t"accounts": [],\n\t"server": {\n\t\t"port": 9\n\t}\n}\n');
    expect(JSON.parse(json('healing.idle', '30s'))).toEqual({
      accounts: [],
      server: { port: 1 },
      healing: { idle: '30s' },
    });
    expect(JSON.parse(json('routes', '[{match: a, to: [b]}]'))).toMatchObject({ routes: [{ match: 'a', to: ['b'] }] });
    expect(json('server.port', null)).toBe('{\n\t"accounts": []\n}\n');
    expect(json('healing.idle', '30s', '')).toBe('{\n  "healing": {\n    "idle": "30s"\n  }\n}\n');
  });

  it('refuses what is no JSON', () => {
    expect(json('server.port', '1', '{ "a": ')).toContain('not valid JSON');
    expect(json('server.port', '1', '{"server":3}')).toContain('no map');
  });
});

function setIn(values: Record<string, unknown>, [step = '', ...rest]: string[], leaf: unknown): void {
  if (rest.length === 0) {
    if (leaf === undefined) delete values[step];
    else values[step] = leaf;
    return;
  }
  const inner = { ...((values[step] as Record<string, unknown> | undefined) ?? {}) };
  setIn(inner, rest, leaf);
  if (Object.keys(inner).length === 0) delete values[step];
  else values[step] = inner;
}
