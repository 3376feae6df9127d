/**
 * Reads the content parts of messages and tool results. A file is only taken from the request itself or by its web address: a path of the machine
 * is refused, never opened.
 */

import type { Part } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import { mediaTypeOf } from '../media-types.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { arrayOf, dataUrlOf } from './shapes.ts';

/** A string, or a list of parts. Empty texts say nothing and some upstreams refuse them. `where` names the content for its sender. */
export function readContent(value: unknown, where: string, notes: ConversationNotes): Part[] {
  if (typeof value === 'string') return textPart(value);
  return arrayOf(value).flatMap((entry, at) => {
    const part = objectOf(entry);
    return part === undefined ? textPart(entry) : readPart(part, `${where}[${at}]`, notes);
  });
}

function textPart(value: unknown): Part[] {
  const text = filledString(value);
  return text === undefined ? [] : [{ type: 'text', text }];
}

type PartReader = (part: JsonObject, where: string, notes: ConversationNotes) => Part[];

function readPart(part: JsonObject, where: string, notes: ConversationNotes): Part[] {
  const type = stringOf(part.type) ?? '';
  const read = partReaders.get(type);
  return read === undefined
    ? [{ type: 'other', dialect: 'openai-chat', name: type, wire: part }]
    : read(part, where, notes);
}

const partReaders: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ['text', (part) => textPart(part.text)],
  ['refusal', (part) => textPart(part.refusal)],
  ['image_url', readImage],
  ['video_url', (part, where, notes) => readAddress(addressOf(part.video_url), `${where}.video_url`, {}, notes)],
  ['input_audio', readAudio],
  ['file', readFile],
]);

function readImage(part: JsonObject, where: string, notes: ConversationNotes): Part[] {
  if (filledString(objectOf(part.image_url)?.detail) !== undefined) notes.lose('image-detail');
  return readAddress(addressOf(part.image_url), `${where}.image_url.url`, {}, notes);
}

/** Some clients write the address itself where OpenAI has an object. */
function addressOf(value: unknown): string | undefined {
  return filledString(value) ?? filledString(objectOf(value)?.url);
}

function readAudio(part: JsonObject, where: string, notes: ConversationNotes): Part[] {
  const audio = objectOf(part.input_audio);
  const data = filledString(audio?.data);
  if (data === undefined) {
    notes.reject(`Missing required parameter: '${where}.input_audio.data'.`);
    return [];
  }
  const format = stringOf(audio?.format) ?? 'wav';
  // Some clients send the whole `data:` URL here.
  return [
    { type: 'media', mimeType: `audio/${format === 'mp3' ? 'mpeg' : format}`, data: dataUrlOf(data)?.data ?? data },
  ];
}

function readFile(part: JsonObject, where: string, notes: ConversationNotes): Part[] {
  const file = objectOf(part.file) ?? {};
  const title = filledString(file.filename);
  const named = title === undefined ? {} : { title };
  const fileId = filledString(file.file_id);
  if (fileId !== undefined) return [{ type: 'media', fileId, ...named }];
  const data = filledString(file.file_data);
  if (data === undefined) {
    notes.reject(`Missing required parameter: '${where}.file.file_data'. A file is sent as a data: URL.`);
    return [];
  }
  // A colon is no letter of base64: what has one is an address.
  if (data.slice(0, addressHeadCharacters).includes(':'))
    return readAddress(data, `${where}.file.file_data`, named, notes);
  const mimeType = mediaTypeOf(title);
  return [{ type: 'media', mimeType, data, ...named }];
}

const addressHeadCharacters = 64;

function readAddress(
  url: string | undefined,
  where: string,
  named: { readonly title?: string },
  notes: ConversationNotes,
): Part[] {
  if (url === undefined) {
    notes.reject(`Missing required parameter: '${where}'.`);
    return [];
  }
  const inline = dataUrlOf(url);
  if (inline !== undefined) return [{ type: 'media', ...inline, ...named }];
  if (/^https?:\/\//i.test(url)) return [{ type: 'media', url, ...named }];
  notes.refuse('local-file', where);
  return [];
}
