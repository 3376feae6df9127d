/**
 * The small way to change YAML: cut out the one value or line and put another there, so that every other byte stays. It may be wrong about a place, so its
 * result must only be taken when it reads as the values that were wanted. Pure.
 */

import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
  Document as YamlDocument,
} from 'yaml';

/** Undefined where only writing the document again can do it. */
export function editInPlace(
  text: string,
  yaml: Document.Parsed,
  path: readonly string[],
  leaf: Node | undefined,
): string | undefined {
  let map: unknown = yaml.contents;
  if (map === null && leaf !== undefined) return withLines(text, text.length, rendered(path, leaf), '');
  for (const [at, step] of path.entries()) {
    if (!isMap(map)) return undefined;
    const pair = pairOf(map, step);
    if (pair === undefined) return leaf === undefined ? text : inserted(text, map, path.slice(at), leaf);
    if (at === path.length - 1) return leaf === undefined ? removed(text, map, pair) : replaced(text, map, pair, leaf);
    map = pair.value;
  }
  return undefined;
}

/** A value in one line, as it would be written in the file. */
export function writeFlow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

/** 429 without quotes is a number for YAML, and the same key. */
export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function replaced(text: string, map: YAMLMap, pair: Pair, leaf: Node): string | undefined {
  const node = pair.value;
  if (!(isScalar(node) || isCollection(node)) || node.anchor !== undefined || !node.range) return undefined;
  const isLine = isScalar(node) ? node.type?.startsWith('BLOCK') !== true : node.flow === true;
  const [start, end] = node.range;
  if (isLine && start !== end && (isScalar(leaf) || isFlow(leaf))) {
    return text.slice(0, start) + writeFlow(leaf) + text.slice(end);
  }
  const indent = indentOf(text, pair);
  if (map.flow === true || indent === undefined) return undefined;
  const rest = text.slice(lineEnd(text, endOf(text, pair)));
  const before = text.slice(0, startOf(pair) - indent.length);
  return withLines(before + rest, before.length, rendered([nameOf(pair)], leaf), indent);
}

function inserted(text: string, map: YAMLMap, path: readonly string[], leaf: Node): string | undefined {
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (map.flow === true) return insertedInFlow(text, map, path, leaf);
  const indent = first === undefined ? undefined : indentOf(text, first);
  if (indent === undefined || last === undefined) return undefined;
  return withLines(text, lineEnd(text, endOf(text, last)), rendered(path, leaf), indent);
}

function insertedInFlow(text: string, map: YAMLMap, path: readonly string[], leaf: Node): string | undefined {
  const last = map.items.at(-1);
  const nested = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), leaf);
  const [start, end] = map.range ?? [0, 0];
  if (start === end) return undefined;
  if (last === undefined) return text.slice(0, start) + writeFlow(nested) + text.slice(end);
  const at = endOf(text, last);
  return `${text.slice(0, at)}, ${writeFlow(nested).slice(1, -1)}${text.slice(at)}`;
}

function removed(text: string, map: YAMLMap, pair: Pair): string | undefined {
  const indent = indentOf(text, pair);
  if (map.flow === true || indent === undefined) return undefined;
  const start = startOf(pair) - indent.length;
  const end = lineEnd(text, endOf(text, pair));
  return text.slice(0, start) + text.slice(Math.min(end + 1, text.length));
}

function rendered(path: readonly string[], leaf: Node): string {
  const document = new YamlDocument({});
  document.setIn(path, leaf);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function withLines(text: string, at: number, lines: string, indent: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = lines
    .split('\n')
    .map((line) => `${indent}${line}`)
    .join(eol);
  const before = at === 0 || text[at - 1] === '\n' ? '' : eol;
  // What follows begins with the end of the line before it, if there is anything.
  return `${text.slice(0, at)}${before}${block}${at === text.length ? eol : ''}${text.slice(at)}`;
}

/** Undefined when the key does not begin its line. */
function indentOf(text: string, pair: Pair): string | undefined {
  const start = startOf(pair);
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return /^ *$/.test(before) ? before : undefined;
}

function isFlow(leaf: Node): boolean {
  return isCollection(leaf) && leaf.flow === true;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function startOf({ key }: Pair): number {
  return (isScalar(key) && key.range?.[0]) || 0;
}

function endOf(text: string, { key, value }: Pair): number {
  const node = (isScalar(value) || isCollection(value)) && value.range ? value : (key as Node);
  let end = node.range?.[1] ?? 0;
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end;
}

/** The end of the line before a carriage return, if it has one. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}
