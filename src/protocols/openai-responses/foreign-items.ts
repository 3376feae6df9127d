/**
 * The output items of a foreign answer, each with its own life cycle of events: added, parts, deltas, the same again when done. An item states
 * at its end exactly what its deltas have said.
 */

import type { Citation } from '../../model/conversation.ts';
import { filledString, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { type CallForm, FORMS, formOfCall } from './call-forms.ts';
import { ItemPart, PARTS, type Place, type ShownPart } from './foreign-parts.ts';

/** An item that a client already has the beginning of. */
export interface ShownItem {
  readonly at: number;
  /** As it was added. */
  readonly wire: JsonObject;
  /** Its finished parts, and the one that is open. */
  readonly content: JsonObject[];
  readonly summary: JsonObject[];
  part: ShownPart | undefined;
  /** Of a call: what was told of its arguments, and whether that is all. */
  input: string;
  isArgued: boolean;
}

export class MessageItem {
  readonly #place: Place;
  readonly #content: JsonObject[];
  #part: ItemPart | undefined;

  constructor(place: Place, shown?: ShownItem) {
    this.#place = place;
    this.#content = [...(shown?.content ?? [])];
    if (shown === undefined) addItem(place, { type: 'message', status: 'in_progress', content: [], role: 'assistant' });
    else if (shown.part !== undefined) this.#part = new ItemPart(place, shown.part);
  }

  say(delta: string): void {
    if (this.#part?.isSaid === true) this.endPart();
    this.#part ??= new ItemPart(this.#place, { kind: 'output_text', at: this.#content.length });
    this.#part.say(delta);
  }

  /** Of the open part; a source of nothing that was said is no source. */
  cite(citation: Citation): void {
    this.#part?.cite(citation);
  }

  endPart(): void {
    if (this.#part === undefined) return;
    this.#content.push(this.#part.end());
    this.#part = undefined;
  }

  end(status: string): void {
    this.endPart();
    endItem(this.#place, { type: 'message', status, content: this.#content, role: 'assistant' });
  }
}

/** The reader's word for the beginning of another part of a thought. */
const paragraphEnd = '\n\n';

export class ThoughtItem {
  readonly #place: Place;
  readonly #parts: Readonly<Record<'content' | 'summary', JsonObject[]>>;
  #part: ItemPart | undefined;

  constructor(place: Place, shown?: ShownItem) {
    this.#place = place;
    this.#parts = { content: [...(shown?.content ?? [])], summary: [...(shown?.summary ?? [])] };
    if (shown === undefined) addItem(place, { type: 'reasoning', summary: [] });
    else if (shown.part !== undefined) this.#part = new ItemPart(place, shown.part);
  }

  think(delta: string): void {
    if (this.#part?.isSaid === true) this.#endPart();
    const { content, summary } = this.#parts;
    const isFurther = this.#part === undefined && content.length + summary.length > 0;
    if (isFurther && delta === paragraphEnd) return;
    this.#part ??= new ItemPart(this.#place, { kind: 'summary_text', at: summary.length });
    this.#part.say(delta);
  }

  /** `sealed`: signatures that travel with it. */
  end(sealed: readonly string[]): void {
    this.#endPart();
    const { content, summary } = this.#parts;
    const inner = content.length > 0 ? { content } : {};
    const carried = sealed.length > 0 ? { encrypted_content: sealed.join(' ') } : {};
    endItem(this.#place, { type: 'reasoning', summary, ...inner, ...carried });
  }

  #endPart(): void {
    if (this.#part === undefined) return;
    this.#parts[PARTS[this.#part.kind].list].push(this.#part.end());
    this.#part = undefined;
  }
}

export interface CallStart {
  readonly form: CallForm;
  readonly callId: string;
  /** Arguments that came whole with the start. */
  readonly whole: string | undefined;
}

/** The call that an item is; undefined when it is none that the client runs. */
export function shownCall(wire: JsonObject): CallStart | undefined {
  const form = formOfCall(stringOf(wire.type) ?? '');
  if (form === undefined) return undefined;
  const namespace = filledString(wire.namespace);
  const callId = filledString(wire.call_id) ?? filledString(wire.id) ?? '';
  const name = stringOf(wire.name) ?? '';
  return { form: { form, name, ...(namespace !== undefined && { namespace }) }, callId, whole: undefined };
}

/** A call of a tool that the client runs, in the form in which the client has declared it. Only plain functions are told piece by piece. */
export class CallItem {
  readonly #form: CallForm;
  readonly #callId: string;
  /** Arguments that came whole with the start: told at the end, so that a signature of the call's own can stand before it. */
  readonly #whole: string | undefined;
  readonly #makePlace: (idPrefix: string) => Place;
  readonly #arguments: string[] = [];
  readonly #shown: ShownItem | undefined;
  #place: Place | undefined;

  /** `shown` stands at the place that is made. */
  constructor(call: CallStart, makePlace: (idPrefix: string) => Place, shown?: ShownItem) {
    this.#form = call.form;
    this.#callId = call.callId;
    this.#whole = call.whole;
    this.#makePlace = makePlace;
    this.#shown = shown;
    if (shown === undefined) return;
    this.#place = makePlace('');
    const { input } = shown;
    // Free text is told as it is, but heard as the one member of an object.
    const isText = this.#form.form === 'custom';
    if (input !== '') this.#arguments.push(isText ? `{"input":${JSON.stringify(input).slice(0, -1)}` : input);
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

  /** One that is broken leaves no trace, unless a part of it was told. */
  end(): void {
    if (this.#arguments.length === 0) this.argue(this.#whole ?? '');
    const stated = this.#arguments.join('');
    const json = stated === '' ? '{}' : stated;
    if (this.#form.form === 'function') {
      const isArgued = this.#shown?.isArgued === true;
      if (stated === '' && !isArgued) this.#tellArguments(json);
      const place = this.#open();
      if (!isArgued) tell(place, 'response.function_call_arguments.done', { arguments: json });
      const status = objectOf(jsonOf(json)) === undefined ? 'incomplete' : 'completed';
      endItem(place, this.#item(status, { arguments: isArgued ? stated : json }));
      return;
    }
    const members = FORMS[this.#form.form].writeArguments(json);
    if (this.#form.form === 'custom') this.#endText(stringOf(members?.input));
    else if (members !== undefined) endItem(this.#open(members), this.#item('completed', members));
  }

  #endText(whole: string | undefined): void {
    if (whole === undefined && this.#place === undefined) return;
    const shown = this.#shown?.input ?? '';
    const input = whole ?? shown;
    const place = this.#open({ input: '' });
    if (this.#shown?.isArgued !== true) {
      if (input !== shown || shown === '')
        tell(place, 'response.custom_tool_call_input.delta', { delta: input.slice(shown.length) });
      tell(place, 'response.custom_tool_call_input.done', { input });
    }
    endItem(place, this.#item(whole === undefined ? 'incomplete' : 'completed', { input }));
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

export function imageItem(place: Place, data: string, mimeType: string | undefined): void {
  const done = { result: data, output_format: mimeType?.split('/')[1] ?? 'png' };
  const begun = { type: 'image_generation_call', result: null };
  wholeItem(place, ['in_progress', 'generating', 'completed'], begun, done);
}

export function codeItem(place: Place, code: string, logs: string | undefined): void {
  const begun = { type: 'code_interpreter_call', code: '', container_id: '', outputs: null };
  const outputs = logs === undefined ? null : [{ type: 'logs', logs }];
  wholeItem(place, ['in_progress', 'interpreting', 'completed'], begun, { code, outputs });
}

export function searchItem(place: Place, query: string): void {
  const done = { action: { type: 'search', query } };
  wholeItem(place, ['in_progress', 'searching', 'completed'], { type: 'web_search_call' }, done);
}

/** An item that comes whole; `steps` are the events between its beginning and its end. */
function wholeItem(place: Place, steps: readonly string[], begun: JsonObject, done: JsonObject): void {
  addItem(place, { ...begun, status: 'in_progress' });
  for (const step of steps) tell(place, `response.${String(begun.type)}.${step}`, {});
  endItem(place, { ...begun, ...done, status: 'completed' });
}

function tell({ at, id, emit }: Place, type: string, fields: JsonObject): void {
  emit(type, { item_id: id, output_index: at, ...fields });
}

export function addItem({ at, id, emit }: Place, item: JsonObject): void {
  emit('response.output_item.added', { output_index: at, item: { id, ...item } });
}

export function endItem({ at, id, emit, keep }: Place, item: JsonObject): void {
  const ended = { id, ...item };
  emit('response.output_item.done', { output_index: at, item: ended });
  keep(ended);
}
