import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadAdminKey } from './admin-key.ts';

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'agt-key-')), 'data');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

it('makes 256 random bits at first start, for the owner only', () => {
  const key = loadAdminKey(directory);
  expect(Buffer.from(key, 'base64url')).toHaveLength(32);
  expect(readFileSync(join(directory, 'admin.key'), 'utf8').trim()).toBe(key);
  expect(statSync(join(directory, 'admin.key')).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it('keeps the key of the first start', () => {
  expect(loadAdminKey(directory)).toBe(loadAdminKey(directory));
});

it('takes the file away from others when it finds it open to them', () => {
  const key = loadAdminKey(directory);
  writeFileSync(join(directory, 'admin.key'), key, { mode: 0o644 });
  loadAdminKey(directory);
  expect(statSync(join(directory, 'admin.key')).mode & 0o077).toBe(0);
});

it.each([[''], ['\n'], ['short']])('refuses a key file that holds %j', (content) => {
  loadAdminKey(directory);
  writeFileSync(join(directory, 'admin.key'), content);
  expect(() => loadAdminKey(directory)).toThrow(/admin\.key holds no usable key/);
});
