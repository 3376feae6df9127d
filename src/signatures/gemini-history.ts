/**
 * Reads a Gemini history part by part: what each one is, where it stands in its turn, and how the memory names it. A turn begins at a user content
 * that holds something other than function responses; a step is one model content. Both spellings of every member are read.
 */

import { geminiSignatureMembers } from '../model/signature-words.ts';
import { callDigest, digest, isRecord, records, textOf } from './digest.ts';

export interface GeminiPart {
  readonly content: number;
  readonly at: number;
  readonly part: Record<string, unknown>;
  readonly kind: 'call' | 'text' | 'thought' | 'other';
  /** The members that carry a signature, as the client spells them. */
  readonly signatureMembers: readonly string[];
  /** The first signature that is not empty; else empty. */
  readonly signature: string;
  /** How the session layer names it. */
  readonly key: string;
  /** The id of a call; empty where there is none. */
  readonly id: string;
  readonly name: string;
  /** The fingerprint of a call. */
  readonly call: string;
  /** The first call of its step. */
  readonly isFirstCall: boolean;
  readonly isCurrentTurn: boolean;
}

export interface GeminiHistory {
  /** The parts of the model's contents. */
  readonly parts: readonly GeminiPart[];
  /** How many parts each content has, by its place. */
  readonly sizes: ReadonlyMap<number, number>;
  /** The turn that an answer to this history belongs to. */
  readonly turn: GeminiTurn;
}

/** Names what is said in one turn. Equal calls of a turn are told apart by their order. */
export interface GeminiTurn {
  callKey(call: string): string;
  textKey(text: string): string;
}

export function readGeminiHistory(json: Record<string, unknown>): GeminiHistory {
  const contents = records(json.contents);
  const currentTurn = contents.findLast(({ record }) => opensTurn(record))?.at ?? -1;
  const parts: GeminiPart[] = [];
  const sizes = new Map<number, number>();
  let turn = geminiTurn('');
  for (const { at: content, record } of contents) {
    if (opensTurn(record)) turn = geminiTurn(openingOf(record));
    if (record.role !== 'model' || !Array.isArray(record.parts)) continue;
    sizes.set(content, record.parts.length);
    let hasCall = false;
    for (const { at, record: part } of records(record.parts)) {
      const read = readPart(part, turn);
      const isFirstCall: boolean = read.kind === 'call' && !hasCall;
      hasCall ||= isFirstCall;
      parts.push({ ...read, content, at, isFirstCall, isCurrentTurn: content > currentTurn });
    }
  }
  return { parts, sizes, turn };
}

function geminiTurn(opening: string): GeminiTurn {
  const seen = new Map<string, number>();
  return {
    callKey(call) {
      const order = seen.get(call) ?? 0;
      seen.set(call, order + 1);
      return digest('call', opening, call, String(order));
    },
    textKey: (text) => digest('text', opening, text),
  };
}

function readPart(
  part: Record<string, unknown>,
  turn: GeminiTurn,
): Omit<GeminiPart, 'content' | 'at' | 'isFirstCall' | 'isCurrentTurn'> {
  const signatureMembers = geminiSignatureMembers.filter((member) => part[member] !== undefined);
  const signature = signatureMembers.map((member) => textOf(part[member])).find((text) => text !== '') ?? '';
  const base = { part, signatureMembers, signature };
  const call = part.functionCall ?? part.function_call;
  if (isRecord(call)) {
    const name = textOf(call.name);
    const fingerprint = callDigest(name, call.args);
    return { ...base, kind: 'call', key: turn.callKey(fingerprint), id: textOf(call.id), name, call: fingerprint };
  }
  const text = textOf(part.text);
  const kind = part.thought === true ? 'thought' : typeof part.text === 'string' ? 'text' : 'other';
  return { ...base, kind, key: turn.textKey(text), id: '', name: '', call: '' };
}

function opensTurn(content: Record<string, unknown>): boolean {
  return content.role !== 'model' && records(content.parts).some(({ record }) => !isFunctionResponse(record));
}
function isFunctionResponse(part: Record<string, unknown>): boolean {
  return part.functionResponse !== undefined || part.function_response !== undefined;
}

/** What the user said; of anything that is not text only that it is there. */
function openingOf(content: Record<string, unknown>): string {
  const said = records(content.parts).filter(({ record }) => !isFunctionResponse(record));
  return digest(
    ...said.map(({ record }) =>
      typeof record.text === 'string' ? record.text.trim() : Object.keys(record).sort().join(),
    ),
  );
}
