/**
 * Reads the content parts of messages and tool outputs. A file is only taken from the request itself or by its web address: a path of the
 * machine is refused, never opened.
 */

import type { Citation, Part } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { mediaTypeOf } from '../media-types.ts';
import { readAnnotation } from './annotations.ts';
import { type Refusal, responsesReadLosses } from './losses.ts';

/** What is wrong with a request, for its sender; caught where the request is read. */
export class UnreadableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableError';
  }
}

export function unreadable({ feature, why, instead }: Refusal): UnreadableError {
  return new UnreadableError(`${feature} cannot be read for another upstream: ${why}. What can be done: ${instead}.`);
}

/** A string, or a list of parts. Empty texts say nothing and some upstreams refuse them. */
export function readContent(value: unknown): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  return objectsIn(value).flatMap(readPart);
}

function readPart(part: JsonObject): Part[] {
  const type = stringOf(part.type) ?? '';
  const read = partReaders.get(type);
  return read === undefined ? [{ type: 'other', dialect: 'openai-responses', name: type, wire: part }] : read(part);
}

const partReaders: ReadonlyMap<string, (part: JsonObject) => Part[]> = new Map([
  ['input_text', readText],
  ['output_text', readText],
  ['text', readText],
  ['refusal', (part: JsonObject) => readContent(part.refusal)],
  ['input_image', readImage],
  ['computer_screenshot', readImage],
  ['input_file', readFile],
  ['input_audio', readAudio],
]);

function readText(part: JsonObject): Part[] {
  const text = stringOf(part.text) ?? '';
  if (text === '') return [];
  const citations: Citation[] = objectsIn(part.annotations).map(readAnnotation);
  return [{ type: 'text', text, ...(citations.length > 0 && { citations }) }];
}

function readImage(part: JsonObject): Part[] {
  const fileId = filledString(part.file_id);
  if (fileId !== undefined) return [{ type: 'media', fileId }];
  const url = filledString(part.image_url) ?? filledString(objectOf(part.image_url)?.url);
  if (url === undefined) throw new UnreadableError("input_image needs 'image_url' or 'file_id'.");
  return [readAddress(url, 'input_image.image_url', {})];
}

function readFile(part: JsonObject): Part[] {
  const fileId = filledString(part.file_id);
  const title = filledString(part.filename);
  if (fileId !== undefined) return [{ type: 'media', fileId, ...(title !== undefined && { title }) }];
  const data = filledString(part.file_data);
  if (data !== undefined && !data.startsWith('data:')) {
    const mimeType = mediaTypeOf(title);
    return [{ type: 'media', mimeType, data, ...(title !== undefined && { title }) }];
  }
  const url = data ?? filledString(part.file_url);
  if (url === undefined) throw new UnreadableError("input_file needs 'file_data', 'file_url' or 'file_id'.");
  return [readAddress(url, 'input_file', { title })];
}

function readAudio(part: JsonObject): Part[] {
  const audio = objectOf(part.input_audio) ?? part;
  const data = filledString(audio.data);
  if (data === undefined) throw new UnreadableError("input_audio needs 'data'.");
  const format = filledString(audio.format) ?? 'wav';
  return [{ type: 'media', mimeType: `audio/${format === 'mp3' ? 'mpeg' : format}`, data }];
}

function readAddress(url: string, where: string, more: JsonObject): Part {
  const title = filledString(more.title);
  const named = title === undefined ? {} : { title };
  if (/^https?:\/\//i.test(url)) return { type: 'media', url, ...named };
  // Only the head is matched: the data may be a hundred megabytes.
  const head = url.slice(0, url.indexOf(',') + 1);
  const match = /^data:([\w.+/-]*)((?:;[^;,]*)*),$/i.exec(head);
  if (match === null) {
    const { address } = responsesReadLosses;
    throw unreadable({ ...address, feature: `${where}: ${address.feature}` });
  }
  const body = url.slice(head.length);
  const isBase64 = /;base64$/i.test(match[2] ?? '');
  const mimeType = filledString(match[1]) ?? 'text/plain';
  return { type: 'media', mimeType, data: isBase64 ? body : Buffer.from(unescaped(body)).toString('base64'), ...named };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
