import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MUTANTS, mutated, TESTS_OF } from './mutants.ts';

const project = join(import.meta.dirname, '../..');

describe('every mutant', () => {
  it.each(MUTANTS)('$name ($file)', (mutant) => {
    const text = readFileSync(join(project, mutant.file), 'utf8');
    expect(mutated(text, mutant)).not.toBe(text);
    expect(TESTS_OF[mutant.file]).toBeDefined();
  });

  it('has a name of its own, and there are at least twenty', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
  });

  it('is refused when its text is gone or stands twice', () => {
    const mutant = { name: 'x', file: 'x.ts', find: 'one', replace: 'two' };
    expect(() => mutated('nothing', mutant)).toThrow('stands 0 times');
    expect(() => mutated('one one', mutant)).toThrow('stands 2 times');
    expect(mutated('a one b', mutant)).toBe('a two b');
  });
});
