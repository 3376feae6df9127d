/** `npm run test:mutants [-- NAME…]`: puts each mutant into a copy of the tree, never into the tree itself, and runs the tests that know the file, then a short simulation. Exits 1 when a mutant survives. */

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant, mutated, TESTS_OF } from './mutants.ts';

const project = join(import.meta.dirname, '../..');
const copied = ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const townsPerMutant = 30;
/** A mutant that never ends is caught as well. */
const commandMsMax = 120_000;
const lanesMax = 2;

interface Verdict {
  readonly mutant: Mutant;
  /** Undefined when it survived. */
  readonly caughtBy: string | undefined;
  readonly seconds: number;
}

const wanted = process.argv.slice(2);
const queue = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const count = queue.length;
const verdicts: Verdict[] = [];
const lanes = Math.min(lanesMax, availableParallelism(), count);
await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane === 0)));
printTable();
const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
console.log(`${count} mutants, ${verdicts.length - survivors.length} caught, ${survivors.length} alive`);
process.exitCode = survivors.length > 0 || verdicts.length !== count ? 1 : 0;

/** One copy of the tree, one mutant in it after another. */
async function work(provesSoundness: boolean): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    for (const name of copied) cpSync(join(project, name), join(copy, name), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    if (provesSoundness) await proveSound(copy);
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const verdict = await tryOut(mutant, copy);
      verdicts.push(verdict);
      console.log(`${verdict.caughtBy === undefined ? 'ALIVE ' : 'caught'} ${mutant.name}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Without a mutant all of it passes: what fails otherwise is the mutant's doing. */
async function proveSound(copy: string): Promise<void> {
  const tests = [...new Set(Object.values(TESTS_OF).flat())];
  if (!(await passes(vitest(tests), copy))) throw new Error('the tests fail without any mutant');
  if (!(await passes(towns(), copy))) throw new Error('the simulation fails without any mutant');
}

async function tryOut(mutant: Mutant, copy: string): Promise<Verdict> {
  const startedMs = performance.now();
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(text, mutant));
  try {
    const byTests = !(await passes(vitest(TESTS_OF[mutant.file] ?? []), copy));
    const byTowns = !byTests && !(await passes(towns(), copy));
    const caughtBy = byTests ? 'unit tests' : byTowns ? 'simulation' : undefined;
    return { mutant, caughtBy, seconds: (performance.now() - startedMs) / 1_000 };
  } finally {
    writeFileSync(path, text);
  }
}

function vitest(tests: readonly string[]): string[] {
  const files = tests.map((test) => `src/healing/${test}`);
  return [join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', '--bail', '1', ...files];
}

function towns(): string[] {
  return ['test/mutants/towns.ts', '0', String(townsPerMutant)];
}

function passes(args: readonly string[], cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', timeout: commandMsMax, killSignal: 'SIGKILL' });
    child.on('exit', (code) => resolve(code === 0));
  });
}

function printTable(): void {
  console.log('\n| mutant | file | caught by | seconds |\n|---|---|---|---|');
  for (const { mutant, caughtBy, seconds } of verdicts) {
    console.log(`| ${mutant.name} | ${mutant.file} | ${caughtBy ?? 'NOBODY'} | ${seconds.toFixed(1)} |`);
  }
  console.log('');
}
