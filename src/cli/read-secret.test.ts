import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readSecret, SECRET_BYTES_MAX } from './read-secret.ts';

const piped = (...pieces: (string | Buffer)[]) =>
  Object.assign(Readable.from(pieces), { isTTY: false }) as unknown as NodeJS.ReadStream;

function keyboard() {
  const raw: boolean[] = [];
  const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => void raw.push(on) });
  return { keys, raw, input: keys as unknown as NodeJS.ReadStream };
}

it('reads a pipe to its end, without the line break at its end', async () => {
  expect(await readSecret('?', { input: piped('sk-one', '-two\n'), show: () => {} })).toBe('sk-one-two');
  expect(await readSecret('?', { input: piped('{\n "a": 1\n}\n'), show: () => {} })).toBe('{\n "a": 1\n}');
});

it('takes no more than a credential can have', async () => {
  const long = Buffer.alloc(SECRET_BYTES_MAX + 1, 65);
  expect(await readSecret('?', { input: piped(long), show: () => {} })).toBeUndefined();
});

it('shows the question and nothing that is typed', async () => {
  const { keys, raw, input } = keyboard();
  const shown: string[] = [];
  const asked = readSecret('Credential: ', { input, show: (text) => void shown.push(text) });
  for (const key of ['s', 'k', 'x', '\u007f', '-1', '\r', 'rest']) keys.write(key);
  expect(await asked).toBe('sk-1');
  expect(shown.join('')).toBe('Credential: \n');
  expect(raw).toEqual([true, false]);
});

it.each(['\u0003', '\u0004', '\u001b'])('gives up at %j and gives the keyboard back', async (key) => {
  const { keys, raw, input } = keyboard();
  const asked = readSecret('?', { input, show: () => {} });
  keys.write(`sk${key}`);
  expect(await asked).toBeUndefined();
  expect(raw).toEqual([true, false]);
});
