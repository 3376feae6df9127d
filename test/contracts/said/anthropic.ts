/** Reads what an Anthropic answer says, streamed or as a document, by the test's own hand. */

import { wireEvents } from './events.ts';
import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from './json.ts';
import { type Counts, type Ending, type Said, Saying } from './said.ts';

export function saidInAnthropicStream(bytes: Uint8Array): Said {
  const blocks: Block[] = [];
  let usage: Json = {};
  let reason = '';
  for (const { data } of wireEvents(bytes)) {
    const event = objectIn(parsed(data));
    const message = objectIn(event.message);
    const delta = objectIn(event.delta);
    if (event.type === 'message_start') {
      // A programmatic call comes whole in the start.
      for (const block of objectsIn(message.content)) blocks.push(blockOf(block));
    } else if (event.type === 'content_block_start') {
      blocks[countIn(event.index) ?? -1] = blockOf(objectIn(event.content_block));
    } else if (event.type === 'content_block_delta') grow(blocks[countIn(event.index) ?? -1], delta);
    usage = { ...usage, ...stated(objectIn(message.usage)), ...stated(objectIn(event.usage)) };
    reason = textIn(delta.stop_reason) || textIn(message.stop_reason) || reason;
  }
  return sum(blocks, usage, reason);
}

export function saidInAnthropicDocument(document: Json): Said {
  return sum(objectsIn(document.content).map(blockOf), objectIn(document.usage), textIn(document.stop_reason));
}

interface Block {
  readonly start: Json;
  text: string;
  thinking: string;
  input: string;
  readonly sources: string[];
}

function blockOf(start: Json): Block {
  const input = objectIn(start.input);
  return {
    start,
    text: textIn(start.text),
    thinking: textIn(start.thinking),
    input: Object.keys(input).length > 0 ? JSON.stringify(input) : '',
    sources: objectsIn(start.citations).map(({ url }) => textIn(url)),
  };
}

function grow(block: Block | undefined, delta: Json): void {
  if (block === undefined) throw new Error('a delta of a block that has not begun');
  if (delta.type === 'text_delta') block.text += textIn(delta.text);
  else if (delta.type === 'thinking_delta') block.thinking += textIn(delta.thinking);
  else if (delta.type === 'input_json_delta') block.input += textIn(delta.partial_json);
  else if (delta.type === 'citations_delta') block.sources.push(textIn(objectIn(delta.citation).url));
}

const endings: Readonly<Record<string, Ending>> = {
  end_turn: 'done',
  tool_use: 'done',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refusal',
  stop_sequence: 'stop-sequence',
};

function sum(blocks: readonly Block[], usage: Json, reason: string): Said {
  const saying = new Saying();
  for (const { start, text, thinking, input, sources } of blocks) {
    if (start.type === 'text') saying.text(text);
    else if (start.type === 'thinking') saying.thinking += thinking;
    else if (start.type === 'tool_use') saying.call(textIn(start.name), textIn(start.id), input);
    else if (start.type === 'image') saying.whole('media', textIn(objectIn(start.source).data));
    if (start.type === 'text') saying.sources.push(...sources.filter((url) => url !== ''));
  }
  saying.counts = countsOf(usage);
  saying.ending = reason === '' ? 'none' : (endings[reason] ?? 'other');
  return saying.said();
}

function countsOf(usage: Json): Counts {
  const read = countIn(usage.cache_read_input_tokens);
  const input = countIn(usage.input_tokens);
  return stated({
    input: input === undefined ? undefined : input + (read ?? 0) + (countIn(usage.cache_creation_input_tokens) ?? 0),
    cached: read,
    output: countIn(usage.output_tokens),
    thoughts: countIn(objectIn(usage.output_tokens_details).thinking_tokens),
  });
}
