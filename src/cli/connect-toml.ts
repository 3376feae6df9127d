/**
 * Sets single keys in a TOML text and leaves every other byte as it was. A text that is no TOML is refused, and so are forms
 * that cannot be added to without rewriting what a person wrote.
 */

import type { EditedText } from './connect-clients.ts';
import { readTomlText, type TomlPair, type TomlStatement, TomlTextError, tomlString } from './connect-toml-read.ts';

export interface TomlSetting {
  /** Empty = the root. */
  readonly table: readonly string[];
  readonly key: string;
  readonly value: string;
}

/** `remark` is the comment above a table that is added. */
export function setToml(text: string, settings: readonly TomlSetting[], remark: string): EditedText {
  let edited = text;
  try {
    // The root last: its keys go above the tables, and the lines that errors name must be the person's own.
    for (const setting of settings.toSorted((left, right) => right.table.length - left.table.length))
      edited = setOne(edited, setting, remark);
    return { text: edited };
  } catch (error) {
    if (error instanceof TomlTextError) return { fault: error.message };
    throw error;
  }
}

/** The string at a path from the root; undefined where there is none or the text is no TOML. */
export function tomlStringAt(text: string, path: readonly string[]): string | undefined {
  try {
    const pair = pairAt(readTomlText(text), path);
    return pair && tomlString(text.slice(pair.valueStart, pair.valueEnd));
  } catch {
    return undefined;
  }
}

function setOne(text: string, { table, key, value }: TomlSetting, remark: string): string {
  const statements = readTomlText(text);
  const path = [...table, key];
  const pair = pairAt(statements, path);
  if (pair !== undefined) {
    if (tomlString(text.slice(pair.valueStart, pair.valueEnd)) === value) return text;
    return text.slice(0, pair.valueStart) + quoted(value) + text.slice(pair.valueEnd);
  }
  refuseClosedForms(statements, table, path);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const line = `${key} = ${quoted(value)}`;
  const section = sectionOf(statements, table);
  if (section === undefined) return append(text, [`# ${remark}`, `[${table.map(word).join('.')}]`, line], eol);
  if (section.end !== undefined) return text.slice(0, section.end) + eol + line + text.slice(section.end);
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const gap = statements.length === 0 && text.length === start ? '' : eol;
  return text.slice(0, start) + line + eol + gap + text.slice(start);
}

function pairAt(statements: readonly TomlStatement[], path: readonly string[]): TomlPair | undefined {
  return statements.find((each): each is TomlPair => each.kind === 'pair' && !each.inList && same(each.path, path));
}

/** A list of tables, an inline table or dotted keys where a table of ours would stand. */
function refuseClosedForms(
  statements: readonly TomlStatement[],
  table: readonly string[],
  path: readonly string[],
): void {
  for (const each of statements) {
    const inside = each.kind === 'pair' && each.inList;
    const named = `[${path.slice(0, each.path.length).map(word).join('.')}]`;
    if (!inside && each.kind !== 'table' && startsWith(path, each.path))
      throw new TomlTextError(`line ${each.line}: this has to be a ${named} table before it can be added to`);
    if (each.kind !== 'pair' && startsWith(each.path, path))
      throw new TomlTextError(`line ${each.line}: a table stands where ${path.map(word).join('.')} has to be text`);
    const dotted = each.kind === 'pair' && each.headerWords < table.length && startsWith(each.path, table);
    if (table.length > 0 && !inside && dotted)
      throw new TomlTextError(
        `line ${each.line}: these dotted keys have to be a [${table.map(word).join('.')}] table before it can be added to`,
      );
  }
}

/** Where the last pair under a header ends. The root needs no header; without a pair there is no such place in it. */
function sectionOf(statements: readonly TomlStatement[], table: readonly string[]): { end?: number } | undefined {
  const from = statements.findIndex((each) => each.kind === 'table' && same(each.path, table));
  if (from < 0 && table.length > 0) return undefined;
  const until = statements.findIndex((each, index) => index > from && each.kind !== 'pair');
  const last = statements.slice(Math.max(from, 0), until < 0 ? undefined : until).at(-1);
  return last === undefined ? {} : { end: last.end };
}

function append(text: string, lines: readonly string[], eol: string): string {
  const ends = text === '' || text === '\uFEFF' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return text + ends + lines.join(eol) + eol;
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && startsWith(left, right);
}
function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((name, index) => path[index] === name);
}

function word(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : quoted(name);
}

/** For text without control characters a JSON string is a TOML string. */
function quoted(value: string): string {
  return JSON.stringify(value);
}
