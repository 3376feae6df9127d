/**
 * The tool calls of an answer that comes from another dialect, in the form in which the client declared its tools: functions, custom tools that
 * take free text, or the older `function_call`. A signature travels with its call, sealed.
 */

import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { filledString, type JsonObject, jsonOf } from '../json/shapes.ts';
import { familyOfSigner, seal } from '../signature-envelope.ts';
import { customTools, usesLegacyFunctions } from './read-tools.ts';
import { freeTextOf } from './write-content.ts';

type CallStart = StreamEvent & { readonly type: 'block-start' };

export class ForeignCalls {
  readonly #options: ForeignOptions;
  readonly #custom: ReadonlySet<string>;
  readonly #legacy: boolean;
  readonly #open = new Map<number, Call>();
  /** Those that have ended, too: their signature may follow. */
  readonly #known = new Map<number, Call>();
  #count = 0;
  #isResumed = false;

  constructor(options: ForeignOptions) {
    this.#options = options;
    this.#custom = customTools(options.request.json);
    this.#legacy = usesLegacyFunctions(options.request.json);
  }

  /** What was seen so far is with the client, which counts `count` calls. */
  shown(count: number): void {
    this.#isResumed = true;
    this.#count = Math.max(this.#count, count);
    for (const call of this.#open.values()) call.isShown = true;
  }

  get count(): number {
    return this.#count;
  }

  get finishWord(): 'tool_calls' | 'function_call' {
    return this.#legacy ? 'function_call' : 'tool_calls';
  }

  start(event: CallStart): readonly JsonObject[] {
    const name = event.name ?? '';
    const number = this.#count++;
    // One answer of the older form holds one call.
    const form = this.#legacy && number === 0 ? 'legacy' : this.#custom.has(name) ? 'custom' : 'function';
    const call: Call = { number, form, hasInput: false, input: '', isShown: false };
    this.#open.set(event.index, call);
    this.#known.set(event.index, call);
    const id = filledString(event.id) ?? `call_${this.#options.answerId}_${number}`;
    const deltas = [startDelta(call, id, name), ...this.#write(call, event.argumentsJson ?? '')];
    if (event.argumentsJson === undefined) return deltas;
    // A call that came whole is followed by its signature, and clients keep only what the first piece of a call carries.
    call.waiting = deltas;
    return [];
  }

  input(index: number, text: string): readonly JsonObject[] {
    const call = this.#open.get(index);
    return call === undefined ? [] : [...released(call), ...this.#write(call, text)];
  }

  /** Undefined when the block is no call. */
  sign(index: number, signature: string): readonly JsonObject[] | undefined {
    const call = this.#known.get(index);
    if (call === undefined) return undefined;
    if (signature === '' || this.#legacy) return [];
    const extra_content = { google: { thought_signature: this.#written(signature) } };
    const first = call.waiting?.[0];
    if (first !== undefined && Array.isArray(first.tool_calls)) {
      first.tool_calls = first.tool_calls.map((piece: JsonObject) => ({ ...piece, extra_content }));
      return [];
    }
    // Clients refuse a piece of a call that has no `function`.
    const empty = call.form === 'custom' ? { custom: { input: '' } } : { function: { arguments: '' } };
    return [{ tool_calls: [{ index: call.number, ...empty, extra_content }] }];
  }

  /** In a stream of Google's own chunks, whose field this is, Gemini's stand as they are. */
  #written(signature: string): string {
    const family = familyOfSigner(this.#options);
    const isOwn = this.#isResumed && family.startsWith('gemini');
    return isOwn ? signature : seal(signature, { family, place: 'here' });
  }

  end(index: number): readonly JsonObject[] {
    const call = this.#open.get(index);
    if (call === undefined) return [];
    this.#open.delete(index);
    const waiting = released(call);
    if (call.form === 'custom' && !call.isShown)
      return [...waiting, inputDelta(call, freeTextOf(call.input, jsonOf(call.input)))];
    // A call without arguments is one with an empty object; an empty text would be no JSON.
    return call.hasInput ? waiting : [...waiting, inputDelta(call, '{}')];
  }

  endAll(): readonly JsonObject[] {
    return [...this.#open.keys()].flatMap((index) => this.end(index));
  }

  #write(call: Call, text: string): readonly JsonObject[] {
    if (text === '') return [];
    call.hasInput = true;
    if (call.form !== 'custom' || call.isShown) return [inputDelta(call, text)];
    // Free text stands inside the arguments and is known when they are whole.
    call.input += text;
    return [];
  }
}

interface Call {
  readonly number: number;
  readonly form: 'function' | 'custom' | 'legacy';
  hasInput: boolean;
  /** Of a custom tool, until the call ends. */
  input: string;
  /** It had begun before this writer took over, piece by piece. */
  isShown: boolean;
  /** Deltas of a call that came whole, until its signature or its end. */
  waiting?: JsonObject[];
}

function released(call: Call): readonly JsonObject[] {
  const { waiting = [] } = call;
  delete call.waiting;
  return waiting;
}

function startDelta(call: Call, id: string, name: string): JsonObject {
  const { number: index, form } = call;
  if (form === 'legacy') return { function_call: { name, arguments: '' } };
  if (form === 'custom') return { tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] };
  return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] };
}

function inputDelta(call: Call, text: string): JsonObject {
  const { number: index, form } = call;
  if (form === 'legacy') return { function_call: { arguments: text } };
  if (form === 'custom') return { tool_calls: [{ index, custom: { input: text } }] };
  return { tool_calls: [{ index, function: { arguments: text } }] };
}
