import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from './replace-file.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-replace-'));
  file = join(directory, 'config.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const yes = () => true;
const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('makes a new file for its owner only', async () => {
  expect(await replaceFile(file, 'a: 1\n', yes)).toBe(true);
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['a: 1\n', 0o600]);
});

it('puts a new file in the place of the old one, with its mode, and leaves nothing beside it', async () => {
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  const before = statSync(file).ino;
  await replaceFile(file, 'new', yes);
  expect([readFileSync(file, 'utf8'), modeOf(file), readdirSync(directory)]).toEqual(['new', 0o640, ['config.yaml']]);
  expect(statSync(file).ino).not.toBe(before);
});

it('changes what a link leads to, and the link stays', async () => {
  const link = join(directory, 'link.yaml');
  writeFileSync(file, 'old');
  symlinkSync(file, link);
  await replaceFile(link, 'new', yes);
  expect([readFileSync(file, 'utf8'), lstatSync(link).isSymbolicLink()]).toEqual(['new', true]);
});

it('does nothing when the last look says no', async () => {
  writeFileSync(file, 'old');
  expect(await replaceFile(file, 'new', () => false)).toBe(false);
  expect([readFileSync(file, 'utf8'), readdirSync(directory)]).toEqual(['old', ['config.yaml']]);
});

it('rejects where it cannot write, and leaves nothing', async () => {
  await expect(replaceFile(join(directory, 'none', 'config.yaml'), 'new', yes)).rejects.toThrow(/ENOENT/);
  await expect(replaceFile(directory, 'new', yes)).rejects.toThrow(/EISDIR/);
  expect(readdirSync(directory)).toEqual([]);
});
