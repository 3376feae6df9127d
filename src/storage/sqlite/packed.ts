/** Texts as they lie in the file: zstd-packed, nothing for nothing. Reading never throws for what a damaged file may hold beyond a limit. */

import type { SQLOutputValue } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Of one body; far above what is ever written, a stop for a damaged file. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;
const EMPTY = new Uint8Array(0);

export function packed(text: string): Uint8Array {
  return text === '' ? EMPTY : zstdCompressSync(text);
}
export function unpacked(bytes: SQLOutputValue | undefined): string {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength === 0) return '';
  return zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8');
}

export function packedRows(rows: readonly unknown[]): Uint8Array {
  return rows.length === 0 ? EMPTY : packed(JSON.stringify(rows));
}
export function unpackedRows<T>(bytes: SQLOutputValue | undefined): T[] {
  return parsed<T[]>(unpacked(bytes), []);
}

export function parsed<T>(text: SQLOutputValue | undefined, otherwise: T): T {
  return typeof text === 'string' && text !== '' ? (JSON.parse(text) as T) : otherwise;
}
