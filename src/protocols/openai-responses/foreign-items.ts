/**
 * The output items of a foreign answer, each with its own life cycle of events: added, parts, deltas, the same again when done. An item states
 * at its end exactly what its deltas have said.
 */

import type { Citation } from '../../model/conversation.ts';
import { type JsonObject, jsonOf, objectOf } from '../json/shapes.ts';
import { writeAnnotation } from './annotations.ts';
import { type CallForm, FORMS } from './call-forms.ts';

/** Where an item stands: its number in the output, its id, and the stream it tells its events to. */
export interface Place {
  readonly at: number;
  readonly id: string;
  emit(type: string, fields: JsonObject): void;
}

export class MessageItem {
  readonly #place: Place;
  readonly #content: JsonObject[] = [];
  #text: string[] | undefined;
  #annotations: JsonObject[] = [];

  constructor(place: Place) {
    this.#place = place;
    addItem(place, { type: 'message', status: 'in_progress', content: [], role: 'assistant' });
  }

  say(delta: string): void {
    if (this.#text === undefined) {
      this.#text = [];
      this.#annotations = [];
      this.#tell('content_part.added', { part: outputText('', []) });
    }
    this.#text.push(delta);
    this.#tell('output_text.delta', { delta, logprobs: [] });
  }

  /** Of the open part; a source of nothing that was said is no source. */
  cite(citation: Citation): void {
    const annotation = this.#text && writeAnnotation(citation, this.#text.join(''));
    if (annotation === undefined) return;
    this.#annotations.push(annotation);
    this.#tell('output_text.annotation.added', { annotation_index: this.#annotations.length - 1, annotation });
  }

  endPart(): void {
    if (this.#text === undefined) return;
    const text = this.#text.join('');
    const part = outputText(text, this.#annotations);
    this.#tell('output_text.done', { text, logprobs: [] });
    this.#tell('content_part.done', { part });
    this.#content.push(part);
    this.#text = undefined;
  }

  end(status: string): JsonObject {
    this.endPart();
    return endItem(this.#place, { type: 'message', status, content: this.#content, role: 'assistant' });
  }

  #tell(type: string, fields: JsonObject): void {
    const { at, id, emit } = this.#place;
    emit(`response.${type}`, { item_id: id, output_index: at, content_index: this.#content.length, ...fields });
  }
}

function outputText(text: string, annotations: readonly JsonObject[]): JsonObject {
  return { type: 'output_text', annotations, logprobs: [], text };
}

export class ThoughtItem {
  readonly #place: Place;
  readonly #text: string[] = [];

  constructor(place: Place) {
    this.#place = place;
    addItem(place, { type: 'reasoning', summary: [] });
  }

  think(delta: string): void {
    if (this.#text.length === 0) this.#tell('part.added', { part: { type: 'summary_text', text: '' } });
    this.#text.push(delta);
    this.#tell('text.delta', { delta });
  }

  /** `sealed`: signatures that travel with it. */
  end(sealed: readonly string[]): JsonObject {
    const text = this.#text.join('');
    const part = { type: 'summary_text', text };
    if (this.#text.length > 0) {
      this.#tell('text.done', { text });
      this.#tell('part.done', { part });
    }
    const summary = this.#text.length > 0 ? [part] : [];
    const carried = sealed.length > 0 ? { encrypted_content: sealed.join(' ') } : {};
    return endItem(this.#place, { type: 'reasoning', summary, ...carried });
  }

  #tell(type: string, fields: JsonObject): void {
    const { at, id, emit } = this.#place;
    emit(`response.reasoning_summary_${type}`, { item_id: id, output_index: at, summary_index: 0, ...fields });
  }
}

/** A call of a tool that the client runs, in the form in which the client has declared it. Only plain functions are told piece by piece. */
export class CallItem {
  readonly #form: CallForm;
  readonly #callId: string;
  /** Arguments that came whole with the start: told at the end, so that a signature of the call's own can stand before it. */
  readonly #whole: string | undefined;
  readonly #makePlace: (idPrefix: string) => Place;
  readonly #arguments: string[] = [];
  #place: Place | undefined;

  constructor(form: CallForm, callId: string, whole: string | undefined, makePlace: (idPrefix: string) => Place) {
    this.#form = form;
    this.#callId = callId;
    this.#whole = whole;
    this.#makePlace = makePlace;
  }

  /** Whether the client has heard of it. */
  get told(): boolean {
    return this.#place !== undefined;
  }

  argue(delta: string): void {
    if (delta === '') return;
    this.#arguments.push(delta);
    if (this.#form.form === 'function') this.#tellArguments(delta);
  }

  /** Undefined when it is broken and nothing of it was told. */
  end(): JsonObject | undefined {
    if (this.#arguments.length === 0) this.argue(this.#whole ?? '');
    const stated = this.#arguments.join('');
    const json = stated === '' ? '{}' : stated;
    if (this.#form.form === 'function') {
      if (stated === '') this.#tellArguments(json);
      const place = this.#open();
      tell(place, 'response.function_call_arguments.done', { arguments: json });
      const status = objectOf(jsonOf(json)) === undefined ? 'incomplete' : 'completed';
      return endItem(place, this.#item(status, { arguments: json }));
    }
    const members = FORMS[this.#form.form].writeArguments(json);
    if (members === undefined) return undefined;
    const isText = this.#form.form === 'custom';
    const place = this.#open(isText ? { input: '' } : members);
    if (isText) {
      tell(place, 'response.custom_tool_call_input.delta', { delta: members.input });
      tell(place, 'response.custom_tool_call_input.done', { input: members.input });
    }
    return endItem(place, this.#item('completed', members));
  }

  #tellArguments(delta: string): void {
    tell(this.#open(), 'response.function_call_arguments.delta', { delta });
  }

  #open(members: JsonObject = { arguments: '' }): Place {
    if (this.#place !== undefined) return this.#place;
    this.#place = this.#makePlace(FORMS[this.#form.form].idPrefix);
    addItem(this.#place, this.#item('in_progress', members));
    return this.#place;
  }

  #item(status: string, members: JsonObject): JsonObject {
    const { form, name, namespace } = this.#form;
    const named = FORMS[form].name === undefined ? { name } : {};
    return {
      type: FORMS[form].callType,
      status,
      ...members,
      call_id: this.#callId,
      ...named,
      ...(namespace !== undefined && { namespace }),
    };
  }
}

/** An item that comes whole; `steps` are the events between its beginning and its end. */
export function wholeItem(place: Place, steps: readonly string[], begun: JsonObject, done: JsonObject): JsonObject {
  addItem(place, { ...begun, status: 'in_progress' });
  for (const step of steps) tell(place, `response.${String(begun.type)}.${step}`, {});
  return endItem(place, { ...begun, ...done, status: 'completed' });
}

function tell({ at, id, emit }: Place, type: string, fields: JsonObject): void {
  emit(type, { item_id: id, output_index: at, ...fields });
}

function addItem({ at, id, emit }: Place, item: JsonObject): void {
  emit('response.output_item.added', { output_index: at, item: { id, ...item } });
}

function endItem({ at, id, emit }: Place, item: JsonObject): JsonObject {
  const ended = { id, ...item };
  emit('response.output_item.done', { output_index: at, item: ended });
  return ended;
}
