/**
 * Reads the refusals of OpenAI and of the servers that speak its dialects, over HTTP and inside a stream. Statuses, codes and sentences stand here
 * and nowhere else; sentences are matched by their stable part only. Google's own errors, which its compatible endpoint sends, are read by Google's rows.
 */

import type { Failure } from '../../model/failure.ts';
import { classifyGemini, classifyGeminiInBand } from '../gemini/classify.ts';
import {
  asInBand,
  type Evidence,
  isJson,
  type Json,
  messageCharsMax,
  type RefusalInput,
  type Row,
  readErrorDocument,
  refusalByRow,
  shouldRetryOf,
  text,
} from '../refusal.ts';
import { headerRetryMs } from '../retry-time.ts';
import { exhaustedLimitMs, spokenRetryMs } from './retry-time.ts';
import { rows, statusOfReason } from './rows.ts';

export function classifyOpenai(input: RefusalInput): Failure {
  const document = readErrorDocument(input.body);
  if (isGoogleEnvelope(document?.json)) return classifyGemini(input);
  const evidence = { ...evidenceOf(input.status, document?.json), shouldRetry: shouldRetryOf(input.headers) };
  return refusalByRow(rows, {
    input,
    document,
    evidence,
    timeMs: (row) => headerRetryMs(input.headers, input.now) ?? rowTimeMs(row, evidence, input),
  });
}

/** An error object inside a 200 stream, a `response.failed`, or a chunk whose reason to finish is that the answer was given up. */
export function classifyOpenaiInBand(body: string, now: number): Failure {
  const json = readErrorDocument(body)?.json;
  if (isGoogleEnvelope(json)) return classifyGeminiInBand(body, now);
  const error = errorOf(json);
  const stated = typeof error.code === 'number' ? error.code : Number(error.code || error.status_code);
  const status = stated >= 400 && stated <= 599 ? stated : statusOfReason(evidenceOf(0, json));
  return asInBand(classifyOpenai({ status, headers: {}, body, now }));
}

/** google.rpc.Status: a number for a code, and a word for a status. */
function isGoogleEnvelope(json: Json | undefined): boolean {
  const error = json !== undefined && isJson(json.error) ? json.error : undefined;
  return typeof error?.code === 'number' && /^[A-Z_]+$/.test(text(error.status));
}

function evidenceOf(status: number, json: Json | undefined): Evidence {
  const error = errorOf(json);
  const metadata = isJson(error.metadata) ? error.metadata : {};
  return {
    status,
    type: text(error.type),
    reasons: [error.code, error.param, finishReasonOf(json)].flatMap((word) => text(word) || []).join(' '),
    message: text(error.message).slice(0, messageCharsMax),
    // OpenRouter quotes the provider behind it.
    details: text(metadata.raw).slice(0, messageCharsMax),
  };
}

/** The error object, wherever it stands; compatible servers also send `{"error":"…"}`, `{"message":"…"}` and `{"detail":"…"}`. */
function errorOf(json: Json | undefined): Json {
  if (json === undefined) return {};
  if (isJson(json.error)) return json.error;
  const response = isJson(json.response) ? json.response : {};
  if (isJson(response.error)) return response.error;
  const groq = isJson(json.x_groq) ? json.x_groq : {};
  if (isJson(groq.error)) return groq.error;
  const message = [json.error, groq.error, json.message, json.detail].map(text).find((said) => said !== '') ?? '';
  return {
    message: message === '' ? detailList(json.detail) : message,
    type: json.type,
    code: json.code,
    param: json.param,
  };
}

/** FastAPI's list of what is wrong with a request. */
function detailList(detail: unknown): string {
  if (!Array.isArray(detail)) return '';
  return detail.flatMap((entry) => (isJson(entry) ? text(entry.msg) || [] : [])).join('; ');
}

function finishReasonOf(json: Json | undefined): string {
  const choices = Array.isArray(json?.choices) ? json.choices : [];
  return choices.flatMap((choice) => (isJson(choice) ? text(choice.finish_reason) || [] : [])).join(' ');
}

function rowTimeMs(row: Row | undefined, evidence: Evidence, input: RefusalInput): number | undefined {
  if (row?.time !== 'limit-reset') return undefined;
  return exhaustedLimitMs(input.headers) ?? spokenRetryMs(evidence.message);
}

/** A compatible server without the Responses API answers its path as it answers any unknown one; a model that is not there is named. */
export function lacksResponses(failure: Failure): boolean {
  return [404, 405, 501].includes(failure.status ?? 0) && !/model/i.test(`${failure.detail} ${failure.body ?? ''}`);
}
