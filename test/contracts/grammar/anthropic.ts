/** The grammar of an Anthropic answer as the API's description and its recorded streams have it, written without a look at the writers that it judges. */

import { countIn, isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

/** What breaks the grammar, in words; empty when the stream is legal. It may end with an error event instead of a success. */
export function anthropicStreamFaults(bytes: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const judge = new Judge();
  if (!text.endsWith('\n\n')) judge.fault('the last event has no blank line');
  for (const block of text.split('\n\n').slice(0, -1)) judge.event(block);
  if (judge.phase !== 'over') judge.fault(`the stream stops in phase ${judge.phase}`);
  return judge.faults;
}

export function anthropicDocumentFaults(document: Json): string[] {
  const faults: string[] = [];
  const say = (isWrong: boolean, what: string): void => void (isWrong && faults.push(what));
  const content = objectsIn(document.content);
  say(document.type !== 'message' || document.role !== 'assistant', 'no assistant message');
  say(textIn(document.id) === '' || textIn(document.model) === '', 'no id or no model');
  say(!Array.isArray(document.content), 'content is no list');
  for (const block of content) {
    say(!(textIn(block.type) in deltasOf), `a block of type ${String(block.type)}`);
    say(block.type === 'text' && textIn(block.text) === '', 'an empty text block');
    say(block.type === 'thinking' && typeof block.thinking !== 'string', 'thinking without its text');
    say(block.type === 'thinking' && typeof block.signature !== 'string', 'thinking without a signature member');
    say(block.type === 'redacted_thinking' && textIn(block.data) === '', 'redacted thinking without data');
    if (block.type !== 'tool_use') continue;
    say(textIn(block.id) === '' || textIn(block.name) === '', 'a call without id or name');
    say(!isObject(block.input), 'a call whose input is no object');
  }
  const calls = content.filter(({ type }) => type === 'tool_use');
  say(new Set(calls.map(({ id }) => id)).size !== calls.length, 'two calls with one id');
  faults.push(...endFaults(document, calls.length > 0), ...usageFaults(document.usage, true));
  return faults;
}

const deltasOf: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  redacted_thinking: [],
  tool_use: ['input_json_delta'],
};

const stopReasons = new Set([
  ...['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'compaction', 'refusal'],
  'model_context_window_exceeded',
]);

function endFaults(end: Json, hasCalls: boolean): string[] {
  const faults: string[] = [];
  const reason = textIn(end.stop_reason);
  if (!stopReasons.has(reason)) faults.push(`stop_reason ${String(end.stop_reason)}`);
  if (reason === 'tool_use' && !hasCalls) faults.push('tool_use without a call');
  if (reason === 'end_turn' && hasCalls) faults.push('end_turn with a call');
  const isSequence = typeof end.stop_sequence === 'string';
  if (!isSequence && end.stop_sequence !== null) faults.push('stop_sequence is neither text nor null');
  if (isSequence !== (reason === 'stop_sequence') && isSequence) faults.push(`a stop_sequence with ${reason}`);
  return faults;
}

function usageFaults(usage: unknown, isWhole: boolean): string[] {
  const stated = objectIn(usage);
  const faults = Object.entries(stated).flatMap(([name, value]) =>
    /_tokens$/.test(name) && !isCount(value) ? [`${name} is ${String(value)}`] : [],
  );
  if (!isCount(stated.output_tokens)) faults.push('no output_tokens');
  if (isWhole && !isCount(stated.input_tokens)) faults.push('no input_tokens');
  return faults;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

interface OpenBlock {
  readonly type: string;
  said: string;
  isSigned: boolean;
}

class Judge {
  readonly faults: string[] = [];
  phase: 'before' | 'blocks' | 'ended' | 'over' = 'before';
  #count = 0;
  #open: OpenBlock | undefined;
  #lastType = '';
  #lastIsSilent = false;
  readonly #callIds = new Set<string>();
  /** Allowed only where the limit cut the answer off. */
  #brokenCalls = 0;
  #end: Json = {};

  fault(what: string): void {
    this.faults.push(what);
  }

  event(block: string): void {
    const [, name, data] = /^event: (\w+)\ndata: (\{[^\n\r]*\})$/.exec(block) ?? [];
    const json = objectIn(parsed(data ?? ''));
    if (name === undefined || json.type !== name) {
      this.fault(`not one event line and one data line of that type: ${block.slice(0, 90)}`);
      return;
    }
    if (this.phase === 'over') this.fault(`${name} after the end`);
    if (name === 'ping') return;
    if (name === 'error') this.#error(json);
    else if (name === 'message_start') this.#start(objectIn(json.message));
    else if (this.phase === 'before') this.fault(`${name} before message_start`);
    else this.#body(name, json);
  }

  #body(name: string, json: Json): void {
    if (name === 'content_block_start') this.#blockStart(json);
    else if (name === 'content_block_delta') this.#blockDelta(json);
    else if (name === 'content_block_stop') this.#blockStop(json);
    else if (name === 'message_delta') this.#messageDelta(json);
    else if (name === 'message_stop') this.#messageStop();
    else this.fault(`${name} is no event of this dialect`);
  }

  #error(json: Json): void {
    const { type, message } = objectIn(json.error);
    if (textIn(type) === '' || textIn(message) === '') this.fault('an error without type or message');
    this.phase = 'over';
  }

  #start(message: Json): void {
    if (this.phase !== 'before') this.fault('a second message_start');
    this.phase = 'blocks';
    if (textIn(message.id) === '' || textIn(message.model) === '') this.fault('message_start without id or model');
    if (message.type !== 'message' || message.role !== 'assistant') this.fault('message_start of no assistant message');
    if (!Array.isArray(message.content) || message.content.length > 0) this.fault('message_start with content');
    if (message.stop_reason !== null || message.stop_sequence !== null) this.fault('message_start that has stopped');
    this.faults.push(...usageFaults(message.usage, true));
  }

  #blockStart(json: Json): void {
    const block = objectIn(json.content_block);
    const type = textIn(block.type);
    if (this.phase !== 'blocks') this.fault('a block after message_delta');
    if (this.#open !== undefined) this.fault(`a ${type} block inside a ${this.#open.type} block`);
    if (json.index !== this.#count) this.fault(`block ${String(json.index)} where ${this.#count} was due`);
    if (!(type in deltasOf)) this.fault(`a block of type ${type}`);
    if (type === 'text' && block.text !== '') this.fault('a text block that does not begin empty');
    if (type === 'thinking' && (block.thinking !== '' || block.signature !== '')) {
      this.fault('a thinking block that does not begin empty');
    }
    if (type === 'redacted_thinking' && textIn(block.data) === '') this.fault('redacted thinking without data');
    if (type === 'tool_use') this.#call(block);
    this.#open = { type, said: '', isSigned: false };
  }

  #call(block: Json): void {
    const id = textIn(block.id);
    if (!/^[\w-]+$/.test(id)) this.fault(`the call id ${id}`);
    if (this.#callIds.has(id)) this.fault(`the call id ${id} twice`);
    this.#callIds.add(id);
    if (textIn(block.name) === '') this.fault('a call without a name');
    if (JSON.stringify(block.input) !== '{}') this.fault('a call whose input does not begin as {}');
  }

  #blockDelta(json: Json): void {
    const delta = objectIn(json.delta);
    const open = this.#open;
    if (open === undefined || json.index !== this.#count) {
      this.fault(`a delta for block ${String(json.index)}, which is not open`);
      return;
    }
    const type = textIn(delta.type);
    if (!deltasOf[open.type]?.includes(type)) this.fault(`${type} in a ${open.type} block`);
    if (open.isSigned) this.fault(`${type} after the signature`);
    const said = delta.text ?? delta.thinking ?? delta.partial_json;
    if (type === 'signature_delta') {
      open.isSigned = true;
      if (textIn(delta.signature) === '') this.fault('an empty signature');
    } else if (type === 'citations_delta') {
      if (textIn(objectIn(delta.citation).type) === '') this.fault('a citation without a type');
    } else if (typeof said !== 'string') this.fault(`${type} without text`);
    else open.said += said;
  }

  #blockStop(json: Json): void {
    const open = this.#open;
    if (open === undefined || json.index !== this.#count) {
      this.fault(`the end of block ${String(json.index)}, which is not open`);
      return;
    }
    if (open.type === 'text' && open.said === '') this.fault('an empty text block');
    if (open.type === 'thinking' && open.said === '' && !open.isSigned) this.fault('an empty thinking block');
    if (open.type === 'tool_use' && open.said !== '' && !isObject(parsed(open.said))) this.#brokenCalls++;
    this.#lastType = open.type;
    this.#lastIsSilent = open.said === '';
    this.#open = undefined;
    this.#count++;
  }

  #messageDelta(json: Json): void {
    if (this.#open !== undefined) this.fault('message_delta inside a block');
    if (this.phase === 'ended') this.fault('a second message_delta');
    this.phase = 'ended';
    this.#end = objectIn(json.delta);
    this.faults.push(...endFaults(this.#end, this.#callIds.size > 0), ...usageFaults(json.usage, false));
    if (countIn(objectIn(json.usage).output_tokens) === undefined) this.fault('message_delta without its count');
  }

  #messageStop(): void {
    if (this.phase !== 'ended') this.fault('message_stop without message_delta');
    this.phase = 'over';
    const isCutShort = /^(max_tokens|model_context_window_exceeded)$/.test(textIn(this.#end.stop_reason));
    if (this.#brokenCalls > 0 && !isCutShort) this.fault('a call whose arguments are no JSON object');
    // Clients take the last block of a message for its answer.
    const speaks = this.#count > 1 && /^(end_turn|tool_use)$/.test(textIn(this.#end.stop_reason));
    if (speaks && this.#lastType === 'thinking' && this.#lastIsSilent) this.fault('it ends with silent thinking');
  }
}
