/**
 * The grammar of an Anthropic stream, written down a second time and independently of the writers: for tests, which ask it about every stream
 * they see. It returns what breaks the grammar, in words.
 */

type Json = Record<string, unknown>;

/** `text` is a whole stream. One that ends with an error event is legal, too. `isOwn`: the API's own blocks may stand in it. */
export function checkAnthropicStream(text: string, isOwn = false): string[] {
  const check = new StreamCheck(isOwn ? { ...deltaTypes, ...ownDeltaTypes } : deltaTypes);
  if (text !== '' && !text.endsWith('\n\n')) check.fault('the stream does not end with a blank line');
  for (const frame of text.split('\n\n').filter((frame) => frame !== '')) check.frame(frame);
  check.end();
  return check.faults;
}

const stopReasons = new Set([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'compaction',
  'refusal',
  'model_context_window_exceeded',
]);

const deltaTypes: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  redacted_thinking: [],
};

/** Of the API's own tools and services. */
const ownDeltaTypes: Readonly<Record<string, readonly string[]>> = {
  server_tool_use: ['input_json_delta'],
  mcp_tool_use: ['input_json_delta'],
  mcp_tool_result: [],
  compaction: ['compaction_delta'],
  fallback: [],
  ...Object.fromEntries(
    ['advisor', 'web_search', 'web_fetch', 'code_execution', 'bash_code_execution', 'text_editor_code_execution']
      .concat('tool_search')
      .map((tool) => [`${tool}_tool_result`, []]),
  ),
};

class StreamCheck {
  readonly faults: string[] = [];
  readonly #deltaTypes: Readonly<Record<string, readonly string[]>>;
  #phase: 'before' | 'blocks' | 'delta' | 'over' = 'before';
  #blocks = 0;
  #open: { type: string; json: string; isSigned: boolean; said: string } | undefined;
  readonly #ids = new Set<string>();
  #stopReason: unknown;
  /** Legal only when the limit of the answer was reached inside a call. */
  #brokenArguments: string | undefined;

  constructor(allowed: Readonly<Record<string, readonly string[]>>) {
    this.#deltaTypes = allowed;
  }

  fault(text: string): void {
    this.faults.push(text);
  }

  frame(frame: string): void {
    const lines = frame.split('\n');
    const [event, data] = lines;
    if (lines.length !== 2 || !event?.startsWith('event: ') || !data?.startsWith('data: ')) {
      this.fault(`not one event line and one data line: ${frame.slice(0, 80)}`);
      return;
    }
    const json = JSON.parse(data.slice(6)) as Json;
    const type = event.slice(7);
    if (json.type !== type) this.fault(`event ${type} carries the type ${String(json.type)}`);
    if (this.#phase === 'over') this.fault(`${type} after the end`);
    else this.#event(type, json);
  }

  end(): void {
    if (this.#phase !== 'over') this.fault(`the stream ends in phase ${this.#phase}`);
  }

  #event(type: string, json: Json): void {
    if (type === 'ping') return;
    if (type === 'error') {
      if (typeof (json.error as Json | undefined)?.message !== 'string') this.fault('an error without a message');
      this.#phase = 'over';
    } else if (type === 'message_start') this.#start(json.message as Json);
    else if (this.#phase === 'before') this.fault(`${type} before message_start`);
    else if (type === 'content_block_start') this.#blockStart(json);
    else if (type === 'content_block_delta') this.#blockDelta(json);
    else if (type === 'content_block_stop') this.#blockStop(json);
    else if (type === 'message_delta') this.#messageDelta(json);
    else if (type === 'message_stop') this.#messageStop();
    else this.fault(`an event that does not exist: ${type}`);
  }

  #start(message: Json): void {
    if (this.#phase !== 'before') this.fault('a second message_start');
    this.#phase = 'blocks';
    const usage = message.usage as Json;
    const isWhole = typeof message.id === 'string' && message.type === 'message' && message.role === 'assistant';
    if (!isWhole || typeof message.model !== 'string') this.fault('message_start lacks id, type, role or model');
    if (!Array.isArray(message.content) || message.stop_reason !== null) this.fault('message_start is not at a start');
    if (typeof usage?.input_tokens !== 'number' || typeof usage.output_tokens !== 'number') {
      this.fault('message_start lacks its two counts');
    }
  }

  #blockStart(json: Json): void {
    if (this.#phase !== 'blocks') this.fault('a block after message_delta');
    if (this.#open !== undefined) this.fault('a block inside a block');
    if (json.index !== this.#blocks) this.fault(`block ${String(json.index)} where ${this.#blocks} was due`);
    const block = json.content_block as Json;
    const type = String(block.type);
    if (!(type in this.#deltaTypes)) this.fault(`a block that an answer cannot have: ${type}`);
    if (type === 'text' && block.text !== '') this.fault('a text block that does not begin empty');
    if (type === 'tool_use') this.#call(block);
    const whole = type in ownDeltaTypes ? type : String(block.data ?? '');
    this.#open = { type, json: '', isSigned: false, said: whole };
  }

  #call(block: Json): void {
    const id = block.id;
    if (typeof id !== 'string' || id === '') this.fault('a call without an id');
    else if (this.#ids.has(id)) this.fault(`the id ${id} comes twice`);
    else this.#ids.add(id);
    if (typeof block.name !== 'string' || block.name === '') this.fault('a call without a name');
    if (JSON.stringify(block.input) !== '{}') this.fault('a call whose input does not begin empty');
  }

  #blockDelta(json: Json): void {
    const open = this.#open;
    if (open === undefined || json.index !== this.#blocks) {
      this.fault(`a delta of block ${String(json.index)}, which is not open`);
      return;
    }
    const delta = json.delta as Json;
    if (!this.#deltaTypes[open.type]?.includes(String(delta.type))) this.fault(`${String(delta.type)} in ${open.type}`);
    if (open.isSigned) this.fault('a delta after the signature');
    if (delta.type === 'signature_delta') {
      open.isSigned = true;
      if (typeof delta.signature !== 'string' || delta.signature === '') this.fault('an empty signature');
    }
    if (delta.type === 'input_json_delta') open.json += String(delta.partial_json);
    open.said += String(delta.text ?? delta.thinking ?? '');
  }

  #blockStop(json: Json): void {
    const open = this.#open;
    if (open === undefined || json.index !== this.#blocks) this.fault('a stop of a block that is not open');
    else if (/tool_use$/.test(open.type)) this.#arguments(open.json);
    else if (open.said === '' && !open.isSigned) this.fault(`an empty ${open.type} block`);
    this.#open = undefined;
    this.#blocks++;
  }

  #arguments(text: string): void {
    if (text === '') return;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        this.fault('arguments that are no object');
    } catch {
      this.#brokenArguments = text;
    }
  }

  #messageDelta(json: Json): void {
    if (this.#open !== undefined) this.fault('message_delta inside a block');
    this.#phase = 'delta';
    const delta = json.delta as Json;
    this.#stopReason = delta.stop_reason ?? this.#stopReason;
    if (typeof (json.usage as Json | undefined)?.output_tokens !== 'number')
      this.fault('message_delta lacks its count');
    if (delta.stop_sequence === undefined) this.fault('message_delta does not mention a stop sequence');
  }

  #messageStop(): void {
    if (this.#phase !== 'delta') this.fault('message_stop without message_delta');
    if (!stopReasons.has(String(this.#stopReason))) this.fault(`the stop reason ${String(this.#stopReason)}`);
    if (this.#brokenArguments !== undefined && this.#stopReason !== 'max_tokens') {
      this.fault(`arguments that are no JSON: ${this.#brokenArguments.slice(0, 80)}`);
    }
    if (this.#stopReason === 'tool_use' && this.#ids.size === 0) this.fault('tool_use without a call');
    this.#phase = 'over';
  }
}
