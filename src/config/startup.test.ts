import { describe, expect, test } from 'vitest';
import type { AuthMode, Config } from '../model/config.ts';
import { defaultConfig } from './load.ts';
import { authInForce, refusesToStart } from './startup.ts';

function withServer(host: string, mode: AuthMode, keys: readonly string[]): Config {
  const config = defaultConfig();
  return { ...config, server: { ...config.server, host, auth: { mode, keys } } };
}
const key = ['Zk3vq9xTf0aLm2Rw8PsY'];
const modes: readonly AuthMode[] = ['off', 'strict', 'all_except_health', 'auto'];

describe('refusesToStart', () => {
  test.each(modes)('on loopback nothing is refused (auth %s)', (mode) => {
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(refusesToStart(withServer(host, mode, []))).toBeUndefined();
  });

  test.each(modes)('on any other host a start without a key is refused (auth %s)', (mode) => {
    for (const host of ['0.0.0.0', '::', '192.168.0.7', 'box.example']) {
      expect(refusesToStart(withServer(host, mode, []))).toMatch(/no client key/);
    }
  });

  test('on any other host a start without authentication is refused, keys or not', () => {
    expect(refusesToStart(withServer('0.0.0.0', 'off', key))).toMatch(/mode is off/);
  });

  test.each(['strict', 'all_except_health', 'auto'] as const)(
    'on any other host a key and auth %s is enough',
    (mode) => {
      expect(refusesToStart(withServer('0.0.0.0', mode, key))).toBeUndefined();
    },
  );
});

test('on any other host a key that can be guessed is refused', () => {
  expect(refusesToStart(withServer('0.0.0.0', 'auto', [...key, 'changeme']))).toMatch(/shorter than 16 characters/);
  expect(refusesToStart(withServer('127.0.0.1', 'strict', ['changeme']))).toBeUndefined();
});

describe('authInForce', () => {
  test.each([
    ['127.0.0.1', 'auto', 'off'],
    ['0.0.0.0', 'auto', 'all_except_health'],
    ['127.0.0.1', 'strict', 'strict'],
    ['0.0.0.0', 'off', 'off'],
  ] as const)('on %s %s comes to %s', (host, mode, inForce) => {
    expect(authInForce(withServer(host, mode, key))).toBe(inForce);
  });
});
