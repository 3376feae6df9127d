/** Reads what a Responses request asks, by the test's own hand. */

import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';
import { choiceOf, dataOf } from './openai-chat.ts';

export function askedOfResponses(body: Json): Asked {
  const asking = new Asking();
  asking.say('system', textIn(body.instructions));
  if (typeof body.input === 'string') asking.say('user', body.input);
  for (const item of objectsIn(body.input)) readItem(item, asking);
  for (const tool of objectsIn(body.tools)) {
    if (tool.type === 'function') asking.offer(textIn(tool.name), textIn(tool.description), tool.parameters);
  }
  asking.choice = choiceOf(body.tool_choice);
  asking.limit = countIn(body.max_output_tokens);
  asking.sampling = stated({ temperature: countIn(body.temperature), topP: countIn(body.top_p) });
  const format = objectIn(objectIn(body.text).format);
  if (format.type === 'json_object') asking.output = 'json';
  if (format.type === 'json_schema') asking.output = membersOf(format.schema).join();
  return asking.asked();
}

function readItem(item: Json, asking: Asking): void {
  const { type, role, content } = item;
  if (type === 'function_call') {
    asking.call(textIn(item.call_id), textIn(item.name), parsed(textIn(item.arguments) || '{}') ?? item.arguments);
  } else if (type === 'function_call_output') {
    const { output } = item;
    const texts = objectsIn(output).map(({ text }) => textIn(text));
    for (const part of objectsIn(output)) showPart(part, asking);
    const whole = typeof output === 'string' ? output : texts.filter((text) => text !== '').join('\n\n');
    asking.answer(textIn(item.call_id), '', whole);
  } else if (role !== undefined) {
    const speaker = role === 'assistant' ? 'model' : role === 'user' ? 'user' : 'system';
    if (typeof content === 'string') asking.say(speaker, content);
    for (const part of objectsIn(content)) {
      asking.say(speaker, textIn(part.text) + textIn(part.refusal));
      showPart(part, asking);
    }
  }
}

function showPart(part: Json, asking: Asking): void {
  asking.show(dataOf(textIn(part.image_url)));
  asking.show(dataOf(textIn(part.file_data)) || textIn(part.file_id) || textIn(part.file_url));
}
