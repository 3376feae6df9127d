/** Writes turns as input items: consecutive words of one role are one message; calls, results and thoughts are items of their own, in order. */

import type { Part, Turn } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import { isForeign, isOwnThought } from './losses.ts';

export function writeTurns(turns: readonly Turn[]): JsonObject[] {
  return turns.flatMap(writeTurn);
}

/** Parts of a message of the user or of instructions. */
export function writeContent(parts: readonly Part[]): JsonObject[] {
  return parts.map(inputPart).filter((part) => part !== undefined);
}

const roles = { user: 'user', model: 'assistant', system: 'developer' } as const;

function writeTurn({ role, parts }: Turn): JsonObject[] {
  const items: JsonObject[] = [];
  let message: JsonObject[] | undefined;
  for (const part of parts) {
    const item = itemOf(part);
    const content = item === undefined ? (role === 'model' ? outputPart(part) : inputPart(part)) : undefined;
    if (item !== undefined) {
      items.push(item);
      message = undefined;
    } else if (content !== undefined) {
      if (message === undefined) {
        message = [];
        items.push({ type: 'message', role: roles[role], content: message });
      }
      message.push(content);
    }
  }
  return items;
}

/** Parts that are items of their own. */
function itemOf(part: Part): JsonObject | undefined {
  switch (part.type) {
    case 'tool-call':
      return { type: 'function_call', call_id: part.id, name: part.name, arguments: part.argumentsJson };
    case 'tool-result':
      return { type: 'function_call_output', call_id: part.id, output: writeOutput(part) };
    case 'thinking':
      return isOwnThought(part) ? reasoning(part) : undefined;
    case 'other':
      return isItem(part) ? (part.wire as JsonObject) : undefined;
    default:
      return undefined;
  }
}

/** Without its id: with `store: false` nobody could look it up. */
function reasoning({ text, signature }: Extract<Part, { type: 'thinking' }>): JsonObject {
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return { type: 'reasoning', summary, encrypted_content: signature?.signature };
}

/** An item of this dialect, and not a part of a message. */
function isItem(part: Extract<Part, { type: 'other' }>): boolean {
  return !isForeign(part) && !part.name.startsWith('input_');
}

/** Plain text as the string it was: that is what every model is used to. */
function writeOutput({ parts, json }: Extract<Part, { type: 'tool-result' }>): unknown {
  const texts = parts.flatMap((part) => (part.type === 'text' ? part.text : []));
  if (parts.length === 0) return json ?? '';
  if (texts.length === 1 && parts.length === 1) return texts[0];
  return writeContent(parts);
}

function outputPart(part: Part): JsonObject | undefined {
  if (part.type === 'text') return part.text === '' ? undefined : { type: 'output_text', text: part.text };
  const text = asText(part);
  return text === undefined ? undefined : { type: 'output_text', text };
}

function inputPart(part: Part): JsonObject | undefined {
  if (part.type === 'text') return part.text === '' ? undefined : { type: 'input_text', text: part.text };
  if (part.type === 'media') return writeMedia(part);
  if (part.type === 'other') return isForeign(part) ? inputText(JSON.stringify(part.wire)) : (part.wire as JsonObject);
  const text = asText(part);
  return text === undefined ? undefined : inputText(text);
}

function inputText(text: string): JsonObject {
  return { type: 'input_text', text };
}

function asText(part: Part): string | undefined {
  if (part.type === 'code') return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
  if (part.type === 'code-result') return `\`\`\`\n${part.output}\n\`\`\``;
  return undefined;
}

function writeMedia(part: Extract<Part, { type: 'media' }>): JsonObject {
  const { mimeType, data, url, fileId, title } = part;
  const address = data === undefined ? url : `data:${mimeType ?? 'application/octet-stream'};base64,${data}`;
  const named = title === undefined ? {} : { filename: title };
  if (isImage(part)) {
    return {
      type: 'input_image',
      detail: 'auto',
      ...(fileId === undefined ? { image_url: address } : { file_id: fileId }),
    };
  }
  if (fileId !== undefined) return { type: 'input_file', file_id: fileId };
  if (data === undefined) return { type: 'input_file', file_url: url };
  // The API reads what a file is from its name.
  return { type: 'input_file', filename: endings.get(mimeType ?? '') ?? 'file', ...named, file_data: address };
}

const endings: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'file.pdf'],
  ['text/plain', 'file.txt'],
  ['text/markdown', 'file.md'],
  ['text/csv', 'file.csv'],
  ['application/json', 'file.json'],
  ['text/html', 'file.html'],
]);

/** An address without a type is an image, unless its ending says otherwise. */
function isImage({ mimeType, url, title }: Extract<Part, { type: 'media' }>): boolean {
  if (mimeType !== undefined) return mimeType.startsWith('image/');
  const path = (url ?? title ?? '').split(/[?#]/)[0] ?? '';
  return !/\.(pdf|txt|md|csv|json|html?|docx?|xlsx?|pptx?)$/i.test(path);
}
