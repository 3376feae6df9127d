/** The import table of the house as data, and the rules about who may import whom. */

import { posix } from 'node:path';
import { type Finding, isTest, lineOf, type SourceFile } from './source.ts';

/** What each room may import when the program runs, besides its own files and npm packages. */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  model: [],
  config: ['model'],
  protocols: ['model'],
  routing: ['model'],
  signatures: ['model'],
  accounts: ['model'],
  upstreams: ['model', 'protocols'],
  healing: ['model'],
  storage: ['model'],
  monitor: ['model'],
  telemetry: ['model'],
  server: ['model', 'protocols', 'healing'],
  lab: ['model', 'protocols'],
  cli: ['main', 'config', 'lab', 'model'],
  main: [
    'model',
    'config',
    'protocols',
    'routing',
    'signatures',
    'accounts',
    'upstreams',
    'healing',
    'storage',
    'monitor',
    'telemetry',
    'server',
    'lab',
    'cli',
  ],
};

/** What the page may take from `src/` when it runs: the words that it shares with the API. All else there is for Node, or would bring the gateway into a browser. */
const pageMayImport: readonly string[] = ['src/monitor/rows.ts', 'src/monitor/views.ts'];

/** Files straight under `src/` build the program or are its real World: they are the room `main`. */
export function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] !== 'src') return parts[0] ?? '';
  return parts.length === 2 ? 'main' : (parts[1] ?? '');
}

export function importRules(file: SourceFile): Finding[] {
  if (!file.path.startsWith('src/')) return [];
  const room = roomOf(file.path);
  const allowed = importTable[room];
  const found = (line: number, what: string, mend: string): Finding => ({
    rule: 'imports',
    file: file.path,
    line,
    what,
    mend,
  });
  if (allowed === undefined) {
    return [found(1, `room "${room}" is not in the import table`, 'add a row to test/tidy/rooms.ts and docs/STYLE.md')];
  }
  return file.imports.flatMap((each) => {
    const line = lineOf(file, each.start);
    if (!each.from.startsWith('.')) {
      if (room !== 'model' || isTest(file.path)) return [];
      return [found(line, `model imports ${each.from}`, 'model holds words only: take what is needed as an argument')];
    }
    const target = targetOf(file, each.from);
    const other = roomOf(target);
    if (!/\.(ts|tsx|json)$/.test(each.from)) {
      return [found(line, `${each.from} does not end in .ts`, 'write the extension of the file that is there')];
    }
    if (isTest(file.path)) return [];
    if (isTest(target))
      return [found(line, `what ships imports ${target}`, 'only tests may import what does not ship')];
    if (other === room) return [];
    if (each.typeOnly && room !== 'model') return [];
    if (allowed.includes(other) && !each.typeOnly) return [];
    const mend = `${room} may import ${allowed.join(', ') || 'nothing'}: use a port of src/model/ and \`import type\``;
    return [found(line, `${room} imports ${other} (${target}) at run time`, mend)];
  });
}

/** The page is a program of its own: it shares words with the gateway, never code. */
export function pageRules(file: SourceFile): Finding[] {
  if (!file.path.startsWith('web/') || /\.(test|testing)\.tsx?$/.test(file.path)) return [];
  return file.imports.flatMap((each) => {
    const target = each.from.startsWith('.') ? targetOf(file, each.from) : '';
    const isOutside = target !== '' && !target.startsWith('web/');
    if (!isOutside || each.typeOnly || pageMayImport.includes(target)) return [];
    const mend = `the page may import ${pageMayImport.join(', ')}, and types: ask the admin API for the rest`;
    return [
      { rule: 'imports', file: file.path, line: lineOf(file, each.start), what: `the page imports ${target}`, mend },
    ];
  });
}

/** Cycles of run-time imports between files; each is told once. */
export function cycleRules(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  const walk = (file: SourceFile, trail: readonly string[]): void => {
    if (done.has(file.path)) return;
    for (const each of file.imports) {
      const target = each.typeOnly || !each.from.startsWith('.') ? undefined : byPath.get(targetOf(file, each.from));
      if (target === undefined) continue;
      const way = [...trail, file.path];
      const from = way.indexOf(target.path);
      if (from === -1) {
        walk(target, way);
        continue;
      }
      const what = `import cycle: ${[...way.slice(from), target.path].join(' -> ')}`;
      const mend = 'move what both need into a third file, or hand it in as an argument';
      findings.push({ rule: 'cycles', file: file.path, line: lineOf(file, each.start), what, mend });
    }
    done.add(file.path);
  };
  for (const file of files) walk(file, []);
  return findings;
}

/** Everything that ships is installed with it: no dev dependency and no dependency of a dependency. */
export function packageRules(file: SourceFile, dependencies: readonly string[]): Finding[] {
  if (isTest(file.path)) return [];
  return file.imports.flatMap((each) => {
    const name = /^(@[^/]+\/[^/]+|[^./][^/]*)/.exec(each.from)?.[0];
    if (each.typeOnly || name === undefined || name.startsWith('node:') || dependencies.includes(name)) return [];
    const what = `${name} is not in dependencies`;
    const mend = 'list it in package.json with its exact version, or write node: before a module of Node';
    return [{ rule: 'packages', file: file.path, line: lineOf(file, each.start), what, mend }];
  });
}

function targetOf(file: SourceFile, from: string): string {
  return posix.normalize(posix.join(posix.dirname(file.path), from));
}
