/**
 * Sets single values in a JSON text and leaves every other byte as it was: comments, order, indentation, line ends.
 * A text that its reader would refuse is refused here too, with the line and without a word of its content.
 */

import type { EditedText } from './connect-clients.ts';
import { type JsonNode, type JsonObject, JsonTextError, lineOf, readJsonText } from './connect-json-read.ts';

export interface JsonSetting {
  readonly path: readonly string[];
  readonly value: string | Readonly<Record<string, unknown>>;
  /** Only when there is nothing at this path yet. */
  readonly ifAbsent?: true;
}

/** `comments`: whether the client reads comments and trailing commas. */
export function setJson(
  text: string,
  settings: readonly JsonSetting[],
  given: { readonly comments: boolean },
): EditedText {
  let edited = text.trim() === '' ? '{}\n' : text;
  try {
    for (const setting of settings) edited = setOne(edited, setting, given.comments);
    return { text: edited };
  } catch (error) {
    if (error instanceof JsonTextError) return { fault: error.message };
    throw error;
  }
}

/** The text at a path, for clients whose settings depend on what is there. */
export function jsonStringAt(text: string, path: readonly string[]): string | undefined {
  try {
    let node: JsonNode | undefined = text.trim() === '' ? undefined : readJsonText(text, true);
    for (const name of path) node = node?.kind === 'object' ? memberOf(node, name) : undefined;
    return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  } catch {
    return undefined;
  }
}

function setOne(text: string, { path, value, ifAbsent }: JsonSetting, comments: boolean): string {
  let node: JsonNode = readJsonText(text, comments);
  for (const [depth, name] of path.entries()) {
    if (node.kind !== 'object') {
      const named = depth === 0 ? 'the file' : `"${path.slice(0, depth).join('.')}"`;
      throw new JsonTextError(`line ${lineOf(text, node.start)}: ${named} is not a JSON object`);
    }
    const member = memberOf(node, name);
    if (member === undefined) return addMember(text, node, name, nested(path.slice(depth + 1), value));
    node = member;
  }
  if (ifAbsent === true || (node.kind === 'scalar' && node.value === value)) return text;
  return splice(text, node.start, node.end, JSON.stringify(value));
}

/** Of a name that stands twice, readers take the last. */
function memberOf(object: JsonObject, name: string): JsonNode | undefined {
  return object.members.findLast((member) => member.name === name)?.value;
}

function nested(path: readonly string[], value: JsonSetting['value']): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

function addMember(text: string, object: JsonObject, name: string, value: unknown): string {
  const last = object.members.at(-1);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const outer = indentAt(text, object.start);
  if (last !== undefined && !text.slice(object.start, last.start).includes('\n')) {
    const comma = object.trailingComma === undefined ? ',' : '';
    const at = object.trailingComma ?? last.value.end;
    return splice(text, at, at, `${comma} ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  }
  const unit = indentUnit(text);
  const inner = last === undefined ? outer + unit : indentAt(text, last.start);
  const shown = JSON.stringify(value, null, unit).replaceAll('\n', eol + inner);
  const member = `${eol}${inner}${JSON.stringify(name)}: ${shown}`;
  if (last === undefined) {
    const at = object.lastCommentEnd ?? object.start + 1;
    const closes = text.slice(at, object.end - 1);
    return splice(text, at, object.end - 1, member + (closes.includes('\n') ? closes : eol + outer));
  }
  // A comment behind the last member, on its line, stays with it: the new member goes below.
  const comma = object.trailingComma === undefined ? ',' : '';
  const at = lineCommentEnd(text, object.trailingComma ?? last.value.end);
  return splice(splice(text, at, at, member), last.value.end, last.value.end, comma);
}

function lineCommentEnd(text: string, from: number): number {
  return from + (/^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/)/.exec(text.slice(from))?.[0].length ?? 0);
}

function indentAt(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? '';
}

function indentUnit(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}
