/** Whether Chat Completions would take a request: its rules about messages, calls and settings, written without a look at the writer. */

import type { Capabilities } from '../../../src/model/conversation.ts';
import { isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

export function chatRequestFaults(body: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(body)) if (!members.has(name)) faults.push(`the member ${name}`);
  if (Array.isArray(body.stop) && body.stop.length > 4) faults.push('more than four stop sequences');
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) faults.push('two limits');
  const samples = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'].some(
    (name) => body[name] !== undefined,
  );
  if (samples && !capabilities.sampling) faults.push('sampling for a model that refuses it');
  const { reasoning_effort: effort } = body;
  const takesEffort = capabilities.thinking === 'effort' && (capabilities.levels ?? []).includes(textIn(effort));
  if (effort !== undefined && !takesEffort) faults.push(`the effort ${String(effort)}`);
  const messages = objectsIn(body.messages);
  if (messages.length === 0) faults.push('no message');
  if (messages.at(-1)?.role === 'assistant' && !capabilities.prefill) faults.push('it ends with the model');
  return [...faults, ...pairFaults(messages), ...messages.flatMap(messageFaults), ...toolFaults(body)];
}

const members = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'temperature', 'top_p', 'seed', 'presence_penalty'],
  ...['frequency_penalty', 'stop', 'max_tokens', 'max_completion_tokens', 'tools', 'tool_choice'],
  ...['parallel_tool_calls', 'response_format', 'reasoning_effort', 'user', 'safety_identifier'],
  ...['verbosity', 'web_search_options', 'prompt_cache_key', 'service_tier', 'metadata'],
]);

/** Each call is answered by a tool message before anything else is said. */
function pairFaults(messages: readonly Json[]): string[] {
  const faults: string[] = [];
  let due = new Set<string>();
  for (const { role, tool_calls: calls, tool_call_id: id } of messages) {
    if (role === 'tool') {
      if (!due.delete(textIn(id))) faults.push(`a result for ${String(id)}, which was not due`);
      continue;
    }
    if (due.size > 0) faults.push(`${String(role)} where results for ${[...due].join()} were due`);
    const ids = objectsIn(calls).map((call) => textIn(call.id));
    due = new Set(ids);
    if (due.size !== ids.length) faults.push('two calls with one id');
  }
  if (due.size > 0) faults.push('calls without results at the end');
  return faults;
}

function messageFaults(message: Json): string[] {
  const { role, content, tool_calls: calls } = message;
  const faults: string[] = [];
  if (!['system', 'developer', 'user', 'assistant', 'tool'].includes(textIn(role)))
    faults.push(`the role ${String(role)}`);
  const isSilent = content === null || content === undefined || content === '';
  if (isSilent && calls === undefined && role !== 'tool') faults.push(`a ${String(role)} message without content`);
  if (calls !== undefined && objectsIn(calls).length === 0) faults.push('an empty list of calls');
  if (Array.isArray(content) && content.length === 0) faults.push('an empty list of parts');
  for (const part of objectsIn(content)) faults.push(...partFaults(part, textIn(role)));
  for (const call of objectsIn(calls)) {
    const { name, arguments: given } = objectIn(call.function);
    if (textIn(call.id) === '' || textIn(call.id).length > 40) faults.push(`the call id ${String(call.id)}`);
    if (call.type !== 'function') faults.push(`a call of type ${String(call.type)}`);
    if (!/^[\w.:-]{1,128}$/.test(textIn(name))) faults.push(`the call name ${String(name)}`);
    if (!isObject(parsed(textIn(given)))) faults.push('arguments that are no JSON object');
  }
  if (JSON.stringify(message).includes('"agt1.')) faults.push('a sealed signature');
  return faults;
}

function partFaults(part: Json, role: string): string[] {
  if (part.type === 'text') return textIn(part.text) === '' ? ['an empty text'] : [];
  if (role !== 'user') return [`${String(part.type)} in a ${role} message`];
  const url = textIn(objectIn(part.image_url).url);
  if (part.type === 'image_url') return /^(https?:|data:image\/)/.test(url) ? [] : [`the image ${url.slice(0, 40)}`];
  const audio = objectIn(part.input_audio);
  if (part.type === 'input_audio') return /^(wav|mp3)$/.test(textIn(audio.format)) ? [] : ['sound of another format'];
  const file = objectIn(part.file);
  const isGiven = textIn(file.file_id) !== '' || textIn(file.file_data).startsWith('data:');
  return part.type === 'file' && isGiven ? [] : [`a part of type ${String(part.type)}`];
}

function toolFaults(body: Json): string[] {
  const faults: string[] = [];
  const tools = objectsIn(body.tools);
  if (body.tools !== undefined && tools.length === 0) faults.push('an empty list of tools');
  const names = tools.map((tool) => textIn(objectIn(tool.function).name));
  for (const tool of tools) {
    const { name, parameters } = objectIn(tool.function);
    if (tool.type !== 'function') faults.push(`a tool of type ${String(tool.type)}`);
    if (!/^[\w-]{1,64}$/.test(textIn(name))) faults.push(`the tool name ${String(name)}`);
    if (parameters !== undefined && objectIn(parameters).type !== 'object')
      faults.push(`a schema of ${String(name)} that is no object`);
  }
  if (new Set(names).size !== names.length) faults.push('two tools of one name');
  const { tool_choice: choice } = body;
  if (choice !== undefined && tools.length === 0) faults.push('tool_choice without tools');
  if (typeof choice === 'string' && !/^(auto|none|required)$/.test(choice)) faults.push(`tool_choice ${choice}`);
  const chosen = textIn(objectIn(objectIn(choice).function).name);
  if (chosen !== '' && !names.includes(chosen)) faults.push(`tool_choice ${chosen}`);
  if (body.parallel_tool_calls !== undefined && tools.length === 0) faults.push('parallel_tool_calls without tools');
  return faults;
}
