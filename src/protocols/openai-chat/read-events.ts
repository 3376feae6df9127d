/**
 * Reads a Chat Completions stream, OpenAI's own and those of compatible servers, into events in our own words. An answer is complete when every
 * choice that was seen has given its reason to finish, whether `[DONE]` follows or not, and cut otherwise. It invents nothing and reads nothing
 * after `[DONE]`, an error or garbage.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { jsonDepthMax } from '../json/depth.ts';
import {
  countOf,
  filledString,
  isTooDeep,
  type JsonObject,
  jsonOf,
  objectOf,
  objectsIn,
  stringOf,
} from '../json/shapes.ts';
import { frameText } from '../sse/frame.ts';
import { readFinishReason } from './finish-reasons.ts';
import { ChoiceReader } from './read-delta.ts';
import { readUsage } from './read-usage.ts';

export function readChatEvents(): Machine<Frame, StreamEvent> {
  return new ChatReader();
}

class ChatReader implements Machine<Frame, StreamEvent> {
  readonly #choices = new Map<number, ChoiceReader>();
  #nextBlock = 0;
  #started = false;
  #over = false;

  push(frame: Frame, out: StreamEvent[]): void {
    if (this.#over) return;
    if (frame.shape === 'comment') {
      if (frame.terminated) out.push({ type: 'keepalive' });
    } else if (frame.shape === 'bare') {
      const text = frameText(frame);
      const body = errorBodyOf(jsonOf(text), text.trim());
      if (body === undefined) this.#refuse(`not an event stream: ${excerpt(text)}`, out);
      else this.#fail(body, out);
    } else this.#pushData(frame, out);
  }

  end(out: StreamEvent[]): void {
    if (!this.#over) this.#finish('the stream ended', out);
  }

  #pushData(frame: Frame, out: StreamEvent[]): void {
    const data = frame.data;
    if (data.trim() === '') {
      out.push({ type: 'keepalive' });
    } else if (data.trim() === '[DONE]') {
      this.#finish('[DONE] came', out);
    } else if (isTooDeep(data)) {
      this.#refuse(`an event that is nested deeper than ${jsonDepthMax} levels`, out);
    } else {
      this.#pushJson(frame, jsonOf(data), out);
    }
  }

  #pushJson(frame: Frame, json: unknown, out: StreamEvent[]): void {
    // The last frame of a cut body is no garbage: `end` reports the cut.
    if (json === undefined && !frame.terminated) return;
    const body = errorBodyOf(json, frame.data) ?? (frame.event === 'error' ? frame.data : undefined);
    const chunk = objectOf(json);
    if (body !== undefined) this.#fail(body, out);
    else if (chunk === undefined) this.#refuse(`an event that is no JSON object: ${excerpt(frame.data)}`, out);
    else if (!Array.isArray(chunk.choices) && chunk.usage === undefined) {
      out.push({ type: 'unknown', name: stringOf(chunk.object) ?? Object.keys(chunk)[0] ?? '' });
    } else this.#pushChunk(chunk, frame.data, out);
  }

  #pushChunk(chunk: JsonObject, data: string, out: StreamEvent[]): void {
    const choices = objectsIn(chunk.choices);
    if (!this.#started && choices.length > 0) {
      this.#started = true;
      const id = filledString(chunk.id);
      const model = filledString(chunk.model);
      out.push({ type: 'message-start', ...(id !== undefined && { id }), ...(model !== undefined && { model }) });
    }
    const ends: StreamEvent[] = [];
    for (const choice of choices) {
      if (!this.#pushChoice(choice, out, ends)) {
        this.#fail(data, out);
        return;
      }
    }
    const usage = readUsage(chunk.usage);
    if (usage !== undefined) out.push({ type: 'usage', usage });
    out.push(...ends);
  }

  /** False when the upstream gave the choice up. */
  #pushChoice(json: JsonObject, out: StreamEvent[], ends: StreamEvent[]): boolean {
    const index = countOf(json.index) ?? 0;
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ChoiceReader(() => this.#nextBlock++);
      this.#choices.set(index, choice);
    }
    choice.push(objectOf(json.delta) ?? {}, out);
    const finish = readFinishReason(json.finish_reason) ?? readFinishReason(objectOf(json.finish_details)?.type);
    if (finish === undefined) return true;
    if (finish.stop === 'failed') return false;
    if (choice.finished) return true;
    choice.close(out);
    const { reason } = finish;
    // Servers say `stop` after tool calls, and OpenAI itself does after a forced one and after a refusal.
    const natural = choice.refused ? 'refusal' : choice.called ? 'tool' : 'natural';
    ends.push({ type: 'message-end', stop: finish.stop === 'natural' ? natural : finish.stop, reason });
    return true;
  }

  #finish(what: string, out: StreamEvent[]): void {
    this.#over = true;
    const open = [...this.#choices].filter(([, choice]) => !choice.finished).map(([index]) => index);
    if (this.#choices.size === 0) out.push({ type: 'cut', detail: `${what} before any choice` });
    else if (open.length === 0) {
      // What was said after the reason to finish ends here.
      for (const choice of this.#choices.values()) choice.close(out);
      out.push({ type: 'message-complete' });
    } else out.push({ type: 'cut', detail: `${what} without a finish reason for choice ${open.join(', ')}` });
  }

  #fail(body: string, out: StreamEvent[]): void {
    this.#over = true;
    out.push({ type: 'failure', body });
  }

  #refuse(detail: string, out: StreamEvent[]): void {
    this.#over = true;
    out.push({ type: 'garbage', detail });
  }
}

/** The JSON text of an error object: alone, in an array (Google), or beside the choices of a chunk (OpenRouter, Groq). */
function errorBodyOf(json: unknown, text: string): string | undefined {
  const object = objectOf(Array.isArray(json) ? json[0] : json);
  if (object === undefined) return undefined;
  const isError =
    [object.error, objectOf(object.x_groq)?.error].some((error) => objectOf(error) ?? filledString(error)) ||
    object.type === 'error';
  if (!isError) return undefined;
  return Array.isArray(json) ? JSON.stringify(object) : text;
}

/** Enough of a foreign body to recognise it in a log. */
const excerptCharactersMax = 120;

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > excerptCharactersMax ? `${line.slice(0, excerptCharactersMax)}…` : line;
}
