/** Reads the project's source files and their syntax trees for the tidy rules. Never runs what it reads. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly program: SyntaxNode;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly reexport: boolean;
  readonly start: number;
}

export interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly mend: string;
}

const roots = ['src', 'test', 'bench', 'web/src'];
const skipped = new Set(['node_modules', 'dist', 'results']);

export function readSources(project: string): SourceFile[] {
  const paths = roots.flatMap((root) => listFiles(project, root)).filter((path) => /\.[mc]?tsx?$/.test(path));
  return paths.map((path) => parseSource(path, readFileSync(join(project, path), 'utf8')));
}

export function listFiles(project: string, directory: string): string[] {
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(join(project, directory), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => !skipped.has(entry.name))
    .flatMap((entry) => {
      const path = posix.join(directory, entry.name);
      return entry.isDirectory() ? listFiles(project, path) : [path];
    });
}

export function parseSource(path: string, text: string): SourceFile {
  const lang = path.endsWith('x') ? 'tsx' : 'ts';
  let program: SyntaxNode;
  try {
    program = parseAst(text, { lang, sourceType: 'module' }) as unknown as SyntaxNode;
  } catch (error) {
    throw new Error(`${path} does not parse: ${error instanceof Error ? error.message : String(error)}`);
  }
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, text, lines, program, imports: importsOf(program) };
}

export function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** Tests and what only they use; none of it ships. */
export function isTest(path: string): boolean {
  return /\.(test|testing)\.tsx?$/.test(path) || !path.startsWith('src/');
}

/** Every node with its parents, nearest last. Return false to leave a subtree out. */
export function visit(
  node: SyntaxNode,
  see: (node: SyntaxNode, parents: readonly SyntaxNode[]) => boolean | undefined,
  parents: readonly SyntaxNode[] = [],
): void {
  if (see(node, parents) === false) return;
  const inside = [...parents, node];
  for (const child of childrenOf(node)) visit(child, see, inside);
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flat().filter(isNode);
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** `a.b` of a member access or the name of an identifier; undefined for anything else. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return String(node.name);
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'MemberExpression') {
    const [object, property] = [nameOf(node.object), nameOf(node.property)];
    return object === undefined || property === undefined ? undefined : `${object}.${property}`;
  }
  return undefined;
}

function importsOf(program: SyntaxNode): Import[] {
  const imports: Import[] = [];
  visit(program, (node) => {
    const source = node.source;
    if (!isNode(source) || typeof source.value !== 'string') return undefined;
    if (!/^(Import|Export(Named|All))Declaration$|^ImportExpression$/.test(node.type)) return undefined;
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type';
    imports.push({ from: source.value, typeOnly, reexport: node.type.startsWith('Export'), start: node.start });
    return undefined;
  });
  return imports;
}
