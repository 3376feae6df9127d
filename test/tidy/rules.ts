/** What one file may not do: sizes, names, sources of surprise, words. Each finding says where and how to mend it. */

import { basename } from 'node:path';
import { type Finding, isNode, isTest, lineOf, nameOf, type SourceFile, type SyntaxNode, visit } from './source.ts';

export const fileLinesMax = 300;
export const functionLinesMax = 60;

export function fileRules(file: SourceFile): Finding[] {
  return [...sizeRules(file), ...shapeRules(file), ...surpriseRules(file), ...trapRules(file), ...wordRules(file)];
}

function sizeRules(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  if (file.lines > fileLinesMax) {
    const mend = `split it by what changes together (at most ${fileLinesMax})`;
    findings.push({ rule: 'file-size', file: file.path, line: fileLinesMax + 1, what: `${file.lines} lines`, mend });
  }
  visit(file.program, (node, parents) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return undefined;
    const parent = parents.at(-1);
    if (parent !== undefined && isSuite(parent)) return undefined;
    const method = parent !== undefined && /^(MethodDefinition|Property)$/.test(parent.type);
    const first = lineOf(file, method ? parent.start : node.start);
    const lines = lineOf(file, node.end) - first + 1;
    if (lines <= functionLinesMax) return undefined;
    const name = nameOf(node.id) ?? nameOf(parent?.key) ?? nameOf(parent?.id) ?? 'a function';
    const mend = `let it call leaves that each do one thing (at most ${functionLinesMax})`;
    findings.push({ rule: 'function-size', file: file.path, line: first, what: `${name}: ${lines} lines`, mend });
    return undefined;
  });
  return findings;
}

/** `describe(...)` and its kin only group tests. */
function isSuite(node: SyntaxNode): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = node.callee;
  const outer = isNode(callee) && callee.type === 'CallExpression' ? callee.callee : callee;
  return /^describe\b/.test(nameOf(outer) ?? '');
}

function shapeRules(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const add = (rule: string, line: number, what: string, mend: string) =>
    findings.push({ rule, file: file.path, line, what, mend });
  const body = (file.program.body as readonly SyntaxNode[]).filter((node) => node.type !== 'EmptyStatement');
  for (const node of body) {
    const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
    const named = specifiers.some((each) => nameOf(each.exported) === 'default');
    if (node.type === 'ExportDefaultDeclaration' || named) {
      add('default-export', lineOf(file, node.start), 'a default export', 'export it by its name');
    }
    if (node.type === 'ExportAllDeclaration') {
      add('barrel', lineOf(file, node.start), '`export *`', 'import from the file that has it');
    }
  }
  const passesOn = body.length > 0 && body.every((node) => node.type.startsWith('Export') && isNode(node.source));
  if (passesOn || /^index\.[jt]sx?$/.test(basename(file.path))) {
    add('barrel', 1, 'a file that only passes on what others export', 'import from the file that has it');
  }
  const vague = file.path.split('/').find((part) => /^(utils?|common|helpers?|misc)(\.[a-z.]+)?$/.test(part));
  if (vague !== undefined) add('vague-name', 1, `"${vague}" says nothing`, 'name it after what it knows');
  if (!isTest(file.path) && !/^(#!.*\n)?\s*\/[*/]/.test(file.text)) {
    add('opening', 1, 'no opening comment', 'open with one to five sentences: what it is, what it must never do');
  }
  return findings;
}

const surprises: ReadonlyMap<string, string> = new Map([
  ['Date.now', 'world.now()'],
  ['Math.random', 'world.random()'],
  ['performance.now', 'world.elapsed()'],
  ['process.hrtime', 'world.elapsed()'],
  ['setTimeout', 'world.alarm() or world.sleep()'],
  ['setInterval', 'world.alarm(), set again each time'],
  ['setImmediate', 'world.alarm()'],
  ['randomUUID', 'world.id()'],
]);

/** Time, chance and ids come in by argument, so that a test can rule them. */
function surpriseRules(file: SourceFile): Finding[] {
  if (isTest(file.path) || file.path === 'src/main.ts' || file.path === 'src/world.ts') return [];
  const findings: Finding[] = [];
  visit(file.program, (node, parents) => {
    if (isTypeOnly(node)) return false;
    const name = isReference(node, parents.at(-1)) ? nameOf(node)?.replace(/^(globalThis|crypto)\./, '') : undefined;
    const bareDate = nameOf(node.callee) === 'Date' && (node.arguments as readonly unknown[]).length === 0;
    const instead = bareDate ? 'world.now()' : surprises.get(name ?? '');
    if (instead === undefined) return undefined;
    const what = bareDate ? 'new Date() without an argument' : String(name);
    findings.push({ rule: 'surprise', file: file.path, line: lineOf(file, node.start), what, mend: `use ${instead}` });
    return undefined;
  });
  return findings;
}

/** An identifier or member that stands for a value, not the name of a member or key. */
function isReference(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (node.type === 'MemberExpression') return true;
  if (node.type !== 'Identifier' || parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed === true;
  if (/^(Property|PropertyDefinition|MethodDefinition)$/.test(parent.type)) {
    return parent.value === node || parent.computed === true;
  }
  return true;
}

/** Types vanish before the program runs. */
function isTypeOnly(node: SyntaxNode): boolean {
  return /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression)/.test(
    node.type,
  );
}

function trapRules(file: SourceFile): Finding[] {
  if (!file.path.startsWith('src/')) return [];
  const findings: Finding[] = [];
  visit(file.program, (node) => {
    const trap = trapIn(node, isTest(file.path));
    if (trap !== undefined) findings.push({ rule: 'trap', file: file.path, line: lineOf(file, node.start), ...trap });
    return undefined;
  });
  return findings;
}

function trapIn(node: SyntaxNode, inTest: boolean): { what: string; mend: string } | undefined {
  const name = nameOf(node);
  if (name === 'AbortSignal.any')
    return { what: name, mend: 'it leaks with a long-lived signal: wire listeners by hand' };
  if (name === 'AbortSignal.timeout')
    return { what: name, mend: 'its clock cannot be ruled: use an alarm of the World' };
  if (name === 'innerHTML' || name === 'outerHTML' || name === 'dangerouslySetInnerHTML') {
    return { what: name, mend: 'captured text is hostile: set text nodes' };
  }
  if (node.type !== 'CallExpression') return undefined;
  const [callee, first] = [nameOf(node.callee) ?? '', (node.arguments as readonly SyntaxNode[])[0]];
  if (/\b(req|request|incoming)\.(on|once|addListener)$/.test(callee) && nameOf(first) === 'close') {
    return { what: `${callee}('close')`, mend: "it fires once the body is read: listen to the response's close" };
  }
  if (callee === 'Object.assign' && !inTest && first?.type !== 'NewExpression') {
    return { what: callee, mend: 'it runs setters such as __proto__ of parsed JSON: spread into a new object' };
  }
  return undefined;
}

/** Exempt: these rules' own files, which must name what they look for. */
function wordRules(file: SourceFile): Finding[] {
  if (file.path.startsWith('test/tidy')) return [];
  const findings = workplaceWords(file.path, file.text);
  const literals: { start: number; end: number }[] = [];
  visit(file.program, (node) => {
    if (/^(Literal|TemplateElement|JSXText)$/.test(node.type)) literals.push(node);
    return undefined;
  });
  const inLiteral = (at: number) => literals.some((each) => each.start <= at && at < each.end);
  for (const match of file.text.matchAll(/(?<![\w#&])#\d+\b|\b(?:GH|issues?|pull)[-/ #]+\d+\b/gi)) {
    if (inLiteral(match.index)) continue;
    const line = lineOf(file, match.index);
    findings.push({ rule: 'ticket', file: file.path, line, what: match[0], mend: 'say the reason itself' });
  }
  if (isTest(file.path)) return findings;
  for (const match of file.text.matchAll(/\p{Emoji_Presentation}|\uFE0F/gu)) {
    const line = lineOf(file, match.index);
    findings.push({
      rule: 'emoji',
      file: file.path,
      line,
      what: match[0],
      mend: 'use words, or a \\u{…} escape in data',
    });
  }
  return findings;
}

/** For source and documents alike: the product does not speak of the place where it was made. */
export function workplaceWords(path: string, text: string): Finding[] {
  return [
    ...text.matchAll(/\/work\/(?:main|shared)\b|\bshared\/(?:contract|design|reference)\b|\bsub-?agents?\b/gi),
  ].map((match) => ({
    rule: 'workplace',
    file: path,
    line: text.slice(0, match.index).split('\n').length,
    what: match[0],
    mend: 'a reader has only the project: say it without the place',
  }));
}
