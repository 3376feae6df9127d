/** Reads what a Chat Completions request asks, by the test's own hand. */

import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';

export function askedOfChat(body: Json): Asked {
  const asking = new Asking();
  for (const message of objectsIn(body.messages)) readMessage(message, asking);
  for (const tool of objectsIn(body.tools)) {
    const declared = objectIn(tool.function);
    if (tool.type === 'function')
      asking.offer(textIn(declared.name), textIn(declared.description), declared.parameters);
  }
  for (const declared of objectsIn(body.functions)) {
    asking.offer(textIn(declared.name), textIn(declared.description), declared.parameters);
  }
  asking.choice = choiceOf(body.tool_choice ?? body.function_call);
  asking.limit = countIn(body.max_completion_tokens) ?? countIn(body.max_tokens);
  const { stop } = body;
  asking.stops = typeof stop === 'string' ? [stop] : ((stop as string[] | null | undefined) ?? []);
  asking.sampling = stated({
    temperature: countIn(body.temperature),
    topP: countIn(body.top_p),
    topK: countIn(body.top_k),
    seed: countIn(body.seed),
    presencePenalty: countIn(body.presence_penalty),
    frequencyPenalty: countIn(body.frequency_penalty),
  });
  const format = objectIn(body.response_format);
  if (format.type === 'json_object') asking.output = 'json';
  if (format.type === 'json_schema') asking.output = membersOf(objectIn(format.json_schema).schema).join();
  return asking.asked();
}

export function choiceOf(choice: unknown): string {
  if (choice === undefined || choice === null) return 'auto';
  if (typeof choice === 'string') return choice === 'required' ? 'any' : choice;
  const chosen = objectIn(choice);
  const allowed = objectIn(chosen.allowed_tools ?? chosen);
  if (chosen.type === 'allowed_tools') {
    const names = objectsIn(allowed.tools).map((tool) => textIn(tool.name) || textIn(objectIn(tool.function).name));
    return allowed.mode === 'required' ? names.toSorted().join() : 'auto';
  }
  return textIn(objectIn(chosen.function).name) || textIn(chosen.name);
}

function readMessage(message: Json, asking: Asking): void {
  const { role, content } = message;
  if (role === 'tool' || role === 'function') {
    const id = textIn(message.tool_call_id);
    const texts = partsOf(content).map(({ text }) => textIn(text));
    asking.answer(id, textIn(message.name), texts.filter((text) => text !== '').join('\n\n'));
    return;
  }
  const speaker = role === 'assistant' ? 'model' : role === 'system' || role === 'developer' ? 'system' : 'user';
  for (const part of partsOf(content)) {
    asking.say(speaker, textIn(part.text) + textIn(part.refusal));
    showPart(part, asking);
  }
  asking.say(speaker, textIn(message.refusal));
  for (const call of objectsIn(message.tool_calls)) {
    const { name, arguments: given } = objectIn(call.function);
    asking.call(textIn(call.id), textIn(name), parsed(textIn(given) || '{}') ?? given);
  }
  if (message.function_call !== undefined && message.function_call !== null) {
    const { name, arguments: given } = objectIn(message.function_call);
    asking.call('', textIn(name), parsed(textIn(given) || '{}') ?? given);
  }
}

function partsOf(content: unknown): readonly Json[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content);
}

function showPart(part: Json, asking: Asking): void {
  const image = part.image_url;
  const url = textIn(image) || textIn(objectIn(image).url);
  const file = objectIn(part.file);
  asking.show(dataOf(url));
  asking.show(textIn(objectIn(part.input_audio).data));
  asking.show(dataOf(textIn(file.file_data)) || textIn(file.file_id));
}

export function dataOf(url: string): string {
  return url.startsWith('data:') ? url.slice(url.indexOf(',') + 1) : url;
}
