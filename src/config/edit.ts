/**
 * Changes single keys of a configuration's text and leaves everything else as its author wrote it. YAML is changed in place where that is
 * safe; elsewhere the document is written again, with its comments and its order. JSON is written again with its own indentation. Pure: whether the result is
 * a good configuration is for the caller to ask, and nothing here reads or writes a file.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { editInPlace, pairOf, writeFlow } from './edit-in-place.ts';

export interface Edit {
  readonly key: string;
  /** YAML, as it would stand in the file; null takes the key out. */
  readonly value: string | null;
  /** What is no text for YAML (`true`, `12`, nothing) is taken as the text it looks like. */
  readonly isText: boolean;
}
export type Edited = { readonly text: string } | { readonly key: string; readonly fault: string };

/** The result of the first edit that fails, or of all of them. */
export function editConfig(text: string, file: string, edits: readonly Edit[]): Edited {
  const isJson = file.toLowerCase().endsWith('.json');
  let current = text;
  for (const edit of edits) {
    const leaf = edit.value === null ? undefined : readLeaf(edit);
    if (leaf !== undefined && 'fault' in leaf) return { key: edit.key, fault: leaf.fault };
    const next = isJson ? editJsonText(current, edit.key, leaf?.node) : editYaml(current, edit.key, leaf?.node);
    if ('fault' in next) return { key: edit.key, fault: next.fault };
    current = next.text;
  }
  return { text: current };
}

// ---------------------------------------------------------------- values

type Leaf = { readonly node: Node } | { readonly fault: string };

function readLeaf({ value, isText }: Edit): Leaf {
  const source = value ?? '';
  const parsed = parsedOrFault(source);
  if (
    isText &&
    (!('yaml' in parsed) || !isScalar(parsed.yaml.contents) || typeof parsed.yaml.contents.value !== 'string')
  )
    return { node: new Scalar(source.trim()) };
  if ('fault' in parsed) return parsed;
  const { contents } = parsed.yaml;
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { fault: 'is empty: to go back to the default, take the key out' };
  let isStrange = false;
  visit(contents, {
    Node(_key, node) {
      // Another file of the same values could not be told from it by reading.
      if (isAlias(node) || (!isAlias(node) && (node.anchor !== undefined || node.tag !== undefined))) isStrange = true;
    },
  });
  if (isStrange) return { fault: 'anchors (&), aliases (*) and tags (!) are not taken here' };
  return { node: isScalar(contents) ? new Scalar(contents.value) : contents };
}

function parsedOrFault(text: string): { readonly yaml: Document.Parsed } | { readonly fault: string } {
  try {
    const yaml = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
    return yaml.errors.length + yaml.warnings.length > 0 ? { fault: 'is not valid YAML' } : { yaml };
  } catch (error) {
    // Recursion without end in the parser shows itself in no other way.
    if (error instanceof RangeError) return { fault: 'is nested too deeply' };
    throw error;
  }
}

// ---------------------------------------------------------------- YAML

type Next = { readonly text: string } | { readonly fault: string };

function editYaml(text: string, key: string, leaf: Node | undefined): Next {
  const parsed = parsedOrFault(text);
  if ('fault' in parsed) return { fault: 'the file cannot be changed: it is not valid YAML' };
  const { yaml } = parsed;
  const place = key.split('.');
  const path = leaf === undefined ? withEmptied(yaml, place) : place;
  const quick = editInPlace(text, yaml, path, leaf);
  const isChanged = leaf === undefined ? remove(yaml, path) : put(yaml, path, leaf);
  if (!isChanged) return { fault: 'stands where the file has an alias or no map: change it in the file' };
  if (quick !== undefined && hasValues(quick, yaml.toJS())) return { text: quick };
  const flowCollectionPadding = /[[{] /.test(text);
  return { text: yaml.toString({ lineWidth: 0, flowCollectionPadding }) };
}

function hasValues(text: string, values: unknown): boolean {
  const parsed = parsedOrFault(text);
  // Nothing at all and an empty map are the same configuration.
  return 'yaml' in parsed && isDeepStrictEqual(parsed.yaml.toJS() ?? {}, values ?? {});
}

/** A section that would be left empty goes with its last key. */
function withEmptied(yaml: Document.Parsed, path: readonly string[]): readonly string[] {
  const maps: YAMLMap[] = [];
  for (let map: unknown = yaml.contents, at = 0; isMap(map) && at < path.length; at += 1) {
    maps.push(map);
    map = pairOf(map, path[at] ?? '')?.value;
  }
  let length = path.length;
  const isLast = (map: YAMLMap | undefined, step = ''): boolean =>
    map?.items.length === 1 && pairOf(map, step) !== undefined;
  while (length > 1 && isLast(maps[length - 1], path[length - 1])) length -= 1;
  return path.slice(0, length);
}

function remove(yaml: Document.Parsed, path: readonly string[]): boolean {
  let map: unknown = yaml.contents;
  for (const step of path.slice(0, -1)) map = isMap(map) ? pairOf(map, step)?.value : undefined;
  if (isAlias(map)) return false;
  if (!isMap(map)) return true;
  const pair = pairOf(map, path.at(-1) ?? '');
  if (pair !== undefined) map.items.splice(map.items.indexOf(pair), 1);
  return true;
}

function put(yaml: Document.Parsed, path: readonly string[], leaf: Node): boolean {
  if (isEmpty(yaml.contents)) (yaml as Document).contents = yaml.createNode({}) as never;
  let map: unknown = yaml.contents;
  for (const [at, step] of path.entries()) {
    if (!isMap(map)) return false;
    const pair: Pair | undefined = pairOf(map, step);
    if (at === path.length - 1) putLeaf(map, step, pair, leaf);
    else if (pair === undefined) map.items.push(new Pair(new Scalar(step), yaml.createNode({})));
    else if (isEmpty(pair.value)) pair.value = yaml.createNode({});
    map = pairOf(map, step)?.value;
  }
  return true;
}

function putLeaf(map: YAMLMap, step: string, pair: Pair | undefined, leaf: Node): void {
  if (pair === undefined) map.items.push(new Pair(new Scalar(step), leaf));
  else if (isScalar(pair.value) && isScalar(leaf)) pair.value.value = leaf.value;
  else {
    const comment = isNode(pair.value) ? pair.value.comment : undefined;
    if (comment && !leaf.comment && isCollection(leaf) && leaf.flow) leaf.comment = comment;
    pair.value = leaf;
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

// ---------------------------------------------------------------- JSON

function editJsonText(text: string, key: string, leaf: Node | undefined): Next {
  let values: unknown;
  try {
    values = text.trim() === '' ? {} : JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { fault: 'the file cannot be changed: it is not valid JSON' };
  }
  const changed = withKey(values, key.split('.'), leaf === undefined ? undefined : plain(leaf));
  if (changed === undefined) return { fault: 'stands where the file has no map: change it in the file' };
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.trim().includes('\n') || text.trim() === '' ? 2 : 0);
  const end = text === '' || text.endsWith('\n') ? '\n' : '';
  return { text: `${JSON.stringify(changed, null, indent)}${end}` };
}

function plain(leaf: Node): unknown {
  return parseDocument(writeFlow(leaf)).toJS();
}

/** Empty maps go with their last key. Undefined where there is no place for it. */
function withKey(values: unknown, [step, ...rest]: readonly string[], leaf: unknown): object | undefined {
  if (step === undefined || typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  const entries = Object.entries(values);
  const old = entries.find(([name]) => name === step)?.[1];
  if (leaf === undefined && old === undefined) return values;
  const inner = rest.length === 0 ? leaf : withKey(old ?? {}, rest, leaf);
  if (inner === undefined && rest.length > 0) return undefined;
  const isGone = inner === undefined || (leaf === undefined && Object.keys(inner as object).length === 0);
  const kept = entries.flatMap(([name, value]) => (name !== step ? [[name, value]] : isGone ? [] : [[name, inner]]));
  return Object.fromEntries(old === undefined && !isGone ? [...kept, [step, inner]] : kept);
}
