/** Reads what an Anthropic request asks, by the test's own hand. */

import { countIn, isObject, type Json, objectIn, objectsIn, stated, textIn } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';

export function askedOfAnthropic(body: Json): Asked {
  const asking = new Asking();
  for (const { text } of blocksOf(body.system)) asking.say('system', textIn(text));
  for (const message of objectsIn(body.messages)) {
    const role = message.role === 'assistant' ? 'model' : message.role === 'system' ? 'system' : 'user';
    for (const block of blocksOf(message.content)) read(block, role, asking);
  }
  for (const tool of objectsIn(body.tools)) {
    if (tool.type !== undefined && tool.type !== 'custom') continue;
    asking.offer(textIn(tool.name), textIn(tool.description), tool.input_schema);
  }
  const choice = objectIn(body.tool_choice);
  if (choice.type !== undefined) asking.choice = choice.type === 'tool' ? textIn(choice.name) : textIn(choice.type);
  asking.limit = countIn(body.max_tokens);
  asking.stops = (body.stop_sequences as string[] | undefined) ?? [];
  asking.sampling = stated({
    temperature: countIn(body.temperature),
    topP: countIn(body.top_p),
    topK: countIn(body.top_k),
  });
  const format = objectIn(objectIn(body.output_config).format ?? body.output_format);
  if (format.type === 'json_schema') asking.output = membersOf(format.schema).join();
  return asking.asked();
}

function blocksOf(content: unknown): readonly Json[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content);
}

function read(block: Json, role: 'system' | 'user' | 'model', asking: Asking): void {
  if (block.type === 'text') asking.say(role, textIn(block.text));
  else if (block.type === 'tool_use') asking.call(textIn(block.id), textIn(block.name), block.input);
  else if (block.type === 'image' || block.type === 'document') showSource(objectIn(block.source), asking);
  else if (block.type === 'tool_result') {
    const blocks = blocksOf(block.content);
    for (const inner of blocks) if (isObject(inner.source)) showSource(inner.source, asking);
    const text = blocks.map((inner) => textIn(inner.text)).filter((text) => text !== '');
    asking.answer(textIn(block.tool_use_id), '', text.join('\n\n'));
  }
}

function showSource(source: Json, asking: Asking): void {
  if (source.type === 'text') asking.show(Buffer.from(textIn(source.data)).toString('base64'));
  else asking.show(textIn(source.data) || textIn(source.url) || textIn(source.file_id));
}
