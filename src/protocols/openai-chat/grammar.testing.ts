/**
 * An independent judge of Chat Completions streams, written from the documented grammar and from what the official SDK does with the chunks; it
 * shares no code with the writers. Returns what is wrong, one sentence each.
 */

type Json = Record<string, unknown>;

export function checkChatStream(text: string): string[] {
  const judge = new Judge();
  if (text !== '' && !text.endsWith('\n\n')) judge.say('the stream does not end with a blank line');
  for (const block of text.split('\n\n')) {
    if (block.trim() === '' || block.startsWith(':')) continue;
    const lines = block.split('\n').filter((line) => line !== '');
    if (lines.some((line) => !line.startsWith('data: '))) judge.say(`a line that is no data: ${block.slice(0, 60)}`);
    else judge.data(lines.map((line) => line.slice(6)).join('\n'));
  }
  return judge.verdict();
}

class Judge {
  readonly #faults: string[] = [];
  readonly #choices = new Map<number, ChoiceJudge>();
  #identity: string | undefined;
  #over: string | undefined;
  #counted = false;
  #errors = 0;

  say(fault: string): void {
    this.#faults.push(fault);
  }

  data(data: string): void {
    if (this.#over !== undefined) this.say(`something follows ${this.#over}`);
    if (data === '[DONE]') {
      this.#over = '[DONE]';
      return;
    }
    const chunk = JSON.parse(data) as Json;
    if (chunk.error !== undefined && chunk.choices === undefined) {
      this.#errors += 1;
      this.#over = 'the error';
      if (typeof (chunk.error as Json).message !== 'string') this.say('an error without a message');
      return;
    }
    this.#chunk(chunk);
  }

  verdict(): string[] {
    if (this.#over === undefined) this.say('the stream ends without [DONE] and without an error');
    const isComplete = this.#over === '[DONE]';
    for (const [index, choice] of this.#choices) {
      if (isComplete && choice.reason === undefined) this.say(`[DONE] without a finish reason for choice ${index}`);
      this.#faults.push(...choice.faults);
    }
    if (isComplete && this.#choices.size === 0) this.say('[DONE] without any choice');
    return this.#faults;
  }

  #chunk(chunk: Json): void {
    const identity = JSON.stringify([chunk.id, chunk.object, chunk.created, chunk.model]);
    this.#identity ??= identity;
    if (identity !== this.#identity) this.say(`id, object, created or model changed: ${identity}`);
    if (chunk.object !== 'chat.completion.chunk') this.say(`object is ${String(chunk.object)}`);
    if (typeof chunk.created !== 'number') this.say('created is no number');
    if (!Array.isArray(chunk.choices)) {
      this.say('a chunk without choices');
      return;
    }
    // Moderation results and Azure's first chunk have no choices either.
    if (chunk.choices.length === 0 && chunk.usage !== null && chunk.usage !== undefined) this.#counts(chunk.usage);
    else if (this.#counted && chunk.choices.length > 0) this.say('a choice after the counts');
    for (const choice of chunk.choices as Json[]) this.#choice(choice);
  }

  #counts(usage: unknown): void {
    this.#counted = true;
    const counts = usage as Json | null;
    for (const name of ['prompt_tokens', 'completion_tokens', 'total_tokens']) {
      if (typeof counts?.[name] !== 'number') this.say(`the counts lack ${name}`);
    }
    if (Number(counts?.prompt_tokens) + Number(counts?.completion_tokens) !== counts?.total_tokens) {
      this.say('the total is not the sum');
    }
    for (const [index, choice] of this.#choices) {
      if (choice.reason === undefined) this.say(`counts before choice ${index} has finished`);
    }
  }

  #choice(json: Json): void {
    const index = json.index as number;
    if (typeof index !== 'number') this.say('a choice without an index');
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ChoiceJudge();
      this.#choices.set(index, choice);
    }
    choice.see((json.delta ?? {}) as Json, json.finish_reason);
  }
}

const reasons = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

class ChoiceJudge {
  readonly faults: string[] = [];
  reason: string | undefined;
  #seen = 0;
  readonly #calls: string[] = [];
  #arguments: string[] = [];
  readonly #ids = new Set<string>();
  #legacy = false;

  see(delta: Json, reason: unknown): void {
    if (this.reason !== undefined && Object.keys(delta).length > 0) this.faults.push('a delta after the finish reason');
    if ((delta.role !== undefined) !== (this.#seen === 0) && Object.keys(delta).length > 0) {
      this.faults.push(this.#seen === 0 ? 'the first delta has no role' : 'a role in a later delta');
    }
    if (delta.role !== undefined && delta.role !== 'assistant') this.faults.push(`role ${String(delta.role)}`);
    this.#seen += 1;
    for (const name of ['content', 'refusal', 'reasoning_content']) {
      const text = delta[name];
      if (text !== undefined && text !== null && typeof text !== 'string') this.faults.push(`${name} is no text`);
    }
    for (const call of (delta.tool_calls ?? []) as Json[]) this.#call(call);
    if (delta.function_call !== undefined) this.#legacy = true;
    if (typeof reason === 'string') this.#finish(reason);
    else if (reason !== null && reason !== undefined) this.faults.push('a finish reason that is no word');
  }

  #call(call: Json): void {
    const index = call.index as number;
    const body = (call.function ?? call.custom ?? {}) as Json;
    if (index === this.#calls.length) {
      if (typeof call.id !== 'string' || call.id === '') this.faults.push(`call ${index} begins without an id`);
      if (this.#ids.has(String(call.id))) this.faults.push(`two calls have the id ${String(call.id)}`);
      if (call.type !== 'function' && call.type !== 'custom') this.faults.push(`call ${index} begins without a type`);
      if (typeof body.name !== 'string' || body.name === '') this.faults.push(`call ${index} begins without a name`);
      this.#ids.add(String(call.id));
      this.#calls.push(String(call.type));
      this.#arguments.push('');
    } else {
      if (!(index < this.#calls.length))
        this.faults.push(`call ${index} does not follow call ${this.#calls.length - 1}`);
      if (call.id !== undefined || call.type !== undefined || body.name !== undefined) {
        this.faults.push(`id, type or name of call ${index} stand in a later delta`);
      }
    }
    const piece = body.arguments ?? body.input;
    if (typeof piece === 'string') this.#arguments[index] = (this.#arguments[index] ?? '') + piece;
  }

  #finish(reason: string): void {
    if (this.reason !== undefined) this.faults.push('a second finish reason');
    this.reason = reason;
    if (!reasons.has(reason)) this.faults.push(`finish reason ${reason}`);
    if (reason === 'tool_calls' && this.#calls.length === 0) this.faults.push('tool_calls without a call');
    if (reason === 'function_call' && !this.#legacy) this.faults.push('function_call without a call');
    if (reason !== 'tool_calls') return;
    for (const [at, type] of this.#calls.entries()) {
      if (type === 'function' && !isObject(this.#arguments[at] ?? ''))
        this.faults.push(`the arguments of call ${at} are no JSON object`);
    }
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
