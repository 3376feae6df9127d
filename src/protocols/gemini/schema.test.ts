import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanSchema } from './schema.ts';
import { jsonSchemaOf } from './schema-read.ts';

describe('cleanSchema', () => {
  it.each<[string, unknown, unknown]>([
    [
      'unknown keywords',
      { $schema: 'x', type: 'object', additionalProperties: false, $comment: 'c' },
      { type: 'object' },
    ],
    ['a constant text', { const: 'a' }, { type: 'string', enum: ['a'] }],
    ['a constant number', { type: 'integer', const: 1 }, { type: 'integer' }],
    ['a list of types with null', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['several types', { type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['one branch and null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }],
    [
      'oneOf',
      { oneOf: [{ type: 'string' }, { type: 'array' }] },
      { anyOf: [{ type: 'string' }, { type: 'array', items: {} }] },
    ],
    ['formats that Google knows', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
    ['formats that it does not', { type: 'string', format: 'uri' }, { type: 'string' }],
    ['bounds of their type only', { type: 'string', minimum: 1, maxLength: 3 }, { type: 'string', maxLength: 3 }],
    ['an array without items', { type: 'array' }, { type: 'array', items: {} }],
    ['a schema that is true', { type: 'object', properties: { a: true } }, { type: 'object', properties: { a: {} } }],
    [
      'a member that must not be',
      { type: 'object', properties: { a: false }, required: ['a'] },
      { type: 'object', properties: {} },
    ],
    [
      'what is demanded but not there',
      { properties: { a: {} }, required: ['a', 'b'] },
      { type: 'object', properties: { a: {} }, required: ['a'] },
    ],
  ])('brings %s into the subset', (_what, schema, expected) => {
    expect(cleanSchema(schema)).toEqual(expected);
  });

  it('writes references out, and ends those that never end', () => {
    const schema = {
      type: 'object',
      properties: { node: { $ref: '#/$defs/node' }, odd: { $ref: 'http://elsewhere' } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node', description: 'the next' } } } },
    };
    expect(cleanSchema(schema)).toEqual({
      type: 'object',
      properties: {
        node: { type: 'object', properties: { next: { type: 'object', description: 'the next' } } },
        odd: { type: 'object' },
      },
    });
  });

  it('unites allOf', () => {
    const schema = {
      allOf: [{ $ref: '#/$defs/a' }, { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] }],
      $defs: { a: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
    };
    expect(cleanSchema(schema)).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      required: ['a', 'b'],
    });
  });

  it('does not grow without end from definitions that use each other many times', () => {
    const defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let level = 1; level < 30; level++) {
      const below = { $ref: `#/$defs/d${level - 1}` };
      defs[`d${level}`] = { type: 'object', properties: { a: below, b: below } };
    }
    expect(JSON.stringify(cleanSchema({ $ref: '#/$defs/d29', $defs: defs })).length).toBeLessThan(1_000_000);
  });

  it('never writes a member outside the subset, whatever comes', () => {
    const known = new Set(
      'type format title description nullable default enum items minItems maxItems properties required minProperties maxProperties minimum maximum minLength maxLength pattern example anyOf propertyOrdering'.split(
        ' ',
      ),
    );
    const check = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        expect(known.has(key), key).toBe(true);
        if (key === 'properties') for (const each of Object.values(value)) check(each);
        if (key === 'items') check(value);
        if (key === 'anyOf') value.forEach(check);
      }
    };
    const keys = [
      'type',
      'anyOf',
      'oneOf',
      'allOf',
      'properties',
      'items',
      '$ref',
      'enum',
      'const',
      'required',
      'not',
      'nullable',
    ];
    const { node } = fc.letrec<Record<'leaf' | 'named' | 'inner' | 'node', unknown>>((tie) => ({
      leaf: fc.constantFrom<unknown>('string', 'null', 'object', '#', '#/properties/a', true, null, 7, ['string', 'a']),
      named: fc.record({ a: tie('node'), b: tie('node') }, { requiredKeys: [] }),
      inner: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('node'), fc.tuple(tie('node'), tie('node')), tie('named')),
      node: fc.dictionary(fc.constantFrom(...keys), tie('inner'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(node, (schema) => check(cleanSchema(schema))),
      { numRuns: 500 },
    );
  });
});

describe('jsonSchemaOf', () => {
  it('knows the numbers that stand for types', () => {
    const schema = { type: 6, properties: { list: { type: 5, items: { type: 1 } }, none: { type: 0 } } };
    expect(jsonSchemaOf(schema)).toEqual({
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'string' } }, none: {} },
    });
  });

  it('speaks JSON Schema for what Google wrote in its own', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        type: { type: 'STRING', nullable: true, enum: ['a'] },
        list: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '1' },
        any: { anyOf: [{ type: 'NUMBER' }, { type: 'BOOLEAN' }], nullable: true },
      },
      required: ['type'],
      propertyOrdering: ['type', 'list'],
    };
    expect(jsonSchemaOf(schema)).toEqual({
      type: 'object',
      properties: {
        type: { type: ['string', 'null'], enum: ['a', null] },
        list: { type: 'array', items: { type: 'integer' }, minItems: 1 },
        any: { anyOf: [{ type: 'number' }, { type: 'boolean' }, { type: 'null' }] },
      },
      required: ['type'],
    });
  });
});
