/**
 * Answers in the Responses dialect, streamed with its whole life cycle and as one document. Reasoning is an item of its own: its summary is shown
 * and its sealed content given only where the request asks for them. The stream is legal to the letter; ids, pieces and padding come from chance.
 */

import { argumentsText, type LabAnswer, type LabToolCall } from './answer.ts';
import { type Ask, object } from './ask.ts';
import { sealReasoning } from './openai-checks.ts';
import { openaiHeaders, wholeAnswer } from './refusals.ts';
import { between, randomText } from './seed.ts';
import type { Chance, Json, LabStep } from './step.ts';
import { cutText } from './words.ts';

/** What a reader calls the end of a response that says no reason itself. */
const COMPLETE_REASONS: ReadonlySet<string> = new Set(['completed', 'refusal']);
const HEX = '0123456789abcdef';
const ID_DIGITS = 50;
const PADDING_CHARS_MAX = 16;

export function planResponses(ask: Ask, body: Json, answer: LabAnswer, chance: Chance, now = 0): LabStep[] {
  const response = responseOf(ask, body, chance, now);
  const output = outputOf(ask, body, answer, chance);
  const final = ended(response, output, answer, incompleteReason(answer));
  if (ask.route.framing !== 'sse') {
    const headers = { 'content-type': 'application/json', ...openaiHeaders(chance) };
    return wholeAnswer(200, headers, `${JSON.stringify(final, null, 2)}\n`);
  }
  const events = [
    ...openingEvents(response),
    ...output.flatMap((item, at) => itemEvents(item, at, answer, chance)),
    closingEvent(final),
  ];
  return responsesStream(events, chance);
}

function incompleteReason({ stop, recordedStop }: LabAnswer): string | undefined {
  if (recordedStop !== undefined) return COMPLETE_REASONS.has(recordedStop) ? undefined : recordedStop;
  return stop === 'length' ? 'max_output_tokens' : undefined;
}

/** Events with their numbers, each a chunk of its own. */
export function responsesStream(events: readonly Json[], chance: Chance): LabStep[] {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', ...openaiHeaders(chance) };
  const steps: LabStep[] = [{ do: 'head', status: 200, headers }];
  events.forEach((event, at) => void steps.push({ do: 'bytes', bytes: Buffer.from(responsesFrame(event, at)) }));
  steps.push({ do: 'end' });
  return steps;
}

export function responsesFrame(event: Json, sequenceNumber: number): string {
  const data = JSON.stringify({ ...event, sequence_number: sequenceNumber });
  return `event: ${String(event.type)}\ndata: ${data}\n\n`;
}

/** The response before anything was said, with the request's settings and the API's defaults. */
export function responseOf(ask: Ask, body: Json, chance: Chance, now: number): Json {
  const echo = (name: string, otherwise: unknown): unknown => body[name] ?? otherwise;
  const reasoning = object(body.reasoning);
  return {
    id: `resp_${randomText(ID_DIGITS, chance, HEX)}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: echo('instructions', null),
    max_output_tokens: echo('max_output_tokens', null),
    max_tool_calls: null,
    model: ask.route.model,
    output: [],
    parallel_tool_calls: echo('parallel_tool_calls', true),
    previous_response_id: echo('previous_response_id', null),
    prompt_cache_key: echo('prompt_cache_key', null),
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: null,
    service_tier: 'auto',
    store: echo('store', true),
    temperature: echo('temperature', 1),
    text: { format: { type: 'text' }, verbosity: 'medium', ...object(body.text) },
    tool_choice: echo('tool_choice', 'auto'),
    tools: echo('tools', []),
    top_logprobs: 0,
    top_p: echo('top_p', 1),
    truncation: echo('truncation', 'disabled'),
    usage: null,
    user: null,
    metadata: echo('metadata', {}),
  };
}

export type Counts = Pick<LabAnswer, 'inputTokens' | 'outputTokens' | 'thinkingTokens'>;

/** The response when all was said. `incomplete` = why it is not complete. */
export function ended(response: Json, output: readonly Json[], counts: Counts, incomplete: string | undefined): Json {
  const end = incomplete === undefined ? {} : { incomplete_details: { reason: incomplete } };
  return {
    ...response,
    status: incomplete === undefined ? 'completed' : 'incomplete',
    completed_at: incomplete === undefined ? response.created_at : null,
    ...end,
    output,
    service_tier: 'default',
    usage: {
      input_tokens: counts.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: counts.outputTokens,
      output_tokens_details: { reasoning_tokens: counts.thinkingTokens },
      total_tokens: counts.inputTokens + counts.outputTokens,
    },
  };
}

export function openingEvents(response: Json): Json[] {
  return ['response.created', 'response.in_progress'].map((type) => ({ type, response }));
}

export function closingEvent(response: Json): Json {
  return { type: `response.${String(response.status)}`, response };
}

/** Reasoning as its item; `summary` is what the caller sees of it. */
export function reasoningItem(thinking: string, summary: string, body: Json, chance: Chance): Json {
  const included = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
  return {
    id: itemId('rs', chance),
    type: 'reasoning',
    summary: summary === '' ? [] : [{ type: 'summary_text', text: summary }],
    ...(included ? { encrypted_content: sealReasoning(thinking) } : {}),
  };
}

export function messageItem(text: string, status: string, chance: Chance): Json {
  const part = { type: 'output_text', annotations: [], logprobs: [], text };
  return { id: itemId('msg', chance), type: 'message', status, content: [part], role: 'assistant' };
}

export function callItem(call: LabToolCall, chance: Chance): Json {
  return {
    id: itemId('fc', chance),
    type: 'function_call',
    status: 'completed',
    arguments: argumentsText(call),
    call_id: `call_${randomText(24, chance)}`,
    name: call.name,
  };
}

function outputOf(ask: Ask, body: Json, answer: LabAnswer, chance: Chance): Json[] {
  const items: Json[] = [];
  if (answer.thinking !== undefined) {
    items.push(reasoningItem(answer.thinking, ask.showsThinking ? answer.thinking : '', body, chance));
  }
  const status = answer.stop === 'length' ? 'incomplete' : 'completed';
  if (answer.text !== '') items.push(messageItem(answer.text, status, chance));
  for (const call of answer.toolCalls) items.push(callItem(call, chance));
  return items;
}

/** The whole life of one item, told before its numbers. */
export function itemEvents(item: Json, at: number, answer: Pick<LabAnswer, 'pieces'>, chance: Chance): Json[] {
  const place = { item_id: item.id, output_index: at };
  const started: Json = { ...item };
  if (item.type === 'reasoning') started.summary = [];
  else started.status = 'in_progress';
  if (item.type === 'message') started.content = [];
  if (item.type === 'function_call') started.arguments = '';
  return [
    { type: 'response.output_item.added', output_index: at, item: started },
    ...innerEvents(item, place, answer, chance),
    { type: 'response.output_item.done', output_index: at, item },
  ];
}

function innerEvents(item: Json, place: Json, answer: Pick<LabAnswer, 'pieces'>, chance: Chance): Json[] {
  if (item.type === 'function_call') {
    const type = 'response.function_call_arguments';
    const deltas = deltasOf(`${type}.delta`, String(item.arguments), place, chance);
    return [...deltas, { type: `${type}.done`, ...place, arguments: item.arguments }];
  }
  const parts = (item.type === 'message' ? item.content : item.summary) as Json[];
  const names = item.type === 'message' ? MESSAGE_EVENTS : SUMMARY_EVENTS;
  return parts.flatMap((part, index) => {
    const where = { ...place, [names.index]: index };
    const logprobs = item.type === 'message' ? { logprobs: [] } : {};
    const text = String(part.text);
    return [
      { type: `${names.part}.added`, ...where, part: { ...part, text: '' } },
      ...deltasOf(`${names.text}.delta`, text, { ...where, ...logprobs }, chance, answer.pieces),
      { type: `${names.text}.done`, ...where, ...logprobs, text },
      { type: `${names.part}.done`, ...where, part },
    ];
  });
}

const MESSAGE_EVENTS = { index: 'content_index', part: 'response.content_part', text: 'response.output_text' };
const SUMMARY_EVENTS = {
  index: 'summary_index',
  part: 'response.reasoning_summary_part',
  text: 'response.reasoning_summary_text',
};

function deltasOf(type: string, text: string, place: Json, chance: Chance, pieces?: number): Json[] {
  return cutText(text, chance, pieces).map((delta) => {
    return { type, ...place, delta, obfuscation: randomText(between(1, PADDING_CHARS_MAX, chance), chance) };
  });
}

function itemId(prefix: string, chance: Chance): string {
  return `${prefix}_${randomText(ID_DIGITS, chance, HEX)}`;
}
