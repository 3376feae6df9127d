/** An independent judge of Responses streams for tests: reads the bytes with nothing of ours and says every rule of the dialect that they break. */

type Json = Record<string, unknown>;

/** The violations of a whole stream, in order; empty when it is legal. */
export function checkResponsesStream(text: string): string[] {
  const faults: string[] = [];
  const state: State = { faults, number: 0, items: new Map(), status: 'none', output: [] };
  for (const block of text.split('\n\n')) {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
    if (lines.length > 0) checkBlock(lines, state);
  }
  if (state.status !== 'over') faults.push('no terminal event');
  return faults;
}

interface State {
  readonly faults: string[];
  number: number;
  readonly items: Map<number, Item>;
  readonly output: Json[];
  status: 'none' | 'created' | 'over';
}

interface Item {
  readonly id: unknown;
  readonly type: unknown;
  /** Open parts by their index: what the deltas have said. */
  readonly parts: Map<unknown, string>;
  readonly said: Map<unknown, string>;
  annotations: number;
  done: boolean;
}

function checkBlock(lines: readonly string[], state: State): void {
  const { faults } = state;
  const event = lines.find((line) => line.startsWith('event: '))?.slice(7);
  const data = lines
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice(6))
    .join('\n');
  let json: Json;
  try {
    json = JSON.parse(data) as Json;
  } catch {
    faults.push(`data is no JSON: ${data.slice(0, 60)}`);
    return;
  }
  const type = String(json.type);
  if (event !== undefined && event !== type) faults.push(`event ${event} carries type ${type}`);
  if (state.status === 'over') faults.push(`${type} after the end`);
  if (json.sequence_number !== state.number) {
    faults.push(`${type}: sequence_number ${String(json.sequence_number)} instead of ${state.number}`);
  }
  state.number++;
  if (type === 'response.created') {
    if (state.status !== 'none') faults.push('a second response.created');
    state.status = 'created';
  } else if (state.status === 'none') faults.push(`${type} before response.created`);
  if (json.response !== undefined) checkResponse(type, json.response as Json, state);
  else if (type === 'response.output_item.added') addItem(json, state);
  else if (type !== 'keepalive' && type !== 'error') checkItemEvent(type, json, state);
}

const statusOf: Readonly<Record<string, string>> = {
  'response.created': 'in_progress',
  'response.in_progress': 'in_progress',
  'response.queued': 'queued',
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
  'response.failed': 'failed',
};

function checkResponse(type: string, response: Json, state: State): void {
  const { faults } = state;
  if (response.status !== statusOf[type]) faults.push(`${type} with status ${String(response.status)}`);
  for (const member of ['id', 'object', 'created_at', 'model', 'output', 'tools', 'tool_choice', 'metadata']) {
    if (response[member] === undefined) faults.push(`${type} without response.${member}`);
  }
  if (!/completed|incomplete|failed/.test(type)) return;
  state.status = 'over';
  if (type === 'response.failed') {
    const error = response.error as Json | null;
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') faults.push('a failure without an error');
    return;
  }
  for (const [at, item] of state.items) if (!item.done) faults.push(`item ${at} is never done`);
  const reason = (response.incomplete_details as Json | null)?.reason;
  if (type === 'response.incomplete' && typeof reason !== 'string') faults.push('incomplete without a reason');
  if (type === 'response.completed' && response.incomplete_details) faults.push('completed with incomplete_details');
  if (JSON.stringify(response.output) !== JSON.stringify(state.output)) {
    faults.push('the output of the terminal event is not what its items were');
  }
  checkUsage(response.usage as Json | null, faults);
}

function checkUsage(usage: Json | null, faults: string[]): void {
  if (usage === null) return;
  for (const member of ['input_tokens', 'output_tokens', 'total_tokens']) {
    if (typeof usage[member] !== 'number') faults.push(`usage without ${member}`);
  }
  for (const [details, member] of [
    ['input_tokens_details', 'cached_tokens'],
    ['output_tokens_details', 'reasoning_tokens'],
  ] as const) {
    if (typeof (usage[details] as Json | null)?.[member] !== 'number')
      faults.push(`usage without ${details}.${member}`);
  }
}

function addItem(json: Json, state: State): void {
  const item = json.item as Json;
  const at = json.output_index as number;
  if (at !== state.items.size) state.faults.push(`item at ${at} instead of ${state.items.size}`);
  if (typeof item?.id !== 'string') state.faults.push(`item ${at} without an id`);
  const fresh = { parts: new Map(), said: new Map(), annotations: 0, done: false };
  state.items.set(at, { id: item?.id, type: item?.type, ...fresh });
}

function checkItemEvent(type: string, json: Json, state: State): void {
  const { faults } = state;
  const item = state.items.get(json.output_index as number);
  if (item === undefined) {
    faults.push(`${type} without its item`);
    return;
  }
  if (item.done) faults.push(`${type} after its item was done`);
  if (type === 'response.output_item.done') {
    endItem(json.item as Json, json.output_index as number, item, state);
    return;
  }
  // The API's own shell events have none.
  if (json.item_id !== undefined && json.item_id !== item.id) faults.push(`${type} with another item_id`);
  checkPart(type, json, item, faults);
}

/** Events that speak of a part, by the item's type. */
const partEvents: readonly (readonly [pattern: RegExp, index: string, of: string])[] = [
  [/^response\.(content_part|output_text|refusal)\./, 'content_index', 'message'],
  [/^response\.reasoning_summary_(part|text)\./, 'summary_index', 'reasoning'],
  [/^response\.function_call_arguments\./, '', 'function_call'],
  [/^response\.custom_tool_call_input\./, '', 'custom_tool_call'],
];

function checkPart(type: string, json: Json, item: Item, faults: string[]): void {
  const row = partEvents.find(([pattern]) => pattern.test(type));
  if (row === undefined) return;
  if (item.type !== row[2]) faults.push(`${type} in an item of type ${String(item.type)}`);
  const at = row[1] === '' ? 'whole' : json[row[1]];
  if (/part\.added$/.test(type)) {
    if (item.parts.has(at)) faults.push(`${type}: part ${String(at)} twice`);
    item.parts.set(at, '');
  } else if (row[1] !== '' && !item.parts.has(at)) faults.push(`${type} before its part`);
  if (/\.delta$/.test(type)) item.said.set(at, (item.said.get(at) ?? '') + String(json.delta));
  if (/annotation\.added$/.test(type) && json.annotation_index !== item.annotations++) {
    faults.push(`${type}: annotation_index ${String(json.annotation_index)}`);
  }
  const whole = json.text ?? json.arguments ?? json.input ?? json.refusal;
  if (/(text|arguments|input|refusal)\.done$/.test(type) && whole !== (item.said.get(at) ?? '')) {
    faults.push(`${type} says something else than its deltas`);
  }
  if (/part\.done$/.test(type)) {
    item.parts.delete(at);
    item.annotations = 0;
    const part = json.part as Json;
    if ((part.text ?? part.refusal) !== (item.said.get(at) ?? ''))
      faults.push(`${type} says something else than its deltas`);
  }
}

function endItem(wire: Json, at: number, item: Item, { faults, output }: State): void {
  if (wire.id !== item.id) faults.push(`item ${at} ends with another id`);
  if (wire.type !== item.type) faults.push(`item ${at} ends with another type`);
  for (const part of item.parts.keys()) faults.push(`item ${at}: part ${String(part)} is never done`);
  const stated = wire.arguments ?? wire.input;
  const calls = wire.type === 'function_call' || wire.type === 'custom_tool_call';
  if (calls && stated !== (item.said.get('whole') ?? '')) faults.push(`item ${at} ends with other arguments`);
  item.done = true;
  output[at] = wire;
}
