/** Images, documents, sound and film as Gemini takes them: data, or an address that Gemini itself fetches. The gateway fetches nothing and reads no file. */

import type { Part } from '../../model/conversation.ts';
import type { JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';

type Media = Extract<Part, { type: 'media' }>;

export function writeMedia(part: Media, draft: Draft): readonly JsonObject[] {
  const written = mediaOf(part, draft);
  if (written === undefined) return [];
  if (part.title === undefined || part.title === '') return [written];
  draft.lose('document-title');
  return [{ text: part.title }, written];
}

function mediaOf(part: Media, draft: Draft): JsonObject | undefined {
  const { url } = part;
  if (part.data !== undefined) return inlineOf(part.mimeType, part.data, draft);
  if (url === undefined) {
    draft.refuse('media-file', part.fileId);
    return undefined;
  }
  const inline = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url);
  if (inline !== null) return inlineOf(inline[1] === '' ? part.mimeType : inline[1], inline[2] ?? '', draft);
  if (!fetchable.test(url)) {
    draft.refuse('media-address', `${url.slice(0, shownCharsMax)}${url.length > shownCharsMax ? '…' : ''}`);
    return undefined;
  }
  if (part.mimeType === undefined) draft.lose('media-url');
  const mimeType = part.mimeType ?? typeOf(url);
  return { fileData: { ...(mimeType !== undefined && { mimeType }), fileUri: url } };
}

/** `gs:` is Google's own storage, which Vertex AI reads with the account's rights. */
const fetchable = /^(https|gs):\/\//i;
const shownCharsMax = 60;

function inlineOf(mimeType: string | undefined, data: string, draft: Draft): JsonObject | undefined {
  if (mimeType === undefined || mimeType === '') {
    draft.refuse('media-type');
    return undefined;
  }
  if (!mimeType.startsWith('text/')) return { inlineData: { mimeType, data } };
  draft.lose('text-document');
  const text = Buffer.from(data, 'base64').toString('utf8');
  return text === '' ? undefined : { text };
}

function typeOf(url: string): string | undefined {
  const path = (url.split(/[?#]/, 1)[0] ?? '').toLowerCase();
  return typesByEnding.get(path.slice(path.lastIndexOf('.') + 1));
}

const typesByEnding: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['html', 'text/html'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
]);
