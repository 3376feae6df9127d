/**
 * Finds where a text stops being JSON, because the parser's own message quotes the text (which may hold secrets) and often has no position.
 * The depth of the text must have been checked before. It decides nothing: `JSON.parse` does.
 */

import { stringEnd } from './depth.ts';

/** The index of the first byte that cannot stand where it stands (the length of the text when it ends too early), or -1. */
export function findJsonFault(text: Uint8Array): number {
  const scan: Scan = { text, at: text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0 };
  skipSpace(scan);
  if (!value(scan)) return scan.at;
  skipSpace(scan);
  return scan.at < text.length ? scan.at : -1;
}

interface Scan {
  readonly text: Uint8Array;
  at: number;
}

function value(scan: Scan): boolean {
  const byte = scan.text[scan.at];
  if (byte === 34) return string(scan);
  if (byte === 123) return container(scan, 125, member);
  if (byte === 91) return container(scan, 93, value);
  if (byte === 116) return word(scan, 'true');
  if (byte === 102) return word(scan, 'false');
  if (byte === 110) return word(scan, 'null');
  return number(scan);
}

function container(scan: Scan, close: number, item: (scan: Scan) => boolean): boolean {
  scan.at++;
  skipSpace(scan);
  if (scan.text[scan.at] === close) {
    scan.at++;
    return true;
  }
  for (;;) {
    if (!item(scan)) return false;
    skipSpace(scan);
    const byte = scan.text[scan.at];
    if (byte === close) {
      scan.at++;
      return true;
    }
    if (byte !== 44) return false;
    scan.at++;
    skipSpace(scan);
  }
}

function member(scan: Scan): boolean {
  if (scan.text[scan.at] !== 34 || !string(scan)) return false;
  skipSpace(scan);
  if (scan.text[scan.at] !== 58) return false;
  scan.at++;
  skipSpace(scan);
  return value(scan);
}

function string(scan: Scan): boolean {
  const { text, at: start } = scan;
  const end = stringEnd(text, start);
  let at = start + 1;
  while (at < end) {
    const byte = text[at]!;
    if (byte === 34) {
      scan.at = end;
      return true;
    }
    const bytes = byte === 92 ? escapeLength(text, at) : 1;
    if (byte < 32 || bytes === 0) {
      scan.at = at;
      return false;
    }
    at += bytes;
  }
  scan.at = end;
  return false;
}

function escapeLength(text: Uint8Array, at: number): number {
  const byte = text[at + 1];
  if (byte === undefined) return 0;
  if (byte !== 117) return '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 2 : 0;
  for (let index = at + 2; index < at + 6; index++) {
    const digit = text[index];
    if (digit === undefined || !/[0-9a-fA-F]/.test(String.fromCharCode(digit))) return 0;
  }
  return 6;
}

function word(scan: Scan, letters: string): boolean {
  for (const letter of letters) {
    if (scan.text[scan.at] !== letter.charCodeAt(0)) return false;
    scan.at++;
  }
  return true;
}

function number(scan: Scan): boolean {
  if (scan.text[scan.at] === 45) scan.at++;
  if (scan.text[scan.at] === 48) scan.at++;
  else if (!digits(scan)) return false;
  if (scan.text[scan.at] === 46) {
    scan.at++;
    if (!digits(scan)) return false;
  }
  if ((scan.text[scan.at] ?? 0) !== 101 && scan.text[scan.at] !== 69) return true;
  scan.at++;
  if (scan.text[scan.at] === 43 || scan.text[scan.at] === 45) scan.at++;
  return digits(scan);
}

function digits(scan: Scan): boolean {
  const start = scan.at;
  while (scan.at < scan.text.length && scan.text[scan.at]! >= 48 && scan.text[scan.at]! <= 57) scan.at++;
  return scan.at > start;
}

function skipSpace(scan: Scan): void {
  for (;;) {
    const byte = scan.text[scan.at];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return;
    scan.at++;
  }
}
