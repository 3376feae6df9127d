/**
 * Collects a streamed answer into the document that `:generateContent` would have returned. Text parts that follow each other become one, with
 * their signature; every other part stays as it came. Two different signatures are never merged, and nothing is added that was not sent.
 */

import { FoldError } from '../../model/failure.ts';
import type { AnswerFold } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { addUnseen, asArray, candidateIndex, inOrder, type Mutable } from './fold-values.ts';
import { isObject, type JsonObject, objectsIn, signatureOf } from './shapes.ts';

export function foldGeminiAnswer(): AnswerFold {
  return new GeminiFold();
}

class GeminiFold implements AnswerFold {
  #answer: Mutable = {};
  readonly #candidates = new Map<number, CandidateFold>();
  #fault: string | undefined;

  push(frame: Frame): void {
    if (frame.shape === 'comment' || frame.data.trim() === '[DONE]') return;
    if (frame.shape === 'event' && frame.data === '') return;
    let json: unknown;
    try {
      json = parseLossless(frame.data);
    } catch {
      // The rest of a body that was cut: whether the answer is whole without it is for the reader of events to say.
      if (frame.shape === 'event' && !frame.terminated) return;
    }
    if (!isObject(json)) this.#fault ??= 'the stream holds something that is no JSON object';
    else if (json.error !== undefined) this.#fault ??= 'the stream holds an error';
    else this.#pushResponse(json);
  }

  document(): string {
    if (this.#fault !== undefined) throw new FoldError(this.#fault);
    if (Object.keys(this.#answer).length === 0) throw new FoldError('the stream holds no answer');
    const answer: Mutable = { ...this.#answer };
    if (this.#candidates.size > 0) {
      const sorted = [...this.#candidates].sort(([left], [right]) => left - right);
      answer.candidates = sorted.map(([, candidate]) => candidate.value());
    }
    return stringifyLossless(inOrder(answer, answerOrder));
  }

  #pushResponse(json: JsonObject): void {
    const { candidates, usageMetadata, ...rest } = json;
    const answer: Mutable = { ...this.#answer, ...rest };
    if (candidates !== undefined) answer.candidates = [];
    if (isObject(usageMetadata)) {
      const before = this.#answer.usageMetadata;
      answer.usageMetadata = { ...(isObject(before) ? before : {}), ...usageMetadata };
    }
    this.#answer = answer;
    for (const candidate of objectsIn(candidates)) {
      const index = candidateIndex(candidate);
      let fold = this.#candidates.get(index);
      if (fold === undefined) {
        fold = new CandidateFold();
        this.#candidates.set(index, fold);
      }
      fold.push(candidate);
    }
  }
}

class CandidateFold {
  #fields: Mutable = {};
  #content: Mutable | undefined;
  #parts: PartFold[] | undefined;

  push(json: JsonObject): void {
    const { content, citationMetadata, logprobsResult, ...rest } = json;
    const fields: Mutable = { ...this.#fields, ...rest };
    if (isObject(citationMetadata)) {
      fields.citationMetadata = joinLists(fields.citationMetadata, citationMetadata, addUnseen);
    }
    if (isObject(logprobsResult)) {
      fields.logprobsResult = joinLists(fields.logprobsResult, logprobsResult, (left, right) => [...left, ...right]);
    }
    this.#fields = fields;
    if (!isObject(content)) return;
    this.#content = { ...this.#content, ...content };
    if (content.parts === undefined) return;
    this.#parts ??= [];
    for (const part of asArray(content.parts)) this.#pushPart(part);
  }

  value(): JsonObject {
    const value: Mutable = { ...this.#fields };
    if (this.#content !== undefined) {
      const content: Mutable = { ...this.#content };
      if (this.#parts !== undefined) content.parts = finishParts(this.#parts);
      value.content = content;
    }
    return inOrder(value, candidateOrder);
  }

  #pushPart(part: unknown): void {
    const parts = this.#parts!;
    const last = parts.at(-1);
    const text = readText(part);
    if (text === undefined || last?.text === undefined || !fits(last.text, text)) {
      parts.push({ part, text });
      return;
    }
    last.text.texts.push(...text.texts);
    last.text.signature ??= text.signature;
  }
}

/** A part as it came, and what is merged when it is nothing but text. */
interface PartFold {
  readonly part: unknown;
  readonly text: TextFold | undefined;
}

interface TextFold {
  readonly texts: string[];
  readonly thought: boolean;
  signature: string | undefined;
}

const textFields: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature', 'thought_signature']);

function readText(part: unknown): TextFold | undefined {
  if (!isObject(part) || typeof part.text !== 'string') return undefined;
  if (Object.keys(part).some((key) => !textFields.has(key))) return undefined;
  return { texts: [part.text], thought: part.thought === true, signature: signatureOf(part) };
}

function fits(left: TextFold, right: TextFold): boolean {
  if (left.thought !== right.thought) return false;
  return left.signature === undefined || right.signature === undefined || left.signature === right.signature;
}

/** An empty unsigned text is only the wrapping of a last chunk; a whole answer has it when it has nothing else. */
function finishParts(folds: readonly PartFold[]): unknown[] {
  const parts = folds.filter(
    ({ text }) => text === undefined || text.signature !== undefined || text.texts.some(Boolean),
  );
  return (parts.length > 0 ? parts : folds.slice(0, 1)).map(({ part, text }) => {
    if (text === undefined || text.texts.length === 1) return part;
    return {
      ...(part as JsonObject),
      text: text.texts.join(''),
      ...(text.signature === undefined ? {} : { thoughtSignature: text.signature }),
    };
  });
}

/** Lists grow from chunk to chunk; everything beside them is stated anew. */
function joinLists(
  before: unknown,
  now: JsonObject,
  join: (left: readonly unknown[], right: readonly unknown[]) => unknown[],
): JsonObject {
  const joined = new Map(Object.entries(isObject(before) ? before : {}));
  for (const [key, value] of Object.entries(now)) {
    const known = joined.get(key);
    joined.set(key, Array.isArray(known) && Array.isArray(value) ? join(known, value) : value);
  }
  return Object.fromEntries(joined);
}

const answerOrder = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'createTime', 'responseId'];
const candidateOrder = [
  'content',
  'finishReason',
  'index',
  'safetyRatings',
  'citationMetadata',
  'groundingMetadata',
  'urlContextMetadata',
  'avgLogprobs',
  'logprobsResult',
  'finishMessage',
];
