/**
 * Seals a credential with AES-256-GCM: its label and field are bound in as additional data, so that a sealed text opens only in the row it was made for.
 * Pure: key and initialisation vector come in as arguments, and no error carries any of what went in.
 */

import { createCipheriv, createDecipheriv } from 'node:crypto';

export const SEAL_KEY_BYTES = 32;
export const SEAL_IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const VERSION = 'v1';

/** Where a sealed text belongs. */
export interface SealPlace {
  readonly label: string;
  readonly field: string;
}

/** It was sealed with another key or for another place, or it has been changed. */
export class SealError extends Error {
  constructor() {
    super('it was sealed with another key or for another account, or it has been changed');
    this.name = 'SealError';
  }
}

/** `iv` must be random and must never be used twice with the same key. */
export function seal(key: Uint8Array, place: SealPlace, secret: string, iv: Uint8Array): string {
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound(place));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
}

/** Throws a `SealError`, and nothing else. */
export function unseal(key: Uint8Array, place: SealPlace, sealed: string): string {
  const [version, body, ...rest] = sealed.split('.');
  const bytes = Buffer.from(body ?? '', 'base64url');
  if (version !== VERSION || rest.length > 0 || bytes.length < SEAL_IV_BYTES + TAG_BYTES) throw new SealError();
  // Decoding passes over letters that are no base64: a text that was changed must not count as the same.
  if (bytes.toString('base64url') !== body) throw new SealError();
  const tagEnd = SEAL_IV_BYTES + TAG_BYTES;
  try {
    const iv = bytes.subarray(0, SEAL_IV_BYTES);
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(bound(place));
    decipher.setAuthTag(bytes.subarray(SEAL_IV_BYTES, tagEnd));
    return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8');
  } catch {
    throw new SealError();
  }
}

/** As JSON, because a label may hold any separator. */
function bound({ label, field }: SealPlace): Buffer {
  return Buffer.from(JSON.stringify([VERSION, label, field]));
}
