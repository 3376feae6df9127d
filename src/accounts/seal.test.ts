import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEAL_IV_BYTES, SEAL_KEY_BYTES, SealError, seal, unseal } from './seal.ts';

const key = randomBytes(SEAL_KEY_BYTES);
const iv = () => randomBytes(SEAL_IV_BYTES);
const ada = { label: 'ada@example.com', field: 'credential' };

describe('a sealed credential', () => {
  it('opens again, whatever text and label it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (secret, label) => {
        const text = secret.toWellFormed();
        const place = { label: label.toWellFormed(), field: 'credential' };
        expect(unseal(key, place, seal(key, place, text, iv()))).toBe(text);
      }),
    );
  });

  it('shows nothing of the secret and is never the same twice', () => {
    const sealed = seal(key, ada, 'canary-secret', iv());
    expect(Buffer.from(sealed.slice(3), 'base64url').includes('canary')).toBe(false);
    expect(seal(key, ada, 'canary-secret', iv())).not.toBe(sealed);
  });

  it.each([
    ['another account', { label: 'bob@example.com', field: 'credential' }],
    ['another field', { label: 'ada@example.com', field: 'check' }],
    ['a label that swallows the border', { label: 'ada@example.com","credential', field: '' }],
  ])('does not open for %s', (_what, place) => {
    const sealed = seal(key, ada, 'secret', iv());
    expect(() => unseal(key, place, sealed)).toThrow(SealError);
  });

  it('does not open with another key', () => {
    const sealed = seal(key, ada, 'secret', iv());
    expect(() => unseal(randomBytes(SEAL_KEY_BYTES), ada, sealed)).toThrow(SealError);
  });

  it('does not open when any one of its bits has been changed', () => {
    const sealed = seal(key, ada, 'secret', iv());
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, ada, `v1.${changed.toString('base64url')}`)).toThrow(SealError);
    }
  });

  it.each(['', 'v1', 'v1.', 'v2.AAAA', 'v1.AAAA', 'v1.!!', 'plain secret', 'v1.a.b'])('is not %j', (text) => {
    expect(() => unseal(key, ada, text)).toThrow(SealError);
  });

  it('does not open when it is cut short, made longer or written in other letters', () => {
    const sealed = seal(key, ada, 'secret', iv());
    for (const changed of [
      sealed.slice(0, -1),
      `${sealed}A`,
      `${sealed}=`,
      `${sealed}\n`,
      sealed.replace('v1', 'v2'),
    ]) {
      expect(() => unseal(key, ada, changed)).toThrow(SealError);
    }
  });

  it('says nothing of key or secret in its error', () => {
    const other = seal(randomBytes(SEAL_KEY_BYTES), ada, 'canary-secret', iv());
    expect(() => unseal(key, ada, other)).toThrow(/^it was sealed with another key/);
  });
});
