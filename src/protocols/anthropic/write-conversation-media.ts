/** Writes an image or a document for Claude, or says why it cannot be read there. */

import type { Part } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { LossNotes } from './write-conversation-notes.ts';

type Media = Extract<Part, { readonly type: 'media' }>;

export function writeMedia(part: Media, notes: LossNotes): JsonObject | undefined {
  const media = part.url?.startsWith('data:') ? unpackDataUrl(part, part.url) : part;
  if (media.data !== undefined) return writeInline(media, media.data, notes);
  if (media.url !== undefined) return writeAddress(media, media.url, notes);
  if (media.fileId?.startsWith('file_')) {
    return block(isImage(media) ? 'image' : 'document', { type: 'file', file_id: media.fileId }, media);
  }
  notes.refuse('media-source', 'a file id');
  return undefined;
}

function writeInline(media: Media, data: string, notes: LossNotes): JsonObject | undefined {
  const type = bareType(media.mimeType);
  if (images.has(type)) return block('image', { type: 'base64', media_type: type, data }, media);
  if (type === 'application/pdf') return block('document', { type: 'base64', media_type: type, data }, media);
  if (type.startsWith('text/') || type === 'application/json') {
    const text = Buffer.from(data, 'base64').toString('utf8');
    return block('document', { type: 'text', media_type: 'text/plain', data: text }, media);
  }
  notes.refuse('media-type', type === '' ? 'media of an unstated type' : type);
  return undefined;
}

function writeAddress(media: Media, url: string, notes: LossNotes): JsonObject | undefined {
  if (!/^https?:/i.test(url)) {
    notes.refuse('media-source', 'an address that is not https');
    return undefined;
  }
  const type = bareType(media.mimeType);
  const isPdf = type === 'application/pdf' || (type === '' && /\.pdf($|[?#])/i.test(url));
  if (!isPdf && type !== '' && !type.startsWith('image/')) {
    notes.refuse('media-type', type);
    return undefined;
  }
  return block(isPdf ? 'document' : 'image', { type: 'url', url }, media);
}

/** Only a document has a title. */
function block(type: 'image' | 'document', source: JsonObject, { title }: Media): JsonObject {
  return { type, source, ...(type === 'document' && title !== undefined && title !== '' && { title }) };
}

const images: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

function isImage(media: Media): boolean {
  return media.mimeType?.startsWith('image/') === true;
}

/** Without parameters, and with the one misnomer that clients send. */
function bareType(mimeType: string | undefined): string {
  const type = (mimeType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'image/jpg' ? 'image/jpeg' : type;
}

function unpackDataUrl(media: Media, url: string): Media {
  const [, mimeType, data] = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url) ?? [];
  if (mimeType === undefined || data === undefined) return media;
  const { url: _url, ...others } = media;
  return { ...others, mimeType: mimeType === '' ? (media.mimeType ?? '') : mimeType, data };
}
