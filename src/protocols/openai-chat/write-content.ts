/** Writes the parts of a turn as this dialect's content: text, images, sound and files for the user, text alone everywhere else. */

import type { Part } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { arrayOf } from './shapes.ts';

/** A string where there is one text and nothing else: some servers take no list. Undefined when there is nothing to say. */
export function writeUserContent(parts: readonly Part[], notes: ConversationNotes): string | JsonObject[] | undefined {
  const content = parts.flatMap<JsonObject>((part) => {
    if (part.type === 'media') return writeMedia(part, notes) ?? [];
    const text = textOf(part, notes);
    return text === '' ? [] : { type: 'text', text };
  });
  if (content.length === 0) return undefined;
  return content.length === 1 && content[0]?.type === 'text' ? (content[0].text as string) : content;
}

/** The texts of parts where only text can stand. */
export function textsOf(parts: readonly Part[], notes: ConversationNotes): readonly string[] {
  return parts.map((part) => textOf(part, notes)).filter((text) => text !== '');
}

/** Empty for what has no text, or none that another model could use. */
function textOf(part: Part, notes: ConversationNotes): string {
  switch (part.type) {
    case 'text':
      if (part.citations !== undefined && part.citations.length > 0) notes.lose('citations');
      return part.text;
    case 'code':
      notes.lose('code');
      return fenced(part.language.toLowerCase(), part.code);
    case 'code-result':
      notes.lose('code');
      return part.output === '' ? '' : fenced('', part.output);
    case 'other':
      return otherText(part, notes);
    default:
      return '';
  }
}

/** Longer than any fence inside. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** Blocks whose text a client has put there for the model to read. */
const readable: ReadonlySet<string> = new Set(['search_result', 'compaction', 'connector_text']);

function otherText(part: Extract<Part, { type: 'other' }>, notes: ConversationNotes): string {
  const wire = objectOf(part.wire);
  if (!readable.has(part.name) || wire === undefined) {
    notes.lose('other-part');
    return '';
  }
  notes.lose('search-result');
  const content = typeof wire.content === 'string' ? [wire.content] : objectsIn(wire.content).map(({ text }) => text);
  const lines = [wire.title, wire.source, wire.text, ...arrayOf(content)];
  return lines.flatMap((line) => filledString(line) ?? []).join('\n');
}

type Media = Extract<Part, { type: 'media' }>;

export function writeMedia(media: Media, notes: ConversationNotes): JsonObject | undefined {
  const mimeType = media.mimeType?.toLowerCase() ?? '';
  if (media.fileId !== undefined) return writeFileId(media, notes);
  if (media.url !== undefined) {
    const isImage = mimeType === '' ? !/\.pdf(?:[?#]|$)/i.test(media.url) : mimeType.startsWith('image/');
    if (isImage && /^https?:/i.test(media.url)) return { type: 'image_url', image_url: { url: media.url } };
    notes.refuse('media-source', mimeType === '' ? undefined : mimeType);
    return undefined;
  }
  const data = media.data ?? '';
  const row = inlineForms.find(({ form }) => form.test(mimeType));
  if (row === undefined) notes.refuse('media-type', mimeType === '' ? 'of no stated type' : mimeType);
  return row?.write(data, mimeType, media, notes);
}

/** OpenAI's ids of files begin so; an id of another provider names nothing here. */
const openaiFileId = /^file-/;

function writeFileId(media: Media, notes: ConversationNotes): JsonObject | undefined {
  if (openaiFileId.test(media.fileId ?? '')) return { type: 'file', file: { file_id: media.fileId } };
  notes.refuse('media-source', 'a file id');
  return undefined;
}

interface InlineForm {
  readonly form: RegExp;
  readonly write: (data: string, mimeType: string, media: Media, notes: ConversationNotes) => JsonObject;
}

const inlineForms: readonly InlineForm[] = [
  {
    form: /^image\//,
    write: (data, mimeType) => ({ type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}` } }),
  },
  {
    form: /^audio\/(x-|vnd\.)?wave?$/,
    write: (data) => ({ type: 'input_audio', input_audio: { data, format: 'wav' } }),
  },
  {
    form: /^audio\/(mp3|mpeg)$/,
    write: (data) => ({ type: 'input_audio', input_audio: { data, format: 'mp3' } }),
  },
  {
    form: /^application\/pdf$/,
    write: (data, mimeType, media) => ({
      type: 'file',
      // The dialect demands a name.
      file: { filename: media.title ?? 'document.pdf', file_data: `data:${mimeType};base64,${data}` },
    }),
  },
  {
    form: /^text\/|^application\/(json|xml|yaml|x-yaml|javascript)$/,
    write: (data, _mimeType, media, notes) => {
      notes.lose('text-document');
      const text = Buffer.from(data, 'base64').toString('utf8');
      return { type: 'text', text: media.title === undefined ? text : `${media.title}\n\n${text}` };
    },
  },
];

/** What a tool has returned: text, and the media that cannot stand in it. */
export function writeResult(
  result: Extract<Part, { type: 'tool-result' }>,
  notes: ConversationNotes,
): { readonly content: string; readonly media: readonly Part[] } {
  const media = result.parts.filter((part) => part.type === 'media');
  const rest = result.parts.filter(
    (part) => part.type !== 'media' && (result.json === undefined || part.type !== 'text'),
  );
  const texts = [...(result.json === undefined ? [] : [result.json]), ...textsOf(rest, notes)];
  if (media.length > 0) notes.lose('result-media');
  if (result.isError) notes.lose('result-error');
  if (texts.length > 1) notes.lose('joined-text');
  return { content: texts.join('\n\n'), media };
}

/** For a call whose arguments are one text. */
export function freeTextOf(argumentsJson: string, parsed: unknown): string {
  return stringOf(objectOf(parsed)?.input) ?? argumentsJson;
}
