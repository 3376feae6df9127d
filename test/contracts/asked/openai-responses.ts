/** Reads what a Responses request asks, by the test's own hand. */

import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';
import { choiceOf, dataOf } from './openai-chat.ts';

export function askedOfResponses(body: Json): Asked {
  const asking = new Asking();
  const items = objectsIn(body.input);
  for (const tool of objectsIn(body.tools)) offer(tool, '', asking);
  // Tools also come as what a search for tools has found.
  for (const item of items) {
    if (/^(tool_search_output|additional_tools)$/.test(textIn(item.type)))
      for (const tool of objectsIn(item.tools)) offer(tool, '', asking);
  }
  asking.say('system', textIn(body.instructions));
  if (typeof body.input === 'string') asking.say('user', body.input);
  for (const item of items) readItem(item, asking);
  asking.choice = choiceOf(body.tool_choice);
  asking.limit = countIn(body.max_output_tokens);
  asking.sampling = stated({ temperature: countIn(body.temperature), topP: countIn(body.top_p) });
  const format = objectIn(objectIn(body.text).format);
  if (format.type === 'json_object') asking.output = 'json';
  if (format.type === 'json_schema') asking.output = membersOf(format.schema).join();
  return asking.asked();
}

/** A function in a namespace has both names; a tool that takes free text takes one member. */
function offer(tool: Json, namespace: string, asking: Asking): void {
  const { type, description } = tool;
  const name = namespace === '' ? textIn(tool.name) : `${namespace}__${textIn(tool.name)}`;
  if (type === 'namespace') for (const inner of objectsIn(tool.tools)) offer(inner, textIn(tool.name), asking);
  if (asking.tools.some((other) => other.name === name)) return;
  if (type === 'function') asking.offer(name, textIn(description), tool.parameters);
  if (type === 'custom') asking.offer(name, textIn(description), { properties: { input: {} } });
}

function readItem(item: Json, asking: Asking): void {
  const { type, role, content } = item;
  const id = textIn(item.call_id);
  if (type === 'function_call') {
    asking.call(id, calledName(item, asking), parsed(textIn(item.arguments) || '{}') ?? item.arguments);
  } else if (type === 'custom_tool_call') {
    asking.call(id, calledName(item, asking), { input: item.input });
  } else if (type === 'tool_search_call' && item.execution === 'client') {
    asking.call(id, 'tool_search', item.arguments);
  } else if (type === 'tool_search_output') {
    asking.answer(id, '', { tools: objectsIn(item.tools).map(({ name }) => name) });
  } else if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    const { output } = item;
    const texts = objectsIn(output).map(({ text }) => textIn(text));
    for (const part of objectsIn(output)) showPart(part, asking);
    const whole = typeof output === 'string' ? output : texts.filter((text) => text !== '').join('\n\n');
    asking.answer(id, '', whole);
  } else if (role !== undefined) {
    const speaker = role === 'assistant' ? 'model' : role === 'user' ? 'user' : 'system';
    if (typeof content === 'string') asking.say(speaker, content);
    for (const part of objectsIn(content)) {
      asking.say(speaker, textIn(part.text) + textIn(part.refusal));
      showPart(part, asking);
    }
  }
}

/** The name under which the tool is offered. */
function calledName({ name, namespace }: Json, asking: Asking): string {
  const both = `${textIn(namespace)}__${textIn(name)}`;
  return asking.tools.some((tool) => tool.name === both) ? both : textIn(name);
}

function showPart(part: Json, asking: Asking): void {
  asking.show(dataOf(textIn(part.image_url)));
  asking.show(dataOf(textIn(part.file_data)) || textIn(part.file_id) || textIn(part.file_url));
}
