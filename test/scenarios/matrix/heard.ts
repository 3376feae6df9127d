/**
 * Reads what the client of one cell heard, with the readers and judges of the contract tests, which share nothing with the gateway. It says how the
 * answer ended and what breaks the dialect's grammar; what was right to say is judged elsewhere.
 */

import { Buffer } from 'node:buffer';
import type { Protocol } from '../../../src/model/request.ts';
import { documentFaults, streamFaults } from '../../contracts/grammar/check.ts';
import { geminiArrayFaults } from '../../contracts/grammar/gemini.ts';
import { wireEvents } from '../../contracts/said/events.ts';
import { saidInGeminiDocuments } from '../../contracts/said/gemini.ts';
import { type Json, objectIn, objectsIn, parsed } from '../../contracts/said/json.ts';
import { saidInDocument, saidInStream } from '../../contracts/said/read.ts';
import type { Said } from '../../contracts/said/said.ts';
import type { Sight } from '../../simulation/client.ts';
import type { Cell } from './cells.ts';

export interface Heard {
  /** `refused`: a status of its own and an error document · `broken`: an error at the end of a stream. */
  readonly end: 'whole' | 'broken' | 'refused' | 'none';
  readonly said: Said;
  /** The error document, or the error at the end of the stream. */
  readonly error: Json;
  readonly grammar: readonly string[];
}

export function hear({ client, framing }: Pick<Cell, 'client' | 'framing'>, sight: Sight): Heard {
  const bytes = Buffer.concat(sight.pieces);
  if (sight.status === undefined) return { end: 'none', said: nothing, error: {}, grammar: ['no answer at all'] };
  if (sight.status !== 200) return refusal(bytes);
  if (framing === 'collected') return collected(client, bytes);
  return framing === 'array' ? array(bytes) : streamed(client, bytes);
}

const nothing: Said = { pieces: [], thinking: '', calls: [], counts: {}, ending: 'none', sources: [] };

function refusal(bytes: Buffer): Heard {
  const json = parsed(bytes.toString('utf8'));
  // Google's front end puts the errors of its streams into a list.
  const error = Array.isArray(json) && json.length === 1 ? objectIn(json[0]) : objectIn(json);
  const grammar = error.error === undefined ? [`no error document: ${bytes.toString('utf8').slice(0, 90)}`] : [];
  return { end: 'refused', said: nothing, error, grammar };
}

function collected(client: Protocol, bytes: Buffer): Heard {
  const document = parsed(bytes.toString('utf8'));
  if (document === undefined) return { end: 'none', said: nothing, error: {}, grammar: ['a document that is no JSON'] };
  const json = objectIn(document);
  return { end: 'whole', said: saidInDocument[client](json), error: {}, grammar: documentFaults[client](json) };
}

function array(bytes: Buffer): Heard {
  const chunks = objectsIn(parsed(bytes.toString('utf8')));
  const error = chunks.at(-1)?.error === undefined ? undefined : chunks.at(-1);
  const said = saidInGeminiDocuments(chunks);
  return { end: endOf(error, said.ending !== 'none'), said, error: error ?? {}, grammar: geminiArrayFaults(bytes) };
}

function streamed(client: Protocol, bytes: Buffer): Heard {
  const { data = '' } = wireEvents(bytes).at(-1) ?? {};
  const last = objectIn(parsed(data));
  const said = saidInStream[client](bytes);
  const error = ERROR_IN[client](last);
  const isDone = client === 'gemini' ? said.ending !== 'none' : DONE[client](data, last);
  return {
    end: endOf(error, isDone),
    said,
    error: error ?? {},
    grammar: streamFaults[client](withoutPauses(client, bytes)),
  };
}

/** Blank lines keep a Gemini stream alive, and how many there are says nothing. */
function withoutPauses(client: Protocol, bytes: Buffer): Buffer {
  return client === 'gemini' ? Buffer.from(bytes.toString('utf8').replace(/(?:\r?\n){2,}/g, '\r\n\r\n')) : bytes;
}

function endOf(error: Json | undefined, isDone: boolean): Heard['end'] {
  if (error !== undefined) return 'broken';
  return isDone ? 'whole' : 'none';
}

const own = (last: Json): Json | undefined => (last.error === undefined ? undefined : last);

const ERROR_IN: Readonly<Record<Protocol, (last: Json) => Json | undefined>> = {
  anthropic: (last) => (last.type === 'error' ? last : undefined),
  gemini: own,
  'openai-chat': own,
  'openai-responses': (last) => (last.type === 'response.failed' ? objectIn(last.response) : undefined),
};

const DONE: Readonly<Record<Exclude<Protocol, 'gemini'>, (data: string, last: Json) => boolean>> = {
  anthropic: (_data, { type }) => type === 'message_stop',
  'openai-chat': (data) => data.trim() === '[DONE]',
  'openai-responses': (_data, { type }) => type === 'response.completed' || type === 'response.incomplete',
};
