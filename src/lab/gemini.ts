/**
 * Answers in the Gemini dialect, as event stream, JSON array or one document, for the Gemini API and for Vertex.
 * Signatures stand where the real models put them: on the first function call, on an empty last text (3.x), on the first text after thoughts (2.5).
 */

import type { LabAnswer } from './answer.ts';
import type { Ask } from './ask.ts';
import { GOOGLE_HEADERS, wholeAnswer } from './refusals.ts';
import { between, randomText } from './seed.ts';
import { callText, mintSignature } from './signature.ts';
import type { Chance, Json, LabRoute, LabStep } from './step.ts';
import { demandsSignatures } from './traits.ts';
import { cutText } from './words.ts';

const THOUGHT_PARTS_MAX = 3;
const CALL_ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const CALLS_FINISH_MESSAGE = 'Model generated function call(s).';

export interface GeminiChunk {
  readonly parts?: readonly Json[];
  readonly finishReason?: string;
  readonly finishMessage?: string;
  /** Candidate tokens so far. */
  readonly tokens: number;
}

export function planGemini(ask: Ask, answer: LabAnswer, chance: Chance, now = 0): LabStep[] {
  const envelope = geminiEnvelope(ask, answer, chance, now);
  if (ask.route.framing === 'json') {
    const headers = { ...GOOGLE_HEADERS, 'content-type': 'application/json; charset=UTF-8' };
    const whole = wholeChunk(ask, answer, chance);
    return wholeAnswer(200, headers, `${JSON.stringify(envelope(whole, true), null, 2)}\n`);
  }
  const chunks = chunksOf(ask, answer, chance);
  const documents = chunks.map((chunk, at) => envelope(chunk, at === chunks.length - 1));
  const steps: LabStep[] = [geminiStreamHead(ask.route)];
  for (const frame of geminiFrames(ask.route, documents)) steps.push({ do: 'bytes', bytes: Buffer.from(frame) });
  steps.push({ do: 'end' });
  return steps;
}

export function geminiStreamHead(route: LabRoute): LabStep {
  const contentType = route.framing === 'sse' ? 'text/event-stream' : 'application/json; charset=UTF-8';
  return { do: 'head', status: 200, headers: { ...GOOGLE_HEADERS, 'content-type': contentType } };
}

export function geminiFrames(route: LabRoute, documents: readonly Json[]): string[] {
  if (route.framing === 'sse') return documents.map((document) => `data: ${googleJson(document)}\r\n\r\n`);
  if (route.framing === 'json') return documents.map((document) => `${JSON.stringify(document, null, 2)}\n`);
  const frames = documents.map((document, at) => `${at === 0 ? '[' : '\r\n,\r\n'}${JSON.stringify(document, null, 2)}`);
  return [...frames, frames.length === 0 ? '[]' : '\r\n]'];
}

/** JSON with a space after each colon and none after commas, as Google's front end writes it. */
export function googleJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(googleJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value as Json).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${googleJson(member)}`).join(',')}}`;
}

/** Puts a chunk into the envelope that all chunks of one answer share. */
export function geminiEnvelope(
  ask: Ask,
  answer: Pick<LabAnswer, 'inputTokens' | 'thinkingTokens'>,
  chance: Chance,
  now: number,
): (chunk: GeminiChunk | undefined, last: boolean) => Json {
  const responseId = randomText(23, chance);
  const vertex = ask.route.dialect === 'vertex-gemini';
  const created = vertex ? { createTime: new Date(now).toISOString() } : {};
  return (chunk, last) => {
    const usage = vertex && !last ? { trafficType: 'ON_DEMAND' } : usageOf(answer, chunk?.tokens ?? 0, vertex);
    const candidates = chunk === undefined ? {} : { candidates: [candidateOf(chunk)] };
    return { ...candidates, usageMetadata: usage, modelVersion: ask.route.model, ...created, responseId };
  };
}

function candidateOf(chunk: GeminiChunk): Json {
  const content = chunk.parts === undefined ? {} : { content: { parts: chunk.parts, role: 'model' } };
  const finish = chunk.finishReason === undefined ? {} : { finishReason: chunk.finishReason };
  const message = chunk.finishMessage === undefined ? {} : { finishMessage: chunk.finishMessage };
  return { ...content, ...finish, index: 0, ...message };
}

function usageOf(answer: Pick<LabAnswer, 'inputTokens' | 'thinkingTokens'>, tokens: number, vertex: boolean): Json {
  const thoughts = answer.thinkingTokens > 0 ? { thoughtsTokenCount: answer.thinkingTokens } : {};
  return {
    promptTokenCount: answer.inputTokens,
    ...(tokens > 0 ? { candidatesTokenCount: tokens } : {}),
    totalTokenCount: answer.inputTokens + tokens + answer.thinkingTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: answer.inputTokens }],
    ...thoughts,
    ...(vertex ? { trafficType: 'ON_DEMAND' } : { serviceTier: 'standard' }),
  };
}

function wholeChunk(ask: Ask, answer: LabAnswer, chance: Chance): GeminiChunk {
  const texts = answer.text === '' ? [] : [signedText(ask, answer, answer.text)];
  const parts = [...thoughtParts(ask, answer, 1, chance), ...texts, ...callParts(ask, answer, chance)];
  const tokens = answer.outputTokens - answer.thinkingTokens;
  return { ...(parts.length === 0 ? {} : { parts }), ...finishOf(answer), tokens };
}

/** The text of an unstreamed answer carries the signature itself. */
function signedText(ask: Ask, answer: LabAnswer, text: string): Json {
  const signed = answer.thinking !== undefined && answer.toolCalls.length === 0;
  return signed && (demandsSignatures(ask.route.model) || ask.showsThinking)
    ? { text, thoughtSignature: mintSignature('gemini', text) }
    : { text };
}

function finishOf(answer: LabAnswer): Pick<GeminiChunk, 'finishReason' | 'finishMessage'> {
  if (answer.recordedStop !== undefined) return { finishReason: answer.recordedStop };
  if (answer.stop === 'length') return { finishReason: 'MAX_TOKENS' };
  return answer.stop === 'tool'
    ? { finishReason: 'STOP', finishMessage: CALLS_FINISH_MESSAGE }
    : { finishReason: 'STOP' };
}

function chunksOf(ask: Ask, answer: LabAnswer, chance: Chance): GeminiChunk[] {
  const total = answer.outputTokens - answer.thinkingTokens;
  const chunks: GeminiChunk[] = [];
  for (const part of thoughtParts(ask, answer, between(1, THOUGHT_PARTS_MAX, chance), chance)) {
    chunks.push({ parts: [part], tokens: 0 });
  }
  const pieces = cutText(answer.text, chance, answer.pieces);
  const strict = demandsSignatures(ask.route.model);
  pieces.forEach((text, at) => {
    const early = at === 0 && !strict && ask.showsThinking && answer.toolCalls.length === 0;
    const part = early ? signedText(ask, answer, text) : { text };
    chunks.push({ parts: [part], tokens: Math.max(1, Math.floor((total * (at + 1)) / (pieces.length + 1))) });
  });
  const calls = callParts(ask, answer, chance);
  if (calls.length > 0 && chance() < 0.3) chunks.push({ parts: calls, tokens: total });
  else for (const call of calls) chunks.push({ parts: [call], tokens: total });
  return finished(ask, answer, chunks, total);
}

/** 3.x closes with an empty text part that carries the signature; 2.x puts the finish reason on the last chunk of content. */
function finished(ask: Ask, answer: LabAnswer, chunks: GeminiChunk[], tokens: number): GeminiChunk[] {
  const finish = finishOf(answer);
  const last = chunks.at(-1);
  if (demandsSignatures(ask.route.model) || last === undefined) {
    const signs = answer.thinking !== undefined && answer.toolCalls.length === 0 && answer.text !== '';
    const part = signs ? { text: '', thoughtSignature: mintSignature('gemini', answer.text) } : { text: '' };
    const close = answer.stop === 'length' && answer.text === '' ? {} : { parts: [part] };
    return [...chunks, { ...close, ...finish, tokens }];
  }
  return [...chunks.slice(0, -1), { ...last, ...finish, tokens }];
}

function thoughtParts(ask: Ask, answer: LabAnswer, pieces: number, chance: Chance): Json[] {
  if (answer.thinking === undefined || !ask.showsThinking) return [];
  const told = answer.recordedStop === undefined ? `**A thought**\n\n${answer.thinking}\n\n\n` : answer.thinking;
  return cutText(told, chance, pieces).map((text) => ({ text, thought: true }));
}

function callParts(ask: Ask, answer: LabAnswer, chance: Chance): Json[] {
  const strict = demandsSignatures(ask.route.model);
  return answer.toolCalls.map((call, at) => {
    const id = strict ? { id: randomText(8, chance, CALL_ID_ALPHABET) } : {};
    const signed = at === 0 && (strict || answer.thinking !== undefined);
    const signature = signed ? { thoughtSignature: mintSignature('gemini', callText(call.name, call.args)) } : {};
    return { functionCall: { name: call.name, args: call.args, ...id }, ...signature };
  });
}
