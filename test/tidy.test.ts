/** The rules of the house, checked on every file, each with a broken sample that it must catch. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockRules, manifestRules, shippedPackages } from './tidy/manifest.ts';
import { cycleRules, importRules, importTable, packageRules, pageRules, roomOf } from './tidy/rooms.ts';
import { fileLinesMax, fileRules, functionLinesMax, workplaceWords } from './tidy/rules.ts';
import { type Finding, listFiles, parseSource, readSources } from './tidy/source.ts';

const project = join(import.meta.dirname, '..');
const manifest = readFileSync(join(project, 'package.json'), 'utf8');
const shipped = shippedPackages(manifest);
const sources = readSources(project);

function shown(findings: readonly Finding[]): string[] {
  return findings.map((each) => `${each.file}:${each.line}: ${each.rule}: ${each.what} (mend: ${each.mend})`);
}

describe('the house', () => {
  test('rooms import only what their row of the table allows', () => {
    expect(shown(sources.flatMap(importRules))).toEqual([]);
  });
  test('the page shares words with the gateway, and no code', () => {
    expect(shown(sources.flatMap(pageRules))).toEqual([]);
    expect(sources.filter(({ path }) => path.startsWith('web/')).length).toBeGreaterThan(40);
  });
  test('no file imports itself by a detour', () => {
    expect(shown(cycleRules(sources))).toEqual([]);
  });
  test('what ships uses only packages that are installed with it', () => {
    expect(shown(sources.flatMap((file) => packageRules(file, shipped)))).toEqual([]);
  });
  test('every file keeps to the sizes, names, words and sources of surprise', () => {
    expect(shown(sources.flatMap(fileRules))).toEqual([]);
  });
  test('documents do not speak of the place where they were made', () => {
    const documents = [...listFiles(project, 'docs'), 'README.md'].filter((path) => path.endsWith('.md'));
    const texts = documents.flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(project, path), 'utf8') }];
      } catch {
        return [];
      }
    });
    expect(shown(texts.flatMap(({ path, text }) => workplaceWords(path, text)))).toEqual([]);
  });
  test('versions are exact, the lock names no address, and no install script comes by surprise', () => {
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    expect(
      shown([...manifestRules('package.json', manifest), ...lockRules('package-lock.json', lock, manifest)]),
    ).toEqual([]);
  });
  test('the page of the house names every room of the table', () => {
    const style = readFileSync(join(project, 'docs/STYLE.md'), 'utf8');
    for (const [room, allowed] of Object.entries(importTable)) {
      const row = style.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${room}\``));
      expect(row, `docs/STYLE.md has no row for ${room}`).toBeDefined();
      if (room !== 'main') for (const other of allowed) expect(row?.split('|')[2]).toContain(`\`${other}\``);
    }
  });
  test('there is something to check', () => {
    expect(sources.length).toBeGreaterThan(40);
  });
});

/** What the rules say about one file, without place and advice. */
function rulesOf(path: string, text: string): string[] {
  const file = parseSource(path, text);
  return [...importRules(file), ...pageRules(file), ...packageRules(file, ['zod']), ...fileRules(file)].map(
    (each) => `${each.rule}:${each.line}`,
  );
}
const head = '/** What it is. */\n';
const longBody = 'a();\n'.repeat(functionLinesMax - 1);

describe('each rule catches its sample', () => {
  test.each([
    ['a run-time import that breaks the table', "import { a } from '../server/a.ts';", 'imports:2'],
    ['a re-export that breaks the table', "export { a } from '../server/a.ts';\nexport const b = 1;", 'imports:2'],
    ['a dynamic import that breaks the table', "export const a = () => import('../server/a.ts');", 'imports:2'],
    [
      'a type import that would stay as an empty import',
      "import { type A } from '../server/a.ts';\nexport type B = A;",
      'imports:2',
    ],
    ['an import of a test', "import { a } from '../../test/a.ts';", 'imports:2'],
    ['an import of test support', "import { a } from './a.testing.ts';", 'imports:2'],
    ['an import without .ts', "import { a } from './a.js';", 'imports:2'],
    ['a package that is not shipped', "import { test } from 'vitest';", 'packages:2'],
    ['a module of Node without node:', "import { join } from 'path';", 'packages:2'],
    ['a default export', 'export default 1;', 'default-export:2'],
    ['a default export by name', 'const a = 1;\nexport { a as default };', 'default-export:3'],
    ['a barrel', "export { a } from './a.ts';\nexport { b } from './b.ts';", 'barrel:1'],
    ['export *', "export * from './a.ts';\nexport const b = 1;", 'barrel:2'],
    ['a long function', `export function a() {\n${longBody}}`, 'function-size:2'],
    ['a long arrow', `export const a = (b = \`}\${'{'}\`) => {\n${longBody}};`, 'function-size:2'],
    ['a long method', `export class A {\n  async *a<T>(b: T) {\n${longBody}}\n}`, 'function-size:3'],
    ['a long object method', `export const a = {\n  b() {\n${longBody}},\n};`, 'function-size:3'],
    ['a long file', 'export const a = 1;\n'.repeat(fileLinesMax), `file-size:${fileLinesMax + 1}`],
    ['the wall clock', 'export const a = Date.now();', 'surprise:2'],
    ['the wall clock in brackets', "export const a = Date['now']();", 'surprise:2'],
    ['the date of today', 'export const a = new Date();', 'surprise:2'],
    ['the monotonic clock', 'export const a = performance.now();', 'surprise:2'],
    ['chance', 'export const a = () => Math.random();', 'surprise:2'],
    ['a timer', 'export const a = () => setTimeout(b, 1);', 'surprise:2'],
    ['a timer of globalThis', 'export const a = () => globalThis.setInterval(b, 1);', 'surprise:2'],
    ['a timer under another name', "import { setTimeout as wait } from 'node:timers/promises';", 'surprise:2'],
    ['a timer as a value', 'export const a = { wait: setImmediate };', 'surprise:2'],
    ['an id', 'export const a = crypto.randomUUID();', 'surprise:2'],
    ['AbortSignal.any', 'export const a = AbortSignal.any([]);', 'trap:2'],
    ['AbortSignal.timeout', 'export const a = AbortSignal.timeout(1);', 'trap:2'],
    ['the close of a request', "req.on('close', () => {});", 'trap:2'],
    ['the close of a request inside', "context.request.once('close', () => {});", 'trap:2'],
    ['innerHTML', "a.innerHTML = '';", 'trap:2'],
    ['innerHTML in brackets', "a['innerHTML'] = '';", 'trap:2'],
    ['Object.assign', 'export const a = Object.assign({}, JSON.parse(b));', 'trap:2'],
    ['a ticket', '// as #123 says', 'ticket:2'],
    ['a ticket by its path', '/* see issues/45 */', 'ticket:2'],
    ['an emoji', "export const a = '\u{1F680}';", 'emoji:2'],
    ['the workplace', "export const a = '/work/main/x';", 'workplace:2'],
  ])('%s', (_name, text, caught) => {
    expect(rulesOf('src/healing/sample.ts', head + text)).toContain(caught);
  });

  test.each([
    ['src/model/sample.ts', `${head}import type { A } from '../server/a.ts';`, 'imports:2'],
    ['src/model/sample.ts', `${head}import { z } from 'zod';`, 'imports:2'],
    ['src/kitchen/sample.ts', `${head}export const a = 1;`, 'imports:1'],
    ['web/src/sample.ts', `${head}import { a } from '../../src/monitor/api.ts';`, 'imports:2'],
    ['src/healing/utils.ts', `${head}export const a = 1;`, 'vague-name:1'],
    ['src/healing/helpers/a.ts', `${head}export const a = 1;`, 'vague-name:1'],
    ['src/healing/index.ts', `${head}export const a = 1;`, 'barrel:1'],
    ['src/healing/a.ts', 'export const a = 1;', 'opening:1'],
    ['test/sample.test.ts', `test('a', () => {\n${longBody}});`, 'function-size:1'],
  ])('%s: %j', (path, text, caught) => {
    expect(rulesOf(path, text)).toContain(caught);
  });

  test('a cycle, also over three files, but not one of types', () => {
    const at = (name: string, text: string) => parseSource(`src/healing/${name}.ts`, text);
    const cycle = [at('a', "import './b.ts';"), at('b', "import './c.ts';"), at('c', "\nimport './a.ts';")];
    expect(cycleRules(cycle)).toMatchObject([{ rule: 'cycles', file: 'src/healing/c.ts', line: 2 }]);
    expect(cycleRules([at('a', "import './b.ts';"), at('b', "import type { A } from './a.ts';")])).toEqual([]);
  });

  test('a range of versions, an address, an install script, a wide approval', () => {
    const loose = '{\n"dependencies": {\n"a": "^1.0.0" }, "allowScripts": { "b": true } }';
    const lock =
      '{"packages":{"":{},"node_modules/a":{"resolved":"https://r/a.tgz"},\n"node_modules/c":{"hasInstallScript":true}}}';
    expect(manifestRules('package.json', loose)).toMatchObject([{ rule: 'exact-version', line: 3, what: 'a ^1.0.0' }]);
    expect(lockRules('lock', lock, loose).map((each) => `${each.rule}:${each.line}`)).toEqual([
      'lock-address:1',
      'install-script:2',
      'install-script:3',
    ]);
  });
});

describe('what is allowed is let through', () => {
  test.each([
    [
      'src/healing/a.ts',
      "import type { A } from '../server/a.ts';\nimport { b } from '../model/b.ts';\nimport { z } from 'zod';",
    ],
    ['src/world.ts', 'export const a = () => [Date.now(), Math.random(), setTimeout(() => {}, 1)];'],
    ['src/healing/a.ts', 'export const a = new Date(0);\nexport type T = ReturnType<typeof setTimeout>;'],
    ['src/healing/a.ts', 'export const a = { setTimeout: 1 };\nexport const b = world.setTimeout;'],
    ['src/healing/a.ts', "res.on('close', () => {});\nObject.assign(new Error(), { code: 1 });"],
    ['src/healing/a.ts', "export const colour = '#123456';\nclass A { #a = 1 }\n// U+0023, &#123; and 1#2"],
    ['src/healing/a.ts', `export function a() {\n${longBody.slice(5)}}`],
    [
      'src/healing/a.test.ts',
      `describe('a', () => {\n${longBody}});\ndescribe.each([1])('b', () => {\n${longBody}});\nDate.now();`,
    ],
    ['src/main.ts', "import { a } from './healing/a.ts';\nimport { b } from './server/b.ts';"],
    [
      'web/src/a.ts',
      "import { FLAGS } from '../../src/monitor/rows.ts';\nimport type { A } from '../../src/monitor/api.ts';\nimport './b.css';",
    ],
  ])('%s: %j', (path, text) => {
    expect(rulesOf(path, head + text)).toEqual([]);
  });

  test('files straight under src are the room main', () => {
    expect([
      roomOf('src/main.ts'),
      roomOf('src/world.ts'),
      roomOf('src/healing/remedies/a.ts'),
      roomOf('bench/a.ts'),
    ]).toEqual(['main', 'main', 'healing', 'bench']);
  });
});
