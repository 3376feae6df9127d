/** The grammar of a Responses answer as OpenAI's description and its recorded streams have it, written without a look at the writers that it judges. */

import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

/** What breaks the grammar, in words; empty when the stream is legal. It may end with `response.failed`. */
export function responsesStreamFaults(bytes: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const judge = new Judge();
  if (!text.endsWith('\n\n')) judge.fault('the last event has no blank line');
  for (const block of text.split('\n\n').slice(0, -1)) judge.event(block);
  judge.end();
  return judge.faults;
}

export function responsesDocumentFaults(document: Json): string[] {
  const items = objectsIn(document.output);
  return [...responseFaults(document, 'the document'), ...endFaults(document), ...items.flatMap(itemFaults)];
}

const demanded = [
  ...['id', 'object', 'created_at', 'status', 'error', 'incomplete_details', 'instructions', 'model', 'output'],
  ...['parallel_tool_calls', 'tool_choice', 'tools', 'metadata', 'temperature', 'top_p', 'usage'],
];

function responseFaults(response: Json, where: string): string[] {
  const faults = demanded.flatMap((name) => (response[name] === undefined ? [`${where} lacks response.${name}`] : []));
  if (response.object !== 'response') faults.push(`${where}: an object ${String(response.object)}`);
  if (!/^resp_/.test(textIn(response.id))) faults.push(`${where}: the id ${String(response.id)}`);
  if (!Number.isSafeInteger(response.created_at)) faults.push(`${where}: no time of creation`);
  return faults;
}

function endFaults({ status, error, incomplete_details: details, usage }: Json): string[] {
  const faults: string[] = [];
  if (status === 'completed' && (error !== null || details !== null)) faults.push('completed, and yet not');
  if (status === 'incomplete' && !/^(max_output_tokens|content_filter)$/.test(textIn(objectIn(details).reason))) {
    faults.push(`incomplete because of ${String(objectIn(details).reason)}`);
  }
  if (status === 'failed' && textIn(objectIn(error).message) === '') faults.push('failed without an error');
  if (isObject(usage)) {
    const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
    const details = [
      objectIn(usage.input_tokens_details).cached_tokens,
      objectIn(usage.output_tokens_details).reasoning_tokens,
    ];
    const counts = [input, output, total, ...details];
    if (!counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0))
      faults.push('a count is missing');
    if (Number(input) + Number(output) !== total) faults.push('a total that is no sum');
  }
  return faults;
}

/** A done item. */
function itemFaults(item: Json): string[] {
  const { type, id, status } = item;
  if (textIn(id) === '') return [`a ${String(type)} without an id`];
  if (type === 'message') {
    const parts = objectsIn(item.content);
    const areTexts = parts.every(
      ({ type, text, annotations }) => type === 'output_text' && text !== '' && Array.isArray(annotations),
    );
    return item.role === 'assistant' && parts.length > 0 && areTexts
      ? []
      : ['a message of no assistant or without text'];
  }
  if (type === 'reasoning') {
    const encrypted = item.encrypted_content;
    const isSealed = encrypted === undefined || textIn(encrypted) !== '';
    return Array.isArray(item.summary) && isSealed ? [] : ['reasoning without a summary, or with an empty seal'];
  }
  if (type === 'function_call') {
    const isNamed = textIn(item.call_id) !== '' && textIn(item.name) !== '';
    const isWhole = status === 'incomplete' || isObject(parsed(textIn(item.arguments)));
    return isNamed && isWhole ? [] : [`a call ${String(item.name)} without id, name or an object of arguments`];
  }
  return wholeTypes.has(textIn(type)) ? [] : [`an item of type ${String(type)}`];
}

const wholeTypes = new Set(['image_generation_call', 'code_interpreter_call', 'web_search_call', 'custom_tool_call']);

interface Item {
  readonly added: Json;
  /** Of the open part, or of the whole item: what the deltas have said. */
  said: string;
  partOpen: boolean;
  readonly parts: Json[];
  annotations: Json[];
}

class Judge {
  readonly faults: string[] = [];
  #number = 0;
  #phase: 'before' | 'created' | 'running' | 'over' = 'before';
  /** By their place in the output: parallel calls may be open at once. */
  readonly #open = new Map<number, Item>();
  #added = 0;
  readonly #done: Json[] = [];

  fault(what: string): void {
    this.faults.push(what);
  }

  event(block: string): void {
    if (/^:[^\n]*$/.test(block)) return;
    const [, name, data] = /^event: ([\w.]+)\ndata: (\{[^\n\r]*\})$/.exec(block) ?? [];
    const json = objectIn(parsed(data ?? ''));
    if (name === undefined || json.type !== name) {
      this.fault(`not one event line and one data line of that type: ${block.slice(0, 90)}`);
      return;
    }
    if (this.#phase === 'over') this.fault(`${name} after the end`);
    if (json.sequence_number !== this.#number++) this.fault(`${name} has number ${String(json.sequence_number)}`);
    if (json.response !== undefined) this.#stage(name, objectIn(json.response));
    else if (name === 'keepalive') return;
    else if (this.#phase !== 'running') this.fault(`${name} before response.in_progress`);
    else this.#item(name, json);
  }

  end(): void {
    if (this.#phase !== 'over') this.fault('no terminal event');
  }

  #stage(name: string, response: Json): void {
    this.faults.push(...responseFaults(response, name));
    const status = name.slice('response.'.length);
    if (name === 'response.created' || name === 'response.in_progress') {
      if (response.status !== 'in_progress' || objectsIn(response.output).length > 0)
        this.fault(`${name} is not at a start`);
      const due = name === 'response.created' ? 'before' : 'created';
      if (this.#phase !== due) this.fault(`${name} out of order`);
      this.#phase = due === 'before' ? 'created' : 'running';
      return;
    }
    if (!/^(completed|incomplete|failed)$/.test(status) || response.status !== status) {
      this.fault(`${name} with status ${String(response.status)}`);
    }
    this.faults.push(...endFaults(response));
    this.#phase = 'over';
    if (status === 'failed') return;
    if (this.#open.size > 0) this.fault('an item that is never done');
    if (!isDeepStrictEqual(response.output, this.#done)) this.fault('the output is not what its items were');
    const ids = this.#done.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) this.fault('two items with one id');
    const calls = this.#done.map(({ call_id: id }) => id).filter((id) => id !== undefined);
    if (new Set(calls).size !== calls.length) this.fault('two calls with one id');
    const isBroken = this.#done.some((item) => item.type === 'function_call' && item.status !== 'completed');
    if (isBroken && status === 'completed') this.fault('completed with a call that is not');
  }

  #item(name: string, json: Json): void {
    const at = Number(json.output_index);
    if (name === 'response.output_item.added') {
      if (at !== this.#added++) this.fault(`an item at ${at}`);
      const added = objectIn(json.item);
      const isCall = textIn(added.type).endsWith('_call');
      for (const other of this.#open.values()) {
        if (!isCall || !textIn(other.added.type).endsWith('_call'))
          this.fault('an item inside an item that is no call');
      }
      this.#open.set(at, { added, said: '', partOpen: false, parts: [], annotations: [] });
      return;
    }
    const open = this.#open.get(at);
    if (open === undefined) this.fault(`${name} without an item`);
    else if (name === 'response.output_item.done') this.#itemDone(open, objectIn(json.item), at);
    else {
      if (json.item_id !== open.added.id) this.fault(`${name} of item ${String(json.item_id)}`);
      this.#step(name, json, open);
    }
  }

  #step(name: string, json: Json, open: Item): void {
    const [, family = '', step = ''] = /^response\.(.+?)(?:[._](added|delta|done))$/.exec(name) ?? [];
    const owner = ownerOf[family];
    if (owner === undefined) {
      if (!wholeTypes.has(textIn(open.added.type))) this.fault(`${name} in ${String(open.added.type)}`);
      return;
    }
    if (owner.type !== open.added.type) this.fault(`${name} in ${String(open.added.type)}`);
    if (owner.index !== undefined && json[owner.index] !== open.parts.length) this.fault(`${name} of another part`);
    if (family.endsWith('part')) this.#part(step, objectIn(json.part), open);
    else if (family.endsWith('annotation')) {
      if (json.annotation_index !== open.annotations.length) this.fault('an annotation out of order');
      open.annotations.push(objectIn(json.annotation));
    } else {
      if (owner.index !== undefined && !open.partOpen) this.fault(`${name} outside a part`);
      if (step === 'delta') open.said += textIn(json.delta);
      else if ((json.text ?? json.arguments ?? json.input) !== open.said) this.fault(`${name} says something else`);
    }
  }

  #part(step: string, part: Json, open: Item): void {
    if (open.partOpen === (step === 'added')) this.fault(`a part that is ${step} out of order`);
    open.partOpen = step === 'added';
    if (step === 'added') {
      if (part.text !== '') this.fault('a part that does not begin empty');
      open.said = '';
      open.annotations = [];
      return;
    }
    if (part.text !== open.said) this.fault('a part that ends as something else');
    const isCited = part.annotations === undefined || isDeepStrictEqual(part.annotations, open.annotations);
    if (!isCited) this.fault('a part with other annotations');
    open.parts.push(part);
  }

  #itemDone(open: Item, item: Json, at: number): void {
    if (item.id !== open.added.id || item.type !== open.added.type) this.fault('an item that ends as another');
    if (open.partOpen) this.fault('an item with an open part');
    const parts = item.type === 'message' ? item.content : item.type === 'reasoning' ? item.summary : undefined;
    if (parts !== undefined && !isDeepStrictEqual(parts, open.parts)) this.fault('an item with other parts');
    const given = item.arguments ?? item.input;
    if (given !== undefined && given !== open.said) this.fault('a call that ends with other arguments');
    this.faults.push(...itemFaults(item));
    this.#done[at] = item;
    this.#open.delete(at);
  }
}

const ownerOf: Readonly<Record<string, { readonly type: string; readonly index?: string }>> = {
  content_part: { type: 'message', index: 'content_index' },
  output_text: { type: 'message', index: 'content_index' },
  'output_text.annotation': { type: 'message', index: 'content_index' },
  reasoning_summary_part: { type: 'reasoning', index: 'summary_index' },
  reasoning_summary_text: { type: 'reasoning', index: 'summary_index' },
  function_call_arguments: { type: 'function_call' },
  custom_tool_call_input: { type: 'custom_tool_call' },
};
