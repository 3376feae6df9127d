/** Writes a JSON Schema for this dialect: Gemini's upper-case type names become JSON Schema's own. Nothing else of it is changed. */

import { type JsonObject, objectOf } from '../json/shapes.ts';

export function writeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(writeSchema);
  const object = objectOf(schema);
  if (object === undefined) return schema;
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, writeMember(name, value)]));
}

const upperCase: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

/** Here values are the user's own, whatever they look like. */
const values: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples', 'required']);

/** Here the names are the user's own and the values are schemas. */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

function writeMember(name: string, value: unknown): unknown {
  if (values.has(name)) return value;
  if (name === 'type' && typeof value === 'string') return upperCase.has(value) ? value.toLowerCase() : value;
  const map = maps.has(name) ? objectOf(value) : undefined;
  if (map === undefined) return writeSchema(value);
  return Object.fromEntries(Object.entries(map).map(([key, inner]) => [key, writeSchema(inner)])) satisfies JsonObject;
}
