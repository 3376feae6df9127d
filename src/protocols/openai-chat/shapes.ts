/** Careful looks at parsed JSON of the Chat Completions dialect: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { filledString, type JsonObject, objectOf } from '../json/shapes.ts';

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The signature of a part as Google's own compatible endpoint carries it, on a message or a tool call. */
export function googleSignature(value: JsonObject): string | undefined {
  return (
    filledString(objectOf(objectOf(value.extra_content)?.google)?.thought_signature) ??
    filledString(value.thought_signature)
  );
}

/** An image, a sound or a file as a `data:` URL, taken apart; data that is not base64 is made so. */
export function dataUrlOf(url: string): { readonly mimeType?: string; readonly data: string } | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const [mimeType = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  const text = url.slice(comma + 1);
  const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64');
  const data = isBase64 ? text : base64OfEscaped(text);
  return { ...(mimeType !== '' && { mimeType: mimeType.toLowerCase() }), data };
}

function base64OfEscaped(text: string): string {
  const bytes: Uint8Array[] = [];
  for (const [piece] of text.matchAll(/%[0-9a-f]{2}|%|[^%]+/gi)) {
    bytes.push(/^%../.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'));
  }
  return Buffer.concat(bytes).toString('base64');
}
