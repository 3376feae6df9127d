/** Members of a Gemini request in either spelling: Google takes `functionCall` and `function_call` alike. */

import { isObject, type JsonObject } from './shapes.ts';

/** `name` in camel case. */
export function member(object: JsonObject, name: string): unknown {
  return object[name] ?? object[snake(name)];
}

export function objectMember(object: JsonObject, name: string): JsonObject | undefined {
  const value = member(object, name);
  return isObject(value) ? value : undefined;
}

export function textMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}

/** Google takes a single object where a list is meant. */
export function listMember(object: JsonObject, name: string): readonly JsonObject[] {
  const value = member(object, name);
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** All members but these, in the camel spelling where they are known by it. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  const left = new Set(names.flatMap((name) => [name, snake(name)]));
  return Object.fromEntries(Object.entries(object).filter(([name, value]) => !left.has(name) && value !== null));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
