/** What an image, a document or a citation of the Anthropic dialect is, in our own words. Shared by history and answers. */

import type { Citation } from '../../model/conversation.ts';
import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';

export interface Media {
  readonly mimeType?: string;
  readonly data?: string;
  readonly url?: string;
  readonly fileId?: string;
  readonly title?: string;
}

/** Without `data`, `url` and `fileId` when the source is of a kind that has none of them (text, content blocks, unknown). */
export function mediaOf(block: JsonObject): Media {
  const source = objectOf(block.source) ?? {};
  const title = stringOf(block.title);
  const mimeType = stringOf(source.media_type) ?? (block.type === 'document' ? 'application/pdf' : undefined);
  return {
    ...(mimeType !== undefined && source.type !== 'file' && isUrlOfDocument(block, source) && { mimeType }),
    ...sourceOf(source),
    ...(title !== undefined && title !== '' && { title }),
  };
}

/** An image's type is not stated with its address; a document's address is always a PDF. */
function isUrlOfDocument(block: JsonObject, source: JsonObject): boolean {
  return source.type !== 'url' || block.type === 'document';
}

function sourceOf(source: JsonObject): { readonly data?: string; readonly url?: string; readonly fileId?: string } {
  const { type } = source;
  const data = stringOf(source.data);
  const url = stringOf(source.url);
  const fileId = stringOf(source.file_id);
  if (type === 'base64' && data !== undefined) return { data };
  if (type === 'url' && url !== undefined) return { url };
  return type === 'file' && fileId !== undefined ? { fileId } : {};
}

export function citationOf(value: unknown): Citation | undefined {
  const wire = objectOf(value);
  if (wire === undefined) return undefined;
  const url = stringOf(wire.url);
  const title = stringOf(wire.title) ?? stringOf(wire.document_title);
  const citedText = stringOf(wire.cited_text);
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
    wire,
  };
}
