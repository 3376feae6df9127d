/** Reads what a Responses answer says, streamed or as a document, by the test's own hand: from the items that its events call done, not from the deltas. */

import { wireEvents } from './events.ts';
import { countIn, type Json, objectIn, objectsIn, parsed, stated, textIn } from './json.ts';
import { type Counts, type Ending, type Said, Saying } from './said.ts';

export function saidInResponsesStream(bytes: Uint8Array): Said {
  const done: Json[] = [];
  const deltas = new Map<unknown, string>();
  let last: Json = {};
  for (const { data, event } of wireEvents(bytes)) {
    const json = objectIn(parsed(data));
    const type = textIn(json.type) || event;
    if (type === 'response.output_text.delta') {
      deltas.set(json.item_id, (deltas.get(json.item_id) ?? '') + textIn(json.delta));
    }
    if (type === 'response.output_item.done') {
      done[countIn(json.output_index) ?? done.length] = asStreamed(objectIn(json.item), deltas);
    }
    if (json.response !== undefined) last = objectIn(json.response);
    // A recording may hold several answers, one after the other: the first ends here.
    if (/^response\.(completed|incomplete|failed)$/.test(type)) break;
  }
  // Some servers repeat no item at the end, others send nothing but the end.
  const output = done.length > 0 ? done.filter(() => true) : objectsIn(last.output);
  return saidInResponsesDocument({ ...last, output });
}

/** Who published a recording may have shortened its deltas: then they are what a client sees. */
function asStreamed(item: Json, deltas: ReadonlyMap<unknown, string>): Json {
  const parts = objectsIn(item.content);
  const delta = deltas.get(item.id);
  const isShortened = delta !== undefined && parts.length === 1 && textIn(parts[0]?.text) !== delta;
  return isShortened ? { ...item, content: [{ ...parts[0], text: delta }] } : item;
}

export function saidInResponsesDocument(document: Json): Said {
  const saying = new Saying();
  let isRefused = false;
  for (const item of objectsIn(document.output)) {
    if (hear(item, saying)) isRefused = true;
  }
  const { status } = document;
  const reason = textIn(objectIn(document.incomplete_details).reason);
  if (status === 'completed') saying.ending = isRefused && saying.calls.length === 0 ? 'refusal' : 'done';
  else if (status === 'incomplete') saying.ending = endings[reason] ?? 'other';
  saying.counts = countsOf(objectIn(document.usage));
  return saying.said();
}

const endings: Readonly<Record<string, Ending>> = { max_output_tokens: 'length', content_filter: 'refusal' };

/** Returns whether the model declined. */
function hear(item: Json, saying: Saying): boolean {
  let isRefused = false;
  const { type } = item;
  if (type === 'message') {
    for (const part of objectsIn(item.content)) {
      saying.text(textIn(part.text) + textIn(part.refusal));
      if (part.type === 'refusal') isRefused = true;
      saying.sources.push(
        ...objectsIn(part.annotations)
          .map(({ url }) => textIn(url))
          .filter((url) => url !== ''),
      );
    }
  } else if (type === 'reasoning') {
    const summary = objectsIn(item.summary).map(({ text }) => textIn(text));
    const content = objectsIn(item.content).map(({ text }) => textIn(text));
    saying.thinking += (summary.length > 0 ? summary : content).join('\n\n');
  } else if (type === 'function_call') saying.call(textIn(item.name), textIn(item.call_id), textIn(item.arguments));
  else if (type === 'custom_tool_call') {
    saying.call(textIn(item.name), textIn(item.call_id), JSON.stringify({ input: textIn(item.input) }));
  } else if (type === 'image_generation_call') saying.whole('media', textIn(item.result));
  else if (type === 'code_interpreter_call') {
    saying.whole('code', textIn(item.code));
    saying.whole(
      'code',
      objectsIn(item.outputs)
        .map(({ logs }) => textIn(logs))
        .join(''),
    );
  }
  return isRefused;
}

function countsOf(usage: Json): Counts {
  return stated({
    input: countIn(usage.input_tokens),
    cached: countIn(objectIn(usage.input_tokens_details).cached_tokens),
    output: countIn(usage.output_tokens),
    thoughts: countIn(objectIn(usage.output_tokens_details).reasoning_tokens),
  });
}
