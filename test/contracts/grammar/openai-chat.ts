/** The grammar of a Chat Completions answer as OpenAI's description and its recorded streams have it, written without a look at the writers that it judges. */

import { isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

/** What breaks the grammar, in words; empty when the stream is legal. It may end with an error object instead of `[DONE]`. */
export function chatStreamFaults(bytes: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const judge = new Judge();
  if (!text.endsWith('\n\n')) judge.fault('the last event has no blank line');
  for (const block of text.split('\n\n').slice(0, -1)) judge.event(block);
  judge.end();
  return judge.faults;
}

export function chatDocumentFaults(document: Json): string[] {
  const faults: string[] = [];
  const say = (isWrong: boolean, what: string): void => void (isWrong && faults.push(what));
  say(document.object !== 'chat.completion', `an object ${String(document.object)}`);
  say(textIn(document.id) === '' || textIn(document.model) === '', 'no id or no model');
  say(!Number.isSafeInteger(document.created), 'no time of creation');
  const choices = objectsIn(document.choices);
  say(choices.length !== 1 || choices[0]?.index !== 0, 'not one choice');
  const message = objectIn(choices[0]?.message);
  say(message.role !== 'assistant', 'no assistant message');
  say(message.content !== null && typeof message.content !== 'string', 'content is neither text nor null');
  const calls = objectsIn(message.tool_calls);
  say(message.tool_calls !== undefined && calls.length === 0, 'an empty list of calls');
  for (const { id, type, function: called } of calls) {
    const { name, arguments: given } = objectIn(called);
    say(textIn(id) === '' || type !== 'function' || textIn(name) === '', 'a call without id, type or name');
    say(!isObject(parsed(textIn(given))), 'arguments that are no JSON object');
  }
  say(new Set(calls.map(({ id }) => id)).size !== calls.length, 'two calls with one id');
  faults.push(...finishFaults(textIn(choices[0]?.finish_reason), calls.length > 0));
  if (document.usage !== undefined) faults.push(...usageFaults(objectIn(document.usage)));
  return faults;
}

const finishReasons = new Set(['stop', 'length', 'tool_calls', 'content_filter']);

function finishFaults(reason: string, hasCalls: boolean): string[] {
  const faults: string[] = [];
  if (!finishReasons.has(reason)) faults.push(`finish_reason ${reason}`);
  if (reason === 'tool_calls' && !hasCalls) faults.push('tool_calls without a call');
  if (reason === 'stop' && hasCalls) faults.push('stop with a call');
  return faults;
}

function usageFaults(usage: Json): string[] {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  const counts = [prompt, completion, total];
  if (!counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0)) return ['a count is missing'];
  return Number(prompt) + Number(completion) === total ? [] : ['a total that is no sum'];
}

const deltaMembers = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'reasoning_content', 'reasoning_details', 'annotations', 'images'],
  'extra_content',
]);

class Judge {
  readonly faults: string[] = [];
  #chunks = 0;
  #identity = '';
  #phase: 'open' | 'finished' | 'counted' | 'over' = 'open';
  readonly #calls: { readonly id: string; input: string }[] = [];
  #reason = '';

  fault(what: string): void {
    this.faults.push(what);
  }

  event(block: string): void {
    if (/^:[^\n]*$/.test(block)) return;
    if (this.#phase === 'over') this.fault(`more after the end: ${block.slice(0, 60)}`);
    if (block === 'data: [DONE]') {
      if (this.#phase === 'open') this.fault('[DONE] without a finish reason');
      this.#phase = 'over';
      return;
    }
    const [, data] = /^data: (\{[^\n\r]*\})$/.exec(block) ?? [];
    const chunk = objectIn(parsed(data ?? ''));
    if (data === undefined) this.fault(`not one data line: ${block.slice(0, 90)}`);
    else if (chunk.error !== undefined) this.#error(chunk);
    else this.#chunk(chunk);
  }

  end(): void {
    if (this.#phase !== 'over') this.fault('neither [DONE] nor an error at the end');
    if (this.#reason === '') return;
    this.faults.push(...finishFaults(this.#reason, this.#calls.length > 0));
    const isBroken = this.#calls.some(({ input }) => !isObject(parsed(input)));
    if (isBroken && this.#reason !== 'length') this.fault('arguments that are no JSON object');
  }

  #error(chunk: Json): void {
    if (textIn(objectIn(chunk.error).message) === '') this.fault('an error without a message');
    this.#phase = 'over';
  }

  #chunk(chunk: Json): void {
    const { id, object, created, model } = chunk;
    const identity = JSON.stringify([id, created, model]);
    if (object !== 'chat.completion.chunk') this.fault(`an object ${String(object)}`);
    if (textIn(id) === '' || textIn(model) === '' || !Number.isSafeInteger(created)) this.fault(`who is ${identity}?`);
    if (this.#chunks > 0 && identity !== this.#identity) this.fault(`${identity} after ${this.#identity}`);
    this.#identity = identity;
    const choices = objectsIn(chunk.choices);
    if (choices.length === 0) this.#counts(chunk);
    else if (chunk.usage !== undefined && chunk.usage !== null) this.fault('counts beside a choice');
    if (choices.length > 1 || (choices[0]?.index ?? 0) !== 0) this.fault('more than the first choice');
    if (choices[0] !== undefined) this.#choice(choices[0]);
    this.#chunks++;
  }

  #counts(chunk: Json): void {
    if (this.#phase !== 'finished') this.fault('counts before the finish reason, or twice');
    this.#phase = 'counted';
    this.faults.push(...usageFaults(objectIn(chunk.usage)));
  }

  #choice(choice: Json): void {
    const delta = objectIn(choice.delta);
    if (!isObject(choice.delta)) this.fault('a choice without a delta');
    if (choice.finish_reason === undefined) this.fault('a choice that does not mention its finish_reason');
    if (this.#phase !== 'open') this.fault('a choice after the finish reason');
    if ((delta.role === 'assistant') !== (this.#chunks === 0)) this.fault(`the role ${String(delta.role)}`);
    for (const name of Object.keys(delta)) if (!deltaMembers.has(name)) this.fault(`delta.${name}`);
    for (const piece of objectsIn(delta.tool_calls)) this.#call(piece);
    const reason = choice.finish_reason;
    if (reason === null || reason === undefined) {
      if (Object.keys(delta).length === 0) this.fault('a delta that says nothing');
      return;
    }
    if (Object.keys(delta).length > 0 && this.#chunks > 0) this.fault('a delta beside the finish reason');
    this.#reason = textIn(reason);
    this.#phase = 'finished';
  }

  #call(piece: Json): void {
    const { name, arguments: given } = objectIn(piece.function);
    const known = this.#calls[Number(piece.index)];
    if (known === undefined) {
      if (piece.index !== this.#calls.length) this.fault(`call ${String(piece.index)} as number ${this.#calls.length}`);
      const id = textIn(piece.id);
      if (id === '' || piece.type !== 'function' || textIn(name) === '') this.fault('a call without id, type or name');
      if (this.#calls.some((other) => other.id === id)) this.fault(`the call id ${id} twice`);
      if (typeof given !== 'string') this.fault('a call that begins without arguments');
      this.#calls.push({ id, input: textIn(given) });
      return;
    }
    if (piece.id !== undefined || piece.type !== undefined || name !== undefined)
      this.fault('a call that is named again');
    known.input += textIn(given);
  }
}
