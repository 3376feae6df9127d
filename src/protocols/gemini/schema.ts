/**
 * A JSON Schema in the subset of OpenAPI that `parameters` and `responseSchema` take: for targets that do not accept JSON Schema as it is. Pure; what
 * the subset cannot say is left out, so that the schema stays wider than the original, never narrower by accident.
 */

import { isObject, type JsonObject } from './shapes.ts';

export function cleanSchema(schema: unknown): JsonObject {
  const root = isObject(schema) ? schema : {};
  return clean(root, { root, open: [], depth: 0, size: { left: nodesMax } });
}

interface Walk {
  readonly root: JsonObject;
  /** References being followed: a cycle ends as a plain object. */
  readonly open: readonly string[];
  readonly depth: number;
  readonly size: { left: number };
}

/** Google refuses deeper schemas itself. */
const depthMax = 32;
/** Definitions that use each other many times grow without end when each use is written out. */
const nodesMax = 5000;

function clean(schema: unknown, walk: Walk): JsonObject {
  // `true` allows anything, and so does a schema without a type.
  if (!isObject(schema) || walk.depth > depthMax || walk.size.left-- <= 0) return {};
  const deeper = { ...walk, depth: walk.depth + 1 };
  if (typeof schema.$ref === 'string') return followed(schema, schema.$ref, deeper);
  const merged = mergeAll(schema, deeper);
  const { type, nullable } = typeOf(merged);
  const branches = branchesOf(merged, deeper);
  const isNullable = nullable || branches.nullable;
  const values = enumOf(merged);
  return {
    ...keep(merged, type),
    ...branches.schema,
    ...(type !== undefined && branches.schema.anyOf === undefined && { type }),
    ...(isNullable && { nullable: true }),
    ...(values !== undefined && { type: 'string', enum: values }),
    ...membersOf(merged, deeper),
    ...(type === 'array' && { items: clean(isObject(merged.items) ? merged.items : {}, deeper) }),
  };
}

function followed(schema: JsonObject, reference: string, walk: Walk): JsonObject {
  const target = walk.open.includes(reference) ? undefined : resolve(walk.root, reference);
  const description = typeof schema.description === 'string' ? { description: schema.description } : {};
  if (target === undefined) return { type: 'object', ...description };
  return { ...clean(target, { ...walk, open: [...walk.open, reference] }), ...description };
}

function resolve(root: JsonObject, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let value: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = decoded(step).replace(/~1/g, '/').replace(/~0/g, '~');
    if (isObject(value) && Object.hasOwn(value, name)) value = value[name];
    else if (Array.isArray(value)) value = value[Number(name)];
    else return undefined;
  }
  return value;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** `allOf` of objects is one object with the members of all. */
function mergeAll(schema: JsonObject, walk: Walk): JsonObject {
  if (!Array.isArray(schema.allOf)) return schema;
  const { allOf, ...own } = schema;
  let merged: JsonObject = {};
  for (const part of [...allOf.map((each) => opened(each, walk)), own]) {
    const properties = { ...objectOf(merged.properties), ...objectOf(part.properties) };
    const required = [...listOf(merged.required), ...listOf(part.required)];
    merged = {
      ...merged,
      ...part,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required: [...new Set(required)] }),
    };
  }
  return merged;
}

function opened(schema: unknown, walk: Walk): JsonObject {
  if (!isObject(schema) || walk.size.left-- <= 0) return {};
  if (typeof schema.$ref !== 'string') return mergeAll(schema, walk);
  if (walk.open.includes(schema.$ref)) return {};
  const target = resolve(walk.root, schema.$ref);
  return isObject(target) ? opened(target, { ...walk, open: [...walk.open, schema.$ref] }) : {};
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const types: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object']);

function typesIn(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((each) => (typeof each === 'string' ? [each.toLowerCase()] : []));
}

function typeOf(schema: JsonObject): { readonly type: string | undefined; readonly nullable: boolean } {
  const named = typesIn(schema.type);
  const known = named.filter((each) => types.has(each));
  const nullable = schema.nullable === true || named.includes('null');
  if (known.length > 0) return { type: known.length === 1 ? known[0] : undefined, nullable };
  if (isObject(schema.properties)) return { type: 'object', nullable };
  return { type: schema.items === undefined ? undefined : 'array', nullable };
}

/** `oneOf` and a list of types say what `anyOf` says; a branch that is null is `nullable`. */
function branchesOf(schema: JsonObject, walk: Walk): { readonly schema: JsonObject; readonly nullable: boolean } {
  const stated = Array.isArray(schema.anyOf) ? schema.anyOf : schema.oneOf;
  const named = Array.isArray(schema.type) ? typesIn(schema.type).filter((each) => types.has(each)) : [];
  const branches = Array.isArray(stated) ? stated : named.length > 1 ? named.map((type) => ({ type })) : [];
  const isNull = (branch: unknown): boolean => isObject(branch) && branch.type === 'null';
  const nullable = branches.some(isNull);
  const anyOf = branches.filter((branch) => !isNull(branch)).map((branch) => clean(branch, walk));
  if (anyOf.length === 0) return { schema: {}, nullable };
  return { schema: anyOf.length === 1 ? anyOf[0]! : { anyOf }, nullable };
}

/** Values of an enumeration are text in the subset; any other enumeration says only its type. */
function enumOf(schema: JsonObject): readonly string[] | undefined {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum;
  if (!Array.isArray(values)) return undefined;
  const texts = values.filter((value) => typeof value === 'string' && value !== '');
  return texts.length > 0 && texts.length === values.filter((value) => value !== null).length ? texts : undefined;
}

function membersOf(schema: JsonObject, walk: Walk): JsonObject {
  if (!isObject(schema.properties)) return {};
  const properties = Object.fromEntries(
    Object.entries(schema.properties)
      .filter(([, value]) => value !== false)
      .map(([name, value]) => [name, clean(value, walk)]),
  );
  const required = listOf(schema.required).filter(
    (name) => typeof name === 'string' && Object.hasOwn(properties, name),
  );
  return { properties, ...(required.length > 0 && { required }) };
}

const kept: readonly (readonly [member: string, types: readonly string[] | undefined])[] = [
  ['title', undefined],
  ['description', undefined],
  ['default', undefined],
  ['example', undefined],
  ['minItems', ['array']],
  ['maxItems', ['array']],
  ['minProperties', ['object']],
  ['maxProperties', ['object']],
  ['propertyOrdering', ['object']],
  ['minimum', ['number', 'integer']],
  ['maximum', ['number', 'integer']],
  ['minLength', ['string']],
  ['maxLength', ['string']],
  ['pattern', ['string']],
];

/** Google refuses other formats of text and numbers. */
const formats: ReadonlySet<unknown> = new Set(['date-time', 'enum', 'int32', 'int64', 'float', 'double']);

function keep(schema: JsonObject, type: string | undefined): JsonObject {
  const members = kept.filter(
    ([member, of]) => schema[member] !== undefined && (of === undefined || (type !== undefined && of.includes(type))),
  );
  return {
    ...Object.fromEntries(members.map(([member]) => [member, schema[member]])),
    ...(formats.has(schema.format) && { format: schema.format }),
  };
}
