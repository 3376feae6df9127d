import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { KEYS } from './describe.ts';
import { parseConfig } from './load.ts';
import { fileSchema } from './schema.ts';

/** Every key at which a value or a list stands; a map that may be left away counts as one value. */
function keysOf(schema: z.core.$ZodType, path = ''): string[] {
  if (schema instanceof z.ZodPrefault) return keysOf(schema.def.innerType, path);
  if (schema instanceof z.ZodPipe && schema.def.out instanceof z.ZodObject) return keysOf(schema.def.out, path);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    keysOf(inner as z.core.$ZodType, path === '' ? name : `${path}.${name}`),
  );
}

function fault(key: string, value: unknown): string | undefined {
  const nested = key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  const parsed = parseConfig(JSON.stringify(nested), 'config.yaml');
  return 'errors' in parsed ? parsed.errors.map((issue) => `${issue.key}: ${issue.message}`).join('; ') : undefined;
}

describe('the descriptions of the keys', () => {
  it('are of every key of the schema, and of no other', () => {
    expect(KEYS.map(({ key }) => key).toSorted()).toEqual(keysOf(fileSchema).toSorted());
    expect(KEYS.length).toBeGreaterThan(35);
  });

  it.each(KEYS.filter(({ kind }) => kind === 'choice'))('have the choices of $key', ({ key, choices = [] }) => {
    expect(fault(key, 'no such word')).toContain(`expected one of ${choices.join(', ')}, got`);
  });

  const wrong = { duration: '30', size: '30', number: 'x', flag: 'x', text: 7, list: 'x', secret: 'x', map: 'x' };
  const said = {
    duration: 'a duration',
    size: 'a size',
    number: 'a whole number',
    flag: 'true or false',
    text: 'expected a',
    list: 'expected a list',
    secret: 'expected a list',
    map: 'expected a map',
  };
  it.each(KEYS.filter(({ kind }) => kind !== 'choice'))('have the kind of $key', ({ key, kind }) => {
    expect(fault(key, wrong[kind as keyof typeof wrong])).toContain(said[kind as keyof typeof said]);
  });

  it('are one line each', () => {
    for (const { about } of KEYS) expect(about).toMatch(/^[A-Z][^\n]{10,140}[.]$/);
  });
});
