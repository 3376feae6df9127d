/**
 * Reads Google's stream: each data JSON is a whole GenerateContentResponse. There is no terminal event, so an answer is complete when every
 * candidate that was seen has a finish reason at the end of the body, and cut otherwise. An early finish reason is not the end: with code
 * execution more content follows it. After an error object or garbage nothing more is said.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { parseLossless } from '../json/lossless.ts';
import { frameText } from '../sse/frame.ts';
import { readBlockReason, readFinishReason } from './finish-reasons.ts';
import { CandidateCitations } from './read-citations.ts';
import { CandidateParts } from './read-parts.ts';
import { readUsage } from './read-usage.ts';
import { isObject, type JsonObject, objectsIn, textOf } from './shapes.ts';

export function readGeminiEvents(): Machine<Frame, StreamEvent> {
  return new GeminiReader();
}

interface Candidate {
  readonly parts: CandidateParts;
  readonly citations: CandidateCitations;
  finished: boolean;
}

class GeminiReader implements Machine<Frame, StreamEvent> {
  readonly #candidates = new Map<number, Candidate>();
  #nextBlock = 0;
  #started = false;
  #blocked = false;
  #dead = false;

  push(frame: Frame, out: StreamEvent[]): void {
    if (this.#dead) return;
    if (frame.shape === 'comment') out.push({ type: 'keepalive' });
    else if (frame.shape === 'bare') this.#pushBare(frame, out);
    else this.#pushData(frame, out);
  }

  end(out: StreamEvent[]): void {
    if (this.#dead) return;
    this.#dead = true;
    const unfinished = [...this.#candidates].filter(([, candidate]) => !candidate.finished).map(([index]) => index);
    if (unfinished.length > 0) {
      out.push({
        type: 'cut',
        detail: `the stream ended without a finish reason for candidate ${unfinished.join(', ')}`,
      });
    } else if (this.#candidates.size > 0 || this.#blocked) {
      out.push({ type: 'message-complete' });
    } else {
      out.push({ type: 'cut', detail: 'the stream ended without any candidate' });
    }
  }

  #pushBare(frame: Frame, out: StreamEvent[]): void {
    const text = frameText(frame);
    const body = readErrorBody(tryParse(text), text);
    if (body !== undefined) this.#fail(body, out);
    else this.#refuse(`no event stream: ${excerpt(text)}`, out);
  }

  #pushData(frame: Frame, out: StreamEvent[]): void {
    const data = frame.data;
    if (data === '') {
      out.push({ type: 'keepalive' });
      return;
    }
    if (data.trim() === '[DONE]') {
      out.push({ type: 'unknown', name: '[DONE]' });
      return;
    }
    const json = tryParse(data);
    const body = readErrorBody(json, data);
    if (body !== undefined) this.#fail(body, out);
    else if (isObject(json)) this.#pushResponse(json, out);
    // The last event of a broken body: `end` tells that it is cut.
    else if (frame.terminated) this.#refuse(`an event that is no JSON object: ${excerpt(data)}`, out);
  }

  #pushResponse(json: JsonObject, out: StreamEvent[]): void {
    if (!Object.keys(json).some((key) => responseFields.has(key))) {
      out.push({ type: 'unknown', name: Object.keys(json)[0] ?? '' });
      return;
    }
    if (!this.#started) {
      this.#started = true;
      const id = textOf(json.responseId);
      const model = textOf(json.modelVersion);
      out.push({
        type: 'message-start',
        ...(id === undefined ? {} : { id }),
        ...(model === undefined ? {} : { model }),
      });
    }
    const candidates = objectsIn(json.candidates);
    const ends: StreamEvent[] = [];
    for (const candidate of candidates) this.#pushCandidate(candidate, out, ends);
    const usage = readUsage(json.usageMetadata);
    if (usage !== undefined) out.push({ type: 'usage', usage });
    for (const end of ends) out.push(end);
    if (candidates.length > 0 || !isObject(json.promptFeedback)) return;
    const reason = readBlockReason(json.promptFeedback.blockReason);
    if (reason === undefined) return;
    this.#blocked = true;
    out.push({ type: 'message-end', stop: 'refusal', reason });
  }

  #pushCandidate(json: JsonObject, out: StreamEvent[], ends: StreamEvent[]): void {
    // Google leaves out the index when it is zero.
    const index = typeof json.index === 'number' ? json.index : 0;
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      const parts = new CandidateParts(() => this.#nextBlock++);
      candidate = { parts, citations: new CandidateCitations(), finished: false };
      this.#candidates.set(index, candidate);
    }
    let said = false;
    if (isObject(json.content)) {
      const parts = json.content.parts;
      for (const part of isObject(parts) ? [parts] : objectsIn(parts)) {
        if (candidate.parts.push(part, out)) said = true;
      }
    }
    candidate.citations.note(json);
    const finish = readFinishReason(json.finishReason);
    if (finish !== undefined) {
      candidate.finished = true;
      candidate.citations.push(candidate.parts.texts, out);
      candidate.parts.close(out);
      ends.push({ type: 'message-end', ...finish });
    } else if (said) {
      candidate.finished = false;
    }
  }

  #fail(body: string, out: StreamEvent[]): void {
    this.#dead = true;
    out.push({ type: 'failure', body });
  }

  #refuse(detail: string, out: StreamEvent[]): void {
    this.#dead = true;
    out.push({ type: 'garbage', detail });
  }
}

const responseFields: ReadonlySet<string> = new Set([
  'candidates',
  'promptFeedback',
  'usageMetadata',
  'modelVersion',
  'responseId',
  'createTime',
]);

const excerptCharsMax = 60;

function excerpt(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > excerptCharsMax ? `${line.slice(0, excerptCharsMax)}…` : line;
}

/** The JSON text of an error object, alone or in an array, or undefined when it is none. */
function readErrorBody(json: unknown, text: string): string | undefined {
  const single = Array.isArray(json) ? json.find(isObject) : json;
  if (!isObject(single) || single.error === undefined || single.error === null) return undefined;
  return Array.isArray(json) ? JSON.stringify(single) : text;
}

/** Numbers of a tool call's arguments keep their spelling; elsewhere the plain parser is several times faster. */
function tryParse(text: string): unknown {
  try {
    return text.includes('"functionCall"') ? parseLossless(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}
