/**
 * Reads a Responses stream into events in our own words. It reports an answer as complete only at `response.completed` or
 * `response.incomplete`, invents nothing, and reads nothing that follows the end, an error or garbage. Whatever it does not know is `unknown` or
 * `server-tool`, never an error: the API may add events and items at any time.
 */

import type { StopKind, StreamEvent } from '../../model/events.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { jsonDepthMax } from '../json/depth.ts';
import { filledString, isTooDeep, type JsonObject, jsonOf, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { frameText } from '../sse/frame.ts';
import { OutputItems } from './read-items.ts';
import { readUsage } from './read-usage.ts';
import { errorOf } from './shapes.ts';

export function readResponsesEvents(): Machine<Frame, StreamEvent> {
  return new ResponsesReader();
}

class ResponsesReader implements Machine<Frame, StreamEvent> {
  readonly #items = new OutputItems();
  #started = false;
  /** Complete, failed or garbage: nothing more is read. */
  #over = false;

  push(frame: Frame, out: StreamEvent[]): void {
    if (this.#over) return;
    if (frame.shape === 'comment') {
      if (frame.terminated) out.push({ type: 'keepalive' });
    } else if (frame.shape === 'bare') this.#pushBare(frameText(frame), out);
    else if (isTooDeep(frame.data)) this.#refuse(`an event that is nested deeper than ${jsonDepthMax} levels`, out);
    else this.#pushData(frame, out);
  }

  end(out: StreamEvent[]): void {
    if (this.#over) return;
    this.#over = true;
    const where = this.#started ? this.#items.whereOpen() : 'before response.created';
    out.push({ type: 'cut', detail: `the stream ended ${where}` });
  }

  /** A body that is no event stream: an error object says so, everything else is garbage. */
  #pushBare(text: string, out: StreamEvent[]): void {
    const error = isTooDeep(text) ? undefined : errorOf(jsonOf(text));
    if (error !== undefined) this.#fail(error, out);
    else this.#refuse(`not an event stream: ${excerpt(text)}`, out);
  }

  #pushData(frame: Frame, out: StreamEvent[]): void {
    const parsed = jsonOf(frame.data);
    const data = objectOf(parsed);
    const type = stringOf(data?.type) ?? frame.event;
    if (failures.has(type) || (data?.type === undefined && errorOf(parsed) !== undefined)) {
      // Cut in the middle it is a cut, which `end` reports.
      if (parsed !== undefined || frame.terminated) this.#fail(errorOf(parsed) ?? { message: frame.data }, out);
    } else if (data !== undefined) this.#pushEvent(type, data, out);
    else if (frame.data.trim() === '[DONE]') out.push({ type: 'unknown', name: '[DONE]' });
    else if (frame.terminated || parsed !== undefined) {
      this.#refuse(`an event that is no JSON object: ${excerpt(frame.data)}`, out);
    }
  }

  #pushEvent(type: string, data: JsonObject, out: StreamEvent[]): void {
    if (type === 'keepalive') {
      out.push({ type: 'keepalive' });
      return;
    }
    const response = objectOf(data.response);
    if (response !== undefined) this.#start(response, out);
    if (terminals.has(type)) this.#finish(type, response ?? {}, out);
    else if (!stages.has(type)) this.#items.push(type, data, out);
  }

  #start(response: JsonObject, out: StreamEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const id = filledString(response.id);
    const model = filledString(response.model);
    out.push({ type: 'message-start', ...(id !== undefined && { id }), ...(model !== undefined && { model }) });
  }

  #finish(type: string, response: JsonObject, out: StreamEvent[]): void {
    this.#items.finish(objectsIn(response.output), out);
    const usage = readUsage(response.usage);
    if (usage !== undefined) out.push({ type: 'usage', usage });
    if (type === 'response.incomplete') {
      const reason = filledString(objectOf(response.incomplete_details)?.reason) ?? 'incomplete';
      out.push({ type: 'message-end', stop: stopByReason.get(reason) ?? 'other', reason });
    } else {
      const stop: StopKind = this.#items.called ? 'tool' : this.#items.refused ? 'refusal' : 'natural';
      out.push({ type: 'message-end', stop, reason: stop === 'refusal' ? 'refusal' : 'completed' });
    }
    this.#over = true;
    out.push({ type: 'message-complete' });
  }

  /** In the shape of the API's own error document, whichever of its shapes it had in the stream. */
  #fail(error: JsonObject, out: StreamEvent[]): void {
    this.#over = true;
    out.push({ type: 'failure', body: JSON.stringify({ error }) });
  }

  #refuse(detail: string, out: StreamEvent[]): void {
    this.#over = true;
    out.push({ type: 'garbage', detail });
  }
}

const failures: ReadonlySet<string> = new Set(['error', 'response.failed', 'response.cancelled', 'response.error']);
/** They repeat the response and say nothing of it. */
const stages: ReadonlySet<string> = new Set(['response.created', 'response.queued', 'response.in_progress']);
const terminals: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete']);

const stopByReason: ReadonlyMap<string, StopKind> = new Map<string, StopKind>([
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'refusal'],
]);

/** Enough of a foreign body to recognise it in a log. */
const excerptCharactersMax = 120;

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > excerptCharactersMax ? `${line.slice(0, excerptCharactersMax)}…` : line;
}
