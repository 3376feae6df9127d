/** Google's subset of OpenAPI as JSON Schema, so that every other dialect can take it: types in small letters, `nullable` as a type of its own. */

import { isObject, type JsonObject } from './shapes.ts';

export function jsonSchemaOf(schema: JsonObject): JsonObject {
  const {
    type,
    nullable,
    properties,
    items,
    anyOf,
    propertyOrdering: _order,
    property_ordering: _other,
    ...own
  } = schema;
  const named = typeName(type);
  const branches = Array.isArray(anyOf) ? anyOf.filter(isObject).map(jsonSchemaOf) : undefined;
  const isNullable = nullable === true;
  return {
    ...(named !== undefined && { type: isNullable ? [named, 'null'] : named }),
    ...renamed(own),
    // A null that the list of values does not name would be refused.
    ...(isNullable && Array.isArray(own.enum) && { enum: [...own.enum, null] }),
    ...(isObject(properties) && { properties: eachSchema(properties) }),
    ...(isObject(items) && { items: jsonSchemaOf(items) }),
    ...(branches !== undefined && {
      anyOf: isNullable && named === undefined ? [...branches, { type: 'null' }] : branches,
    }),
  };
}

/** The SDK of Vertex AI writes the number of the enum (`google.cloud.aiplatform.v1.Type`). */
const numberedTypes: readonly (string | undefined)[] = [
  undefined,
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
];

function typeName(type: unknown): string | undefined {
  if (typeof type === 'number') return numberedTypes[type];
  return typeof type === 'string' && type !== 'TYPE_UNSPECIFIED' ? type.toLowerCase() : undefined;
}

function eachSchema(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isObject(value) ? jsonSchemaOf(value) : value]),
  );
}

/** Google writes these counts as text. */
const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

function renamed(own: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const camel = name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
      if (camel === 'example') return ['examples', [value]];
      const isCount = counts.has(camel) && typeof value === 'string' && /^\d{1,9}$/.test(value);
      return counts.has(camel) ? [camel, isCount ? Number(value) : value] : [name, value];
    }),
  );
}
