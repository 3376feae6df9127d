/**
 * What the gateway changed in a client's request, attempt by attempt, as rows: the value that stood there and the one that was put there. Made once,
 * when the exchange has ended; values are looked up in the request as it was read, so nothing is parsed again. Signatures are shortened.
 */

import { geminiSignatureMembers, placeholderSignatures } from '../model/signature-words.ts';
import type { JsonEdit, JsonPath } from '../model/wire.ts';
import { bodyText, withoutMedia } from './record-body.ts';
import type { OpenAttempt } from './record-exchange.ts';
import type { ChangeRow } from './views.ts';

/** Rows of one record; what comes after is not told. */
export const CHANGES_MAX = 200;
/** Of one value. */
export const CHANGE_BYTES_MAX = 4096;
/** A larger text is cut without being looked into. */
const SHORTENED_CHARS_MAX = 1024 * 1024;
/** Of one string inside a value, before the value is cut. */
const STRING_CHARS_MAX = 64 * 1024;
const SIGNATURE_END_CHARS = 12;

const SIGNATURES: ReadonlySet<unknown> = new Set(['signature', 'encrypted_content', ...geminiSignatureMembers]);

export interface ChangesOrder {
  readonly attempts: readonly OpenAttempt[];
  /** The client's request. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** Of a translated body. */
  readonly bytesMax: number;
  readonly redact: (text: string) => string;
}

export function changeRows(order: ChangesOrder): ChangeRow[] {
  const rows: ChangeRow[] = [];
  const add = (n: number, what: ChangeRow['what'], edit: JsonEdit): void => {
    if (rows.length < CHANGES_MAX) rows.push(rowOf(n, what, edit, order));
  };
  for (const { started, ended } of order.attempts) {
    const { n, edits, repaired } = started;
    for (const edit of (edits?.history ?? []).slice(0, CHANGES_MAX)) {
      add(n, repaired ? 'repaired' : isRestored(edit) ? 'restored' : 'degraded', edit);
    }
    for (const edit of (edits?.resume ?? []).slice(0, CHANGES_MAX)) add(n, 'resumed', edit);
    const body = ended?.translated;
    if (body === undefined || rows.length >= CHANGES_MAX) continue;
    const after = bodyText(withoutMedia(body), order.bytesMax, order.redact);
    rows.push({ n, what: 'translated', path: '', operation: 'body', before: null, after });
  }
  return rows;
}

function rowOf(n: number, what: ChangeRow['what'], edit: JsonEdit, { json, redact }: ChangesOrder): ChangeRow {
  const { op, path } = edit;
  const isReplaced = op === 'set' || op === 'remove';
  const old = isReplaced ? valueAt(json, path) : undefined;
  const cut = (text: string): string => bodyText(Buffer.from(text), CHANGE_BYTES_MAX, redact);
  return {
    n,
    what,
    path: redact(pathText(path)),
    operation: op,
    before: old === undefined ? null : cut(shortText(old, path.at(-1), redact)),
    after: op === 'remove' ? null : cut(afterText(edit.json, path.at(-1), redact)),
  };
}

/** A signature, or the thinking that carries one, was put back; everything else takes signed things out. */
function isRestored(edit: JsonEdit): boolean {
  if (edit.op === 'before') return true;
  if (edit.op !== 'set' || !SIGNATURES.has(edit.path.at(-1))) return false;
  return ![...placeholderSignatures].some((placeholder) => edit.json === JSON.stringify(placeholder));
}

/** `messages[3].content[0].signature`. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z_$][\w$]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

function valueAt(json: unknown, path: JsonPath): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function afterText(json: string, member: string | number | undefined, redact: (text: string) => string): string {
  if (json.length > SHORTENED_CHARS_MAX) return json;
  return shortText(JSON.parse(json) as unknown, member, redact);
}

/** JSON text in which signatures are shortened and very long strings cut. `member` is the name under which the value stands. */
function shortText(value: unknown, member: string | number | undefined, redact: (text: string) => string): string {
  return JSON.stringify(value, function (this: unknown, key, inner: unknown) {
    if (typeof inner !== 'string') return inner;
    if (isSignature(this, key === '' ? member : key)) return shortened(inner);
    return inner.length > STRING_CHARS_MAX ? bodyText(Buffer.from(inner), CHANGE_BYTES_MAX, redact) : inner;
  });
}

function isSignature(holder: unknown, name: string | number | undefined): boolean {
  if (SIGNATURES.has(name)) return true;
  return name === 'data' && (holder as { type?: unknown } | null)?.type === 'redacted_thinking';
}

function shortened(signature: string): string {
  if (signature.length <= SIGNATURE_END_CHARS * 3) return signature;
  const [head, tail] = [signature.slice(0, SIGNATURE_END_CHARS), signature.slice(-SIGNATURE_END_CHARS)];
  return `${head}…${tail} (${signature.length} characters)`;
}
