import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fileSchema } from '../../../../src/config/schema.ts';
import type { ConfigValue } from '../../../../src/monitor/setting-views.ts';
import { LANGUAGES } from '../../../../src/monitor/views.ts';
import { changesOf, hasItems, issuesElsewhere, issuesOf, sectionsOf, typedFrom, writtenFrom } from './settings.ts';

const value = (values: Partial<ConfigValue>): ConfigValue => ({
  key: 'healing.idle',
  kind: 'duration',
  choices: null,
  value: '30s',
  default: '90s',
  source: 'file',
  overruled: false,
  needs_restart: false,
  editable: true,
  about: 'About it.',
  ...values,
});
const list = (written: string) => value({ key: 'server.allowed_hosts', kind: 'list', value: written });
const issue = (key: string) => ({ key, line: 3, message: 'wrong' });

describe('the settings', () => {
  it('stand in the sections of the file, in its order', () => {
    const values = ['server.host', 'accounts', 'server.port', 'healing.backoff.429'].map((key) => value({ key }));
    expect(sectionsOf(values).map(({ name, values: group }) => [name, group.length])).toEqual([
      ['server', 2],
      ['accounts', 1],
      ['healing', 1],
    ]);
  });
  it('are typed as people write them: a list one a line, a text without its quotes', () => {
    expect(typedFrom(list('[]'), '[a.example, "b c", \'d\']')).toBe('a.example\nb c\nd');
    expect(typedFrom(list('[]'), '[]')).toBe('');
    expect(typedFrom(value({ kind: 'text' }), '""')).toBe('');
    expect(typedFrom(value({ kind: 'text' }), '"a\\"b"')).toBe('a"b');
  });
  it('go back into the file as one line, with quotes where YAML needs them', () => {
    expect(writtenFrom(list('[]'), ' a.example \n\n*.b\ntrue\n8045\nx: y')).toBe(
      '[a.example, "*.b", "true", "8045", "x: y"]',
    );
    expect(writtenFrom(list('[a]'), '')).toBe('[]');
    expect(writtenFrom(value({}), ' 5s ')).toBe('5s');
  });
  it('leave a list that is more than words as it stands in the file', () => {
    const none = value({ key: 'routes', kind: 'list', value: '[]' });
    expect(writtenFrom(none, '- { match: a, to: [b] }')).toBe('- { match: a, to: [b] }');
    const routes = list('- match: a # first\n  to: [b]\n');
    expect(hasItems(routes)).toBe(false);
    expect(typedFrom(routes, routes.value)).toBe(routes.value);
    expect(writtenFrom(routes, '- match: b\n  to: [c]\n')).toBe('- match: b\n  to: [c]\n');
    expect(hasItems(list('[{ match: a, to: [b] }]'))).toBe(false);
  });
  it('change only by what is different', () => {
    const values = [
      value({ key: 'a', value: '[x]', kind: 'list' }),
      value({ key: 'b' }),
      value({ key: 'c' }),
      value({ key: 'd', source: 'default' }),
    ];
    expect(changesOf(values, { a: '["x"]', b: '5s', c: null, d: null, gone: '1' })).toEqual([
      { key: 'b', from: '30s', to: '5s' },
      { key: 'c', from: '30s', to: null },
    ]);
  });
  it('take the faults that are theirs, also of what stands inside them; the others are told above', () => {
    const issues = [issue('routes[2].to'), issue('routes'), issue('routesx'), issue('healing.idle')];
    expect(issuesOf(issues, 'routes').map(({ key }) => key)).toEqual(['routes[2].to', 'routes']);
    expect(issuesOf(issues, 'healing.idle')).toHaveLength(1);
    expect(issuesElsewhere(issues, [value({ key: 'routes' })]).map(({ key }) => key)).toEqual([
      'routesx',
      'healing.idle',
    ]);
  });
});

/** Every key at which a value or a list stands; a map that may be left away counts as one value. */
function keysOf(schema: z.core.$ZodType, path = ''): string[] {
  if (schema instanceof z.ZodPrefault) return keysOf(schema.def.innerType, path);
  if (schema instanceof z.ZodPipe && schema.def.out instanceof z.ZodObject) return keysOf(schema.def.out, path);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    keysOf(inner as z.core.$ZodType, path === '' ? name : `${path}.${name}`),
  );
}

describe.each(LANGUAGES)('the explanations of the settings in %s', (language) => {
  it('are of every key of the configuration, and of every section', () => {
    const file = join(import.meta.dirname, '../../locales', language, 'settings.json');
    const words = JSON.parse(readFileSync(file, 'utf8')) as Record<'about' | 'section', Record<string, string>>;
    const keys = keysOf(fileSchema);
    expect(keys.length).toBeGreaterThan(35);
    expect(Object.keys(words.about).sort()).toEqual(keys.sort());
    expect(Object.keys(words.section).sort()).toEqual([...new Set(keys.map((key) => key.split('.')[0] ?? ''))].sort());
  });
});
