/**
 * Reads the text of a configuration file (YAML, of which JSON is a part) into plain values that know their line.
 * The parser's own messages are not passed on: they quote the file, and that may hold secrets.
 */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { type ConfigIssue, type ConfigPath, dotted, type Finding } from './issue.ts';
import { jsonFault } from './json-fault.ts';

export interface ConfigDocument {
  /** Plain values; maps hold no key that could reach a prototype. */
  readonly values: unknown;
  /** Gives a finding its place: the line of its key, or of the nearest one above it that the file has. */
  locate(finding: Finding): ConfigIssue;
  /** Dotted paths of everything the file states. */
  readonly stated: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

export type ReadDocument = { readonly document: ConfigDocument } | { readonly errors: readonly ConfigIssue[] };

export function readDocument(source: string, file: string): ReadDocument {
  const text = source.replace(/^\uFEFF/, '');
  const whole = (message: string): ReadDocument => ({ errors: [{ file, line: 1, key: '', message }] });
  if (text.length > TEXT_LENGTH_MAX) return whole(`is larger than ${TEXT_LENGTH_MAX} characters`);
  const places = new LineCounter();
  const yaml = parse(text, places);
  if (yaml === undefined) return whole('is nested too deeply');
  const faults = syntaxFaults(text, file, yaml);
  if (faults.length > 0) {
    return { errors: faults.map(({ offset, message }) => ({ file, key: '', ...place(places, offset), message })) };
  }
  const walk = newWalk(yaml);
  const values = read(yaml.contents, [], walk);
  const locate = (finding: Finding): ConfigIssue => {
    const { path, ...rest } = finding;
    return { file, ...place(places, offsetOf(walk.offsets, path)), key: dotted(path), ...rest };
  };
  return { document: { values, locate, stated: new Set(walk.offsets.keys()), findings: walk.findings } };
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    const yaml = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
    return yaml.errors.some((error) => error.code === 'RESOURCE_EXHAUSTION') ? undefined : yaml;
  } catch (error) {
    // Recursion without end in the parser shows itself in no other way.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

function syntaxFaults(text: string, file: string, yaml: Document.Parsed): Fault[] {
  if (file.toLowerCase().endsWith('.json') && text.trim() !== '') {
    const offset = jsonFault(text);
    const last = text.trimEnd().length - 1;
    if (offset !== undefined && offset > last) return [{ offset: last, message: 'ends before the JSON is complete' }];
    if (offset !== undefined) return [{ offset, message: 'is not JSON from here on' }];
  }
  const faults = [...yaml.errors, ...yaml.warnings].map((error): Fault => {
    return { offset: error.pos[0], message: SENTENCES.get(error.code) ?? 'is not valid YAML' };
  });
  // One slip upsets the parser several times: only the first is sure to be where the hand must go.
  return faults.toSorted((left, right) => left.offset - right.offset).slice(0, 1);
}

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['BAD_INDENT', 'the indentation does not fit, or a bracket is not closed'],
  ['TAB_AS_INDENT', 'a tab is used for indentation: YAML wants spaces'],
  ['MISSING_CHAR', 'a character is missing: a quote, a bracket, a comma or a colon'],
  ['UNEXPECTED_TOKEN', 'something stands here that YAML does not expect'],
  ['MULTILINE_IMPLICIT_KEY', 'a key spans lines: is a colon or a quote missing?'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a value and a map stand on one line: is it wrongly indented, or does it need quotes?'],
  ['MULTIPLE_DOCS', 'a second document starts here: only one is read'],
  ['BAD_ALIAS', 'an alias (*) does not name an anchor: does the text need quotes?'],
  ['TAG_RESOLVE_FAILED', 'tags (!) are not used here: does the text need quotes?'],
  ['BAD_SCALAR_START', 'a value cannot start with this character without quotes'],
  ['BAD_DQ_ESCAPE', 'an unknown escape stands in double quotes: use single quotes to take text as it is'],
]);

interface Walk {
  readonly yaml: Document.Parsed;
  /** Where each dotted path begins. */
  readonly offsets: Map<string, number>;
  readonly findings: Finding[];
  nodes: number;
}

function newWalk(yaml: Document.Parsed): Walk {
  return { yaml, offsets: new Map(), findings: [], nodes: 0 };
}

/** Expands aliases as it goes; the count of nodes bounds what a nest of them can become. */
function read(node: Node | null | undefined, path: ConfigPath, walk: Walk): unknown {
  walk.nodes++;
  if (walk.nodes > NODES_MAX || path.length > DEPTH_MAX) return refuseSize(path, walk);
  if (isAlias(node)) return readAlias(node, path, walk);
  if (isMap(node)) return readMap(node.items as readonly Member[], path, walk);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const itemPath = [...path, index];
      mark(walk, itemPath, offset(item) ?? offsetOf(walk.offsets, path));
      return read(item as Node, itemPath, walk);
    });
  }
  return isScalar(node) ? node.value : null;
}

interface Member {
  readonly key: Node;
  readonly value: Node | null;
}

function readMap(members: readonly Member[], path: ConfigPath, walk: Walk): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, value } of members) {
    const name = isScalar(key) ? nameOf(key.value, key.source) : undefined;
    const memberPath = [...path, name ?? '?'];
    const finding = memberFault(name, values);
    if (finding !== undefined || !walk.offsets.has(dotted(memberPath))) mark(walk, memberPath, offset(key));
    if (finding !== undefined || name === undefined)
      walk.findings.push({ path: memberPath, message: finding ?? 'is no name' });
    else values[name] = read(value, memberPath, walk);
  }
  return values;
}

function memberFault(name: string | undefined, values: Readonly<Record<string, unknown>>): string | undefined {
  if (name === undefined) return 'a key must be a plain name';
  if (FORBIDDEN_NAMES.includes(name)) return 'this name is never allowed as a key';
  return Object.hasOwn(values, name) ? 'is stated twice in the same map' : undefined;
}

function nameOf(value: unknown, source: string | undefined): string | undefined {
  if (typeof value === 'string') return value;
  // 429 without quotes is a number for YAML.
  return typeof value === 'number' ? (source ?? String(value)) : undefined;
}

function readAlias(alias: Alias, path: ConfigPath, walk: Walk): unknown {
  const node = alias.resolve(walk.yaml);
  if (node !== undefined) return read(node, path, walk);
  walk.findings.push({ path, message: SENTENCES.get('BAD_ALIAS') ?? '' });
  return undefined;
}

function refuseSize(path: ConfigPath, walk: Walk): undefined {
  const said = walk.findings.some((finding) => finding.message === SIZE_MESSAGE);
  if (!said) walk.findings.push({ path, message: SIZE_MESSAGE });
  return undefined;
}

function mark(walk: Walk, path: ConfigPath, at: number | undefined): void {
  if (at !== undefined) walk.offsets.set(dotted(path), at);
}

function offset(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) ? range[0] : undefined;
}

function offsetOf(offsets: ReadonlyMap<string, number>, path: ConfigPath): number {
  for (let length = path.length; length > 0; length--) {
    const at = offsets.get(dotted(path.slice(0, length)));
    if (at !== undefined) return at;
  }
  return 0;
}

function place(places: LineCounter, at: number): { line: number; column: number } {
  const { line, col } = places.linePos(at);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

const FORBIDDEN_NAMES = ['__proto__', 'constructor', 'prototype'];
const SIZE_MESSAGE = 'the file becomes too large or too deeply nested here (aliases count each time they are used)';
const TEXT_LENGTH_MAX = 1_048_576;
const NODES_MAX = 20_000;
const DEPTH_MAX = 16;
