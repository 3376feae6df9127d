/**
 * From the text of a configuration file to `Config`, or to every error in it at once. A file with one error is refused whole.
 * The environment and the command line are not read here: see `overrides.ts`.
 */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Config } from '../model/config.ts';
import { checkValues } from './checks.ts';
import { type ConfigDocument, readDocument } from './document.ts';
import { type ConfigIssue, type ConfigPath, dotted, type Finding } from './issue.ts';
import { nearest } from './nearest.ts';
import { fileSchema, toConfig } from './schema.ts';

export interface GoodConfig {
  readonly config: Config;
  readonly warnings: readonly ConfigIssue[];
  /** Dotted paths of everything the file states, to tell a file's value from a default. */
  readonly stated: ReadonlySet<string>;
}
export interface BadConfig {
  readonly errors: readonly ConfigIssue[];
  /** True when the file could not be read at all. */
  readonly unreadable?: true;
}

export function parseConfig(text: string, file: string): GoodConfig | BadConfig {
  const reading = readDocument(text, file);
  if ('errors' in reading) return reading;
  const { document } = reading;
  const parsed = fileSchema.safeParse(document.values);
  const findings = [...document.findings, ...(parsed.success ? [] : parsed.error.issues.flatMap(explain))];
  const checked = parsed.success ? checkValues(parsed.data) : { errors: [], warnings: [] };
  const errors = inOrder([...findings, ...checked.errors], document);
  if (errors.length > 0 || !parsed.success) return { errors };
  return { config: toConfig(parsed.data), warnings: inOrder(checked.warnings, document), stated: document.stated };
}

/** Throws with `code: 'ENOENT'` when there is no such file, as `readFileSync` does. */
export type ReadFile = (path: string) => string;

export const readConfigFile: ReadFile = (path) => readFileSync(path, 'utf8');

/**
 * `file` was named by the user and must exist; `fallback` is where a file may be.
 * The result says which file was read; none = everything is at its default.
 */
export function loadConfig(
  file: string | undefined,
  readFile: ReadFile,
  fallback?: string,
): (GoodConfig & { readonly file?: string }) | BadConfig {
  const path = file ?? fallback;
  const nothing = { config: defaultConfig(), warnings: [], stated: new Set<string>() };
  if (path === undefined) return nothing;
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' && file === undefined) return nothing;
    return { errors: [{ file: path, line: 0, key: '', message: unreadable(code) }], unreadable: true };
  }
  const result = parseConfig(text, path);
  return 'errors' in result ? result : { ...result, file: path };
}

export function defaultConfig(): Config {
  return toConfig(fileSchema.parse({}));
}

function unreadable(code: string): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  return code === 'EISDIR' ? 'is a directory, not a file' : `cannot be read (${code})`;
}

function inOrder(findings: readonly Finding[], document: ConfigDocument): ConfigIssue[] {
  const issues = findings.map((finding) => document.locate(finding));
  return issues.toSorted((left, right) => left.line - right.line || (left.column ?? 0) - (right.column ?? 0));
}

/** Our words for what the schema refused. */
export function explain(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'custom') {
    const suggestion = issue.params?.suggestion;
    return [{ path, message: issue.message, ...(typeof suggestion === 'string' ? { suggestion } : {}) }];
  }
  if (issue.code === 'invalid_type')
    return [{ path, message: `expected ${issue.expected === 'array' ? 'a list' : 'a map'}` }];
  return [{ path, message: issue.message }];
}

/** A key that is known elsewhere is named by its place; else the nearest of its neighbours is. */
function unknownKey(path: ConfigPath, key: string): Finding {
  const neighbours = keysAt(path);
  const near = nearest(key, neighbours, MISSPELT_DISTANCE_MAX);
  const suggestion = near ?? elsewhere(key) ?? nearest(key, neighbours);
  const message = `is not a known key; known here: ${neighbours.join(', ')}`;
  return { path: [...path, key], message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function keysAt(path: ConfigPath): string[] {
  let schema: z.core.$ZodType | undefined = fileSchema;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject) schema = (inner.shape as Record<string, z.core.$ZodType>)[String(step)];
    else schema = undefined;
  }
  const end = unwrap(schema);
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

function elsewhere(key: string): string | undefined {
  for (const sectionName of ['', ...keysAt([])]) {
    const path: ConfigPath = sectionName === '' ? [] : [sectionName];
    if (keysAt(path).includes(key)) return dotted([...path, key]);
  }
  return undefined;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return unwrap(schema.def.innerType);
  return schema instanceof z.ZodPipe ? unwrap(schema.def.out) : schema;
}

const MISSPELT_DISTANCE_MAX = 1;
