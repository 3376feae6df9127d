/**
 * JSON Schemas as Anthropic takes them. A tool's schema is changed only where it would be refused (Google's own spelling of types and sizes, a
 * root that is no object); an output schema follows the rules that Anthropic's own SDKs apply before they send one.
 */

import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';

export function writeInputSchema(schema: unknown): JsonObject {
  const written = objectOf(respelt(schema)) ?? {};
  return written.type === undefined ? { type: 'object', ...withProperties(written) } : written;
}

/** A root of alternatives alone has no properties of its own, and needs none. */
function withProperties(schema: JsonObject): JsonObject {
  return Object.keys(schema).length === 0 ? { properties: {} } : schema;
}

const googleTypes: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);
const sizes: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);
/** Members whose value is a schema, a list of schemas, or a map of schemas by a name that is not a keyword. */
const schemaMembers: ReadonlySet<string> = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'anyOf',
  'oneOf',
  'allOf',
  'prefixItems',
]);
const schemaMaps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/** Google writes `STRING` for `string` and sizes as texts. */
function respelt(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(respelt);
  const object = objectOf(schema);
  if (object === undefined) return schema;
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, respeltMember(name, value)]));
}

function respeltMember(name: string, value: unknown): unknown {
  if (name === 'type' && typeof value === 'string' && googleTypes.has(value)) return value.toLowerCase();
  if (sizes.has(name) && typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  if (schemaMembers.has(name)) return respelt(value);
  const map = schemaMaps.has(name) ? objectOf(value) : undefined;
  return map === undefined ? value : mapValues(map, respelt);
}

function mapValues(map: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}

/** `onLimit` is told when a limit had to become words. */
export function writeOutputSchema(schema: unknown, onLimit: () => void): unknown {
  return strict(respelt(schema), onLimit);
}

const formats: ReadonlySet<string> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);
const kept: ReadonlySet<string> = new Set(['$ref', 'type', 'enum', 'const', 'title', 'description', 'required']);
/** Say nothing that a limit would. */
const dropped: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'propertyOrdering',
  'additionalProperties',
  'nullable',
]);

function strict(schema: unknown, onLimit: () => void): unknown {
  const inner = (value: unknown): unknown => strict(value, onLimit);
  if (Array.isArray(schema)) return schema.map(inner);
  const object = objectOf(schema);
  if (object === undefined) return schema;
  const out: JsonObject = {};
  const limits: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    const map = schemaMaps.has(name) && name !== 'patternProperties' ? objectOf(value) : undefined;
    if (map !== undefined) out[name] = mapValues(map, inner);
    else if (name === 'items' || name === 'anyOf' || name === 'allOf') out[name] = inner(value);
    else if (name === 'oneOf') out.anyOf = inner(value);
    else if (kept.has(name) || isKeptLimit(name, value)) out[name] = value;
    else if (!dropped.has(name)) limits.push(`${name}: ${JSON.stringify(value)}`);
  }
  if (out.type === 'object' || out.properties !== undefined) out.additionalProperties = false;
  if (object.nullable === true && typeof out.type === 'string') out.type = [out.type, 'null'];
  if (limits.length === 0) return out;
  onLimit();
  const description = stringOf(out.description);
  const words = `{${limits.join(', ')}}`;
  return { ...out, description: description === undefined ? words : `${description}\n\n${words}` };
}

function isKeptLimit(name: string, value: unknown): boolean {
  if (name === 'format') return formats.has(stringOf(value) ?? '');
  return name === 'minItems' && (value === 0 || value === 1);
}
