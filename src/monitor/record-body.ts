/** Bodies as the record keeps them: head and tail within a limit, secrets taken out, media named instead of kept. Nothing here parses JSON. */

import { createHash } from 'node:crypto';
import { BODY_GAP } from '../model/body-gap.ts';

/** How much of a body is looked at beyond the kept part, so that no secret is cut in two before it is redacted. */
const REDACTION_MARGIN_BYTES = 8192;

const decoder = new TextDecoder();
export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The whole text where it fits; else its beginning and its end with a line between that says how much is missing. */
export function bodyText(body: Uint8Array, bytesMax: number, redact: (text: string) => string): string {
  if (body.byteLength <= bytesMax) return redact(utf8(body));
  const headBytes = Math.floor(bytesMax * 0.8);
  const tailBytes = bytesMax - headBytes;
  const reach = REDACTION_MARGIN_BYTES;
  const head = redact(utf8(body.subarray(0, headBytes + reach))).slice(0, headBytes);
  const tail = redact(utf8(body.subarray(Math.max(0, body.byteLength - tailBytes - reach))));
  const missing = body.byteLength - bytesMax;
  return `${head}\n… ${missing} bytes not kept …\n${tailBytes === 0 ? '' : tail.slice(-tailBytes)}`;
}

/** Shorter ones are kept: they are no larger than their description is useful. */
const MEDIA_CHARS_MIN = 256;
/** Of one body: the rest stays as it is. */
const MEDIA_MAX = 200;
/** Places of one body that are looked at. */
const LOOKS_MAX = 5000;
/** Of one body: what comes after is named without its hash. */
const MEDIA_HASHED_CHARS_MAX = 24 * 1024 * 1024;
/** As far as the type is looked for in the object that holds the data. */
const TYPE_REACH_BYTES = 300;
const HASH_CHARS = 16;

/**
 * Base64 media in a JSON body become `[image/png, 12345 bytes, sha256 ab12…]`. Found by the two ways in which every dialect carries them: a member
 * `data` beside its type, and a `data:` address. A body whose middle is missing may have media cut in two: those have no hash.
 */
export function withoutMedia(body: Uint8Array): Uint8Array {
  return nameMedia(body).body;
}

/** A medium that stood at `start` to `end`, in bytes, and how many its name has. */
export interface NamedMedium {
  readonly start: number;
  readonly end: number;
  readonly nameBytes: number;
}

export function nameMedia(body: Uint8Array): { readonly body: Uint8Array; readonly named: readonly NamedMedium[] } {
  if (body.byteLength < MEDIA_CHARS_MIN) return { body, named: [] };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces: Buffer[] = [];
  const named: NamedMedium[] = [];
  let keptTo = 0;
  let hashedChars = 0;
  for (const { start, end, type } of mediaOf(bytes)) {
    hashedChars += end - start;
    const name = Buffer.from(mediaName(bytes.subarray(start, end), type, hashedChars <= MEDIA_HASHED_CHARS_MAX));
    pieces.push(bytes.subarray(keptTo, start), name);
    named.push({ start, end, nameBytes: name.length });
    keptTo = end;
  }
  return { body: keptTo === 0 ? body : Buffer.concat([...pieces, bytes.subarray(keptTo)]), named };
}

interface Medium {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

const MEMBER = '"data"';
const ADDRESS = ';base64,';

function mediaOf(bytes: Buffer): Medium[] {
  const found: Medium[] = [];
  let member = bytes.indexOf(MEMBER);
  let address = bytes.indexOf(ADDRESS);
  let end = 0;
  for (let looks = 0; looks < LOOKS_MAX && found.length < MEDIA_MAX && (member >= 0 || address >= 0); looks += 1) {
    const isMember = member >= 0 && (address < 0 || member < address);
    const start = isMember ? valueStart(bytes, member + MEMBER.length) : address + ADDRESS.length;
    // Before the last quote that was found there is no other, so nothing is looked through twice.
    if (start > end) end = bytes.indexOf(QUOTE, start);
    if (end < 0) break;
    const isLong = start >= 0 && end - start >= MEDIA_CHARS_MIN && isBase64(bytes, start);
    const type = !isLong ? undefined : isMember ? memberType(bytes, start, end) : addressType(bytes, address);
    if (type !== undefined) found.push({ start, end, type });
    const from = type !== undefined ? end : (isMember ? member : address) + 1;
    if (member >= 0 && member < from) member = bytes.indexOf(MEMBER, from);
    if (address >= 0 && address < from) address = bytes.indexOf(ADDRESS, from);
  }
  return found;
}

function latin1(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, Math.min(bytes.length, end));
}

const QUOTE = 34;
const COLON = 58;
const SPACES: ReadonlySet<number | undefined> = new Set([9, 10, 13, 32]);

/** Where the text of a member's string begins; -1 when its value is none. */
function valueStart(bytes: Buffer, after: number): number {
  let at = after;
  while (SPACES.has(bytes[at])) at += 1;
  if (bytes[at] !== COLON) return -1;
  at += 1;
  while (SPACES.has(bytes[at])) at += 1;
  return bytes[at] === QUOTE ? at + 1 : -1;
}

/** The type stands beside the data, in the same object. Data without one are no media: redacted thinking has such a member too. */
function memberType(bytes: Buffer, start: number, end: number): string | undefined {
  const before = latin1(bytes, Math.max(0, start - TYPE_REACH_BYTES), start);
  const after = latin1(bytes, end, end + TYPE_REACH_BYTES);
  const beside = `${before.slice(before.lastIndexOf('{'))} ${after.split('}', 1)[0]}`;
  const type = /"(?:media_type|mimeType|mime_type)"\s*:\s*"([\w.+/-]{1,100})"/.exec(beside)?.[1];
  if (type !== undefined) return type;
  const format = /"format"\s*:\s*"(\w{1,20})"/.exec(beside)?.[1];
  return format === undefined ? undefined : `audio/${format}`;
}

function addressType(bytes: Buffer, at: number): string | undefined {
  const before = latin1(bytes, Math.max(0, at - TYPE_REACH_BYTES), at);
  return /data:([\w.+/-]{1,100})(?:;[^"]{0,100})?$/.exec(before)?.[1];
}

function isBase64(bytes: Buffer, start: number): boolean {
  return /^[A-Za-z0-9+/_\\=-]+$/.test(latin1(bytes, start, start + MEDIA_CHARS_MIN));
}

const LINE_FEED = 10;

function mediaName(data: Buffer, type: string, isHashed: boolean): string {
  // A line feed cannot stand in a string of JSON: there the middle of the body is missing.
  if (data.includes(LINE_FEED)) return `[${type}, about ${bytesOf(charsSent(data))} bytes, cut]`;
  if (!isHashed) return `[${type}, about ${bytesOf(data.length)} bytes]`;
  const content = Buffer.from(latin1(data, 0, data.length), 'base64');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_CHARS);
  return `[${type}, ${content.length} bytes, sha256 ${hash}…]`;
}

/** With those that stand in the gap. */
function charsSent(data: Buffer): number {
  const gap = BODY_GAP.exec(utf8(data));
  return gap === null ? data.length : data.length - Buffer.byteLength(gap[0]) + Number(gap[1]);
}
function bytesOf(base64Chars: number): number {
  return Math.floor((base64Chars * 3) / 4);
}
