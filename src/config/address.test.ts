import { describe, expect, test } from 'vitest';
import { isLoopback, privateReason } from './address.ts';

/** As the URL class writes the host of whatever a file states. */
function host(spelling: string): string {
  return new URL(`http://${spelling}/`).hostname;
}

describe('privateReason', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '192.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::127.0.0.1]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'api.localhost',
    'lab',
    'metadata',
    'metadata.google.internal',
    'printer.local',
    'nas.lan',
    'box.home.arpa',
    '１２７.0.0.1',
    '127。0。0。1',
  ])('%s is not public', (spelling) => {
    expect(privateReason(host(spelling))).toBeTypeOf('string');
  });

  test.each([
    'api.anthropic.com',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '[2606:4700::1111]',
    '[2a00:1450::1]',
    '[::ffff:8.8.8.8]',
    'localhost.example.com',
    'local.example',
    '10.example.com',
  ])('%s is public', (spelling) => {
    expect(privateReason(host(spelling))).toBeUndefined();
  });
});

describe('isLoopback', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost', 'Localhost', '::ffff:127.0.0.1'])(
    '%s stays on this machine',
    (name) => {
      expect(isLoopback(name)).toBe(true);
    },
  );
  test.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', '', 'localhost.example.com', '::ffff:0.0.0.0'])(
    '%s does not',
    (name) => {
      expect(isLoopback(name)).toBe(false);
    },
  );
});
