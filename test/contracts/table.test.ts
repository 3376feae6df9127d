/** The page of what may change between dialects is the tables of the code, and every row of them says something. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { protocols } from './pipeline.ts';
import { translationPage } from './table.ts';
import { lossTables } from './translation.ts';

describe('docs/TRANSLATION.md', () => {
  it('is what the tables of the code say (mend: node test/contracts/write-table.ts)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/TRANSLATION.md'), 'utf8');
    expect(page).toBe(translationPage());
  });

  it('has rows of every dialect, each once, each with its reason', () => {
    for (const protocol of protocols) {
      const rows = lossTables[protocol];
      expect(rows.length).toBeGreaterThan(10);
      for (const { feature, how, why } of rows) {
        expect(['refused', 'as-text', 'left-out']).toContain(how);
        expect(Math.min(feature.trim().length, why.trim().length)).toBeGreaterThan(3);
      }
      const names = rows.map(({ feature, side }) => `${side} ${feature}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
