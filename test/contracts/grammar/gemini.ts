/** The grammar of a Gemini answer as Google's description and its recorded streams have it, written without a look at the writers that it judges. */

import { isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

/** What breaks the grammar, in words; empty when the stream is legal. It may end with an error object instead of a finish reason. */
export function geminiStreamFaults(bytes: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const faults: string[] = [];
  const chunks: Json[] = [];
  if (!text.endsWith('\r\n\r\n')) faults.push('the last event has no blank line');
  for (const block of text.split('\r\n\r\n').slice(0, -1)) {
    // A comment keeps the connection busy.
    if (/^:[^\r\n]*$/.test(block)) continue;
    const [, data] = /^data: (\{[^\n\r]*\})$/.exec(block) ?? [];
    if (data === undefined) faults.push(`not one data line: ${block.slice(0, 90)}`);
    chunks.push(objectIn(parsed(data ?? '')));
  }
  return [...faults, ...chunksFaults(chunks)];
}

/** The same answer as one JSON array. */
export function geminiArrayFaults(bytes: Uint8Array): string[] {
  const array = parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  return Array.isArray(array) ? chunksFaults(array.map(objectIn)) : ['no JSON array'];
}

export function geminiDocumentFaults(document: Json): string[] {
  return chunksFaults([document]);
}

function chunksFaults(chunks: readonly Json[]): string[] {
  const faults: string[] = [];
  if (chunks.length === 0) return ['nothing at all'];
  const first = chunks[0];
  let text = '';
  chunks.forEach((chunk, at) => {
    const isLast = at === chunks.length - 1;
    if (chunk.error !== undefined) faults.push(...errorFaults(chunk, isLast));
    else faults.push(...chunkFaults(chunk, isLast));
    if (chunk.error === undefined && chunk.responseId !== first?.responseId) faults.push('another responseId');
    if (chunk.error === undefined && chunk.modelVersion !== first?.modelVersion) faults.push('another modelVersion');
    for (const part of partsOf(chunk)) if (part.thought !== true) text += textIn(part.text);
  });
  const last = chunks.at(-1) ?? {};
  if (last.error === undefined) faults.push(...groundingFaults(last, text));
  return faults;
}

function errorFaults(chunk: Json, isLast: boolean): string[] {
  const { code, message, status } = objectIn(chunk.error);
  const isWhole = typeof code === 'number' && textIn(message) !== '' && /^[A-Z_]+$/.test(textIn(status));
  return [...(isWhole ? [] : ['an error without code, message or status']), ...(isLast ? [] : ['more after an error'])];
}

const members = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'promptFeedback', 'createTime']);

const finishReasons = new Set([
  ...['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'LANGUAGE', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'],
  ...['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'FINISH_REASON_UNSPECIFIED'],
]);

const candidateMembers = new Set([
  ...['content', 'finishReason', 'finishMessage', 'index', 'groundingMetadata', 'citationMetadata', 'safetyRatings'],
  'urlContextMetadata',
]);

function chunkFaults(chunk: Json, isLast: boolean): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(chunk)) if (!members.has(name)) faults.push(`the member ${name}`);
  if (textIn(chunk.responseId) === '' || textIn(chunk.modelVersion) === '')
    faults.push('no responseId or modelVersion');
  const candidates = objectsIn(chunk.candidates);
  if (candidates.length !== 1) faults.push(`${candidates.length} candidates`);
  const candidate = candidates[0] ?? {};
  for (const name of Object.keys(candidate)) if (!candidateMembers.has(name)) faults.push(`candidate.${name}`);
  if (candidate.index !== undefined && candidate.index !== 0) faults.push('a candidate that is not the first');
  if (candidate.content !== undefined && objectIn(candidate.content).role !== 'model') faults.push('no role model');
  const reason = candidate.finishReason;
  if (isLast && !finishReasons.has(textIn(reason))) faults.push(`it ends with the finish reason ${String(reason)}`);
  if (!isLast && reason !== undefined) faults.push(`${String(reason)} before the end`);
  const parts = partsOf(chunk);
  if (!isLast && parts.length === 0) faults.push('a chunk that says nothing');
  for (const part of parts) faults.push(...partFaults(part, isLast));
  if (chunk.usageMetadata !== undefined) faults.push(...usageFaults(objectIn(chunk.usageMetadata)));
  return faults;
}

function partsOf(chunk: Json): readonly Json[] {
  return objectsIn(objectIn(objectsIn(chunk.candidates)[0]?.content).parts);
}

const kinds = ['text', 'functionCall', 'inlineData', 'fileData', 'executableCode', 'codeExecutionResult'];
const flags = new Set(['thought', 'thoughtSignature']);

/** Of the field `thoughtSignature`, whose type is bytes: a client's library decodes it. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function partFaults(part: Json, isLast: boolean): string[] {
  const faults: string[] = [];
  const held = kinds.filter((kind) => part[kind] !== undefined);
  if (held.length !== 1)
    faults.push(`a part with ${held.length} kinds of content: ${JSON.stringify(part).slice(0, 60)}`);
  for (const name of Object.keys(part)) if (!kinds.includes(name) && !flags.has(name)) faults.push(`part.${name}`);
  const { text, thought, thoughtSignature: signature, functionCall, inlineData, fileData, executableCode } = part;
  if (text !== undefined && typeof text !== 'string') faults.push('a text that is none');
  if (text === '' && signature === undefined && !isLast) faults.push('an empty text without a signature');
  if (thought !== undefined && (thought !== true || text === undefined)) faults.push('a thought that is no text');
  const isSigned = typeof signature === 'string' && signature !== '' && base64.test(signature);
  if (signature !== undefined && !isSigned) faults.push('a signature that is no base64');
  if (functionCall !== undefined) {
    const { name, args, id } = objectIn(functionCall);
    if (textIn(name) === '' || !isObject(args)) faults.push('a call without name or object of arguments');
    if (id !== undefined && textIn(id) === '') faults.push('a call with an empty id');
  }
  if (inlineData !== undefined && textIn(objectIn(inlineData).data) === '') faults.push('inlineData without data');
  if (fileData !== undefined && textIn(objectIn(fileData).fileUri) === '') faults.push('fileData without an address');
  if (executableCode !== undefined && textIn(objectIn(executableCode).language) === '')
    faults.push('code in no language');
  return faults;
}

const countNames = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'toolUsePromptTokenCount'];

function usageFaults(usage: Json): string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(usage)) {
    if (!/Count$/.test(name)) continue;
    if (!Number.isSafeInteger(value) || (value as number) < 0) faults.push(`${name} is ${String(value)}`);
  }
  const sum = countNames.reduce((all, name) => all + (Number(usage[name] ?? 0) || 0), 0);
  if (usage.totalTokenCount !== undefined && usage.totalTokenCount !== sum) {
    faults.push(`a total of ${String(usage.totalTokenCount)} instead of ${sum}`);
  }
  return faults;
}

/** Supports point at bytes of the whole text, and at sources that are there. */
function groundingFaults(chunk: Json, text: string): string[] {
  const metadata = objectIn(objectsIn(chunk.candidates)[0]?.groundingMetadata);
  const sources = objectsIn(metadata.groundingChunks);
  const bytes = new TextEncoder().encode(text).length;
  return objectsIn(metadata.groundingSupports).flatMap((support) => {
    const { startIndex = 0, endIndex = 0 } = objectIn(support.segment);
    const isInside = Number(startIndex) <= Number(endIndex) && Number(endIndex) <= bytes;
    const indices = Array.isArray(support.groundingChunkIndices) ? support.groundingChunkIndices : [];
    const areThere = indices.length > 0 && indices.every((at) => sources[Number(at)] !== undefined);
    return [
      ...(isInside ? [] : [`a support at ${String(startIndex)} to ${String(endIndex)} of ${bytes} bytes`]),
      ...(areThere ? [] : ['a support without its source']),
    ];
  });
}
