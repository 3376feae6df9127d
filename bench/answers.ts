/**
 * The traffic of the benchmarks: a streamed answer of the Anthropic Messages API, event by event, and the request that asks for it. Built by
 * rule, so that every process has the same bytes without passing them around.
 */

export const eventsPerStream = 200;

/** How the upstream sends its answer. The name stands in the request's model, so that it reaches the upstream through any contender. */
export type Pace =
  /** One event at a time, each some milliseconds after the one before: what a model does. */
  | 'claude-bench-paced'
  /** All events at once: what a full socket buffer looks like. */
  | 'claude-bench-at-once'
  /** A short answer: its first words at once, its end right behind. */
  | 'claude-bench-brief'
  /** First words at once, then one event a second. */
  | 'claude-bench-slow';

/** An answer of exactly so many events, from `message_start` to `message_stop`. */
export function answerEvents(count: number = eventsPerStream): readonly Buffer[] {
  const deltas = count - openingEvents.length - closingEvents.length;
  const words = Array.from({ length: deltas }, (_, index) => deltaEvent(index));
  return [...openingEvents, ...words, ...closingEvents].map((text) => Buffer.from(text));
}

/** How many events stand before the first one that says something, and that one. */
export const eventsToFirstWord = 4;

/** A request of an agent in its second turn: a system text, two tools, a file that was read. About 8 KB. */
export function requestBody(model: Pace): Buffer {
  const body = {
    model,
    max_tokens: 4096,
    stream: true,
    system: [{ type: 'text', text: prose(2_000), cache_control: { type: 'ephemeral' } }],
    tools: ['read_file', 'run_command'].map((name) => ({
      name,
      description: prose(400),
      input_schema: { type: 'object', properties: { argument: { type: 'string' } }, required: ['argument'] },
    })),
    messages: [
      { role: 'user', content: prose(300) },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: prose(120) },
          { type: 'tool_use', id: 'toolu_bench_1', name: 'read_file', input: { argument: 'src/main.ts' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_bench_1', content: prose(4_000) }] },
    ],
  };
  return Buffer.from(JSON.stringify(body));
}

const vocabulary =
  'the stream carries one short piece of an answer and then the next until nothing is left to say'.split(' ');

function prose(characters: number): string {
  let text = '';
  for (let index = 0; text.length < characters; index += 1) text += `${vocabulary[(index * 7) % vocabulary.length]} `;
  return text.slice(0, characters);
}

function deltaEvent(index: number): string {
  const text = [0, 1, 2].map((step) => ` ${vocabulary[(index * 3 + step) % vocabulary.length]}`).join('');
  return sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}

function sse(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

const openingEvents = [
  sse({
    type: 'message_start',
    message: {
      id: 'msg_bench',
      type: 'message',
      role: 'assistant',
      model: 'claude-bench',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 2_100, cache_creation_input_tokens: 0, cache_read_input_tokens: 1_800, output_tokens: 1 },
    },
  }),
  sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  sse({ type: 'ping' }),
];

const closingEvents = [
  sse({ type: 'content_block_stop', index: 0 }),
  sse({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 590 },
  }),
  sse({ type: 'message_stop' }),
];
