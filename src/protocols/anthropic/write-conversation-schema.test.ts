import { describe, expect, it } from 'vitest';
import { written } from './write-conversation.testing.ts';

describe('the form of the answer', () => {
  it('is a schema as Anthropic’s own SDKs send it', () => {
    const schema = {
      $schema: 'x',
      type: 'OBJECT',
      additionalProperties: true,
      propertyOrdering: ['a'],
      properties: {
        a: { type: 'string', maxLength: 3, description: 'A', format: 'date' },
        b: { oneOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] },
        c: { type: 'string', nullable: true },
      },
      required: ['a'],
    };
    const { body, losses } = written({ output: { type: 'json-schema', schema } });
    expect(losses).toEqual(['schema-limits']);
    expect(body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          additionalProperties: false,
          properties: {
            a: { type: 'string', description: 'A\n\n{maxLength: 3}', format: 'date' },
            b: { anyOf: [{ type: 'integer', description: '{minimum: 0}' }, { type: 'null' }] },
            c: { type: ['string', 'null'] },
          },
          required: ['a'],
        },
      },
    });
  });
});
