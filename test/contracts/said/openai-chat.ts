/** Reads what a Chat Completions answer says, streamed or as a document, by the test's own hand. */

import { wireEvents } from './events.ts';
import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from './json.ts';
import { type Counts, type Ending, type Said, Saying } from './said.ts';

export function saidInChatStream(bytes: Uint8Array): Said {
  const saying = new Saying();
  const heard: Heard = { calls: new Map(), reason: '', isRefused: false };
  for (const { data } of wireEvents(bytes)) {
    if (data.trim() === '[DONE]') continue;
    const chunk = objectIn(parsed(data));
    if (Object.keys(objectIn(chunk.usage)).length > 0) saying.counts = countsOf(objectIn(chunk.usage));
    for (const choice of objectsIn(chunk.choices)) {
      hear(objectIn(choice.delta), saying, heard);
      heard.reason = textIn(choice.finish_reason) || heard.reason;
    }
  }
  return sum(saying, heard);
}

export function saidInChatDocument(document: Json): Said {
  const saying = new Saying();
  const heard: Heard = { calls: new Map(), reason: '', isRefused: false };
  const choice = objectsIn(document.choices)[0] ?? {};
  hear(objectIn(choice.message), saying, heard);
  heard.reason = textIn(choice.finish_reason);
  if (document.usage !== undefined) saying.counts = countsOf(objectIn(document.usage));
  return sum(saying, heard);
}

interface Heard {
  /** By their index, in the order in which they came. */
  readonly calls: Map<unknown, { id: string; name: string; input: string }>;
  reason: string;
  isRefused: boolean;
}

function hear(said: Json, saying: Saying, heard: Heard): void {
  saying.thinking += textIn(said.reasoning_content) || textIn(said.reasoning);
  saying.text(textIn(said.content));
  saying.text(textIn(said.refusal));
  if (textIn(said.refusal) !== '') heard.isRefused = true;
  for (const { image_url: image } of objectsIn(said.images)) {
    const url = textIn(objectIn(image).url);
    saying.whole('media', url.startsWith('data:') ? url.slice(url.indexOf(',') + 1) : url);
  }
  for (const { url_citation: cited } of objectsIn(said.annotations)) saying.sources.push(textIn(objectIn(cited).url));
  objectsIn(said.tool_calls).forEach((piece, at) => void hearCall(piece, piece.index ?? at, heard));
  if (said.function_call !== undefined) hearCall({ function: said.function_call }, 'legacy', heard);
}

function hearCall(piece: Json, index: unknown, heard: Heard): void {
  const call = heard.calls.get(index) ?? { id: '', name: '', input: '' };
  heard.calls.set(index, call);
  const named = objectIn(piece.function);
  call.id ||= textIn(piece.id);
  call.name ||= textIn(named.name);
  call.input += textIn(named.arguments);
}

const endings: Readonly<Record<string, Ending>> = {
  stop: 'done',
  tool_calls: 'done',
  function_call: 'done',
  length: 'length',
  content_filter: 'refusal',
};

function sum(saying: Saying, { calls, reason, isRefused }: Heard): Said {
  for (const { name, id, input } of calls.values()) saying.call(name, id, input);
  const ending = reason === '' ? 'none' : (endings[reason] ?? 'other');
  saying.ending = ending === 'done' && isRefused ? 'refusal' : ending;
  return saying.said();
}

function countsOf(usage: Json): Counts {
  const input = countIn(usage.prompt_tokens);
  const completion = countIn(usage.completion_tokens);
  const total = countIn(usage.total_tokens);
  // Some servers count the thoughts in the total alone.
  const beside = input === undefined || total === undefined ? 0 : total - input;
  return stated({
    input,
    cached: countIn(objectIn(usage.prompt_tokens_details).cached_tokens),
    output: completion === undefined ? undefined : Math.max(completion, beside),
    thoughts: countIn(objectIn(usage.completion_tokens_details).reasoning_tokens),
  });
}
