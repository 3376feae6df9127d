/** Whether the Responses API would take a request: its rules about items, calls and settings, written without a look at the writer. */

import type { Capabilities } from '../../../src/model/conversation.ts';
import { isObject, type Json, objectIn, objectsIn, parsed, textIn } from '../said/json.ts';

export function responsesRequestFaults(body: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(body)) if (!members.has(name)) faults.push(`the member ${name}`);
  if (Number(body.max_output_tokens ?? 16) < 16) faults.push('less than 16 tokens of output');
  if (body.store !== false) faults.push('it would be stored');
  const samples = body.temperature !== undefined || body.top_p !== undefined;
  if (samples && !capabilities.sampling) faults.push('sampling for a model that refuses it');
  const { effort } = objectIn(body.reasoning);
  if (body.reasoning !== undefined && capabilities.thinking === 'none') faults.push('reasoning for a model without it');
  if (effort !== undefined && !(capabilities.levels ?? []).includes(textIn(effort)))
    faults.push(`the effort ${String(effort)}`);
  const input = objectsIn(body.input);
  if (input.length === 0 && typeof body.input !== 'string') faults.push('no input');
  return [...faults, ...pairFaults(input), ...input.flatMap(itemFaults), ...toolFaults(body)];
}

const members = new Set([
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'reasoning', 'text', 'include'],
  ...['max_output_tokens', 'temperature', 'top_p', 'user', 'safety_identifier', 'store', 'stream', 'truncation'],
]);

/** Each call has its output after it, and each output its call before it. */
function pairFaults(input: readonly Json[]): string[] {
  const faults: string[] = [];
  const due = new Set<unknown>();
  for (const { type, call_id: id } of input) {
    if (type === 'function_call' || type === 'custom_tool_call') {
      if (due.has(id)) faults.push(`the call id ${String(id)} twice`);
      due.add(id);
    }
    if (type === 'function_call_output' && !due.delete(id))
      faults.push(`an output of ${String(id)}, which was not called`);
  }
  if ([...due].length > 0) faults.push(`calls without outputs: ${[...due].join()}`);
  return faults;
}

function itemFaults(item: Json): string[] {
  const { type, role, content } = item;
  if (type === 'function_call') {
    const isNamed = textIn(item.call_id) !== '' && /^[\w.:-]{1,128}$/.test(textIn(item.name));
    return isNamed && isObject(parsed(textIn(item.arguments))) ? [] : [`a call ${JSON.stringify(item).slice(0, 120)}`];
  }
  if (type === 'function_call_output') {
    const { output } = item;
    if (typeof output === 'string') return [];
    return Array.isArray(output) && output.length > 0
      ? objectsIn(output).flatMap((part) => partFaults(part, 'user'))
      : ['an output of nothing'];
  }
  if (type === 'reasoning') {
    const encrypted = textIn(item.encrypted_content);
    if (!Array.isArray(item.summary)) return ['reasoning without a summary'];
    return encrypted.includes('agt1.') ? ['a sealed signature'] : [];
  }
  if (role === undefined) return [];
  if (!['user', 'assistant', 'system', 'developer'].includes(textIn(role))) return [`the role ${String(role)}`];
  if (typeof content === 'string') return content === '' ? ['a message without words'] : [];
  const parts = objectsIn(content);
  if (parts.length === 0) return ['a message without parts'];
  return parts.flatMap((part) => partFaults(part, textIn(role)));
}

function partFaults(part: Json, role: string): string[] {
  const { type, text } = part;
  if (type === 'output_text' || type === 'refusal') return role === 'assistant' ? [] : [`${type} of a ${role}`];
  if (role === 'assistant') return [`${String(type)} of the model`];
  if (type === 'input_text') return textIn(text) === '' ? ['an empty text'] : [];
  const image = textIn(part.image_url);
  if (type === 'input_image')
    return /^(https?:|data:image\/)/.test(image) || part.file_id !== undefined ? [] : ['an image of nothing'];
  const isGiven =
    textIn(part.file_data).startsWith('data:') || part.file_id !== undefined || part.file_url !== undefined;
  return type === 'input_file' && isGiven ? [] : [`a part of type ${String(type)}`];
}

function toolFaults(body: Json): string[] {
  const faults: string[] = [];
  const tools = objectsIn(body.tools);
  const functions = tools.filter(({ type }) => type === 'function');
  for (const { name, parameters } of functions) {
    if (!/^[\w-]{1,128}$/.test(textIn(name))) faults.push(`the tool name ${String(name)}`);
    if (objectIn(parameters).type !== 'object') faults.push(`a schema of ${String(name)} that is no object`);
  }
  const names = functions.map(({ name }) => name);
  if (new Set(names).size !== names.length) faults.push('two tools of one name');
  const { tool_choice: choice } = body;
  if (choice !== undefined && tools.length === 0) faults.push('tool_choice without tools');
  if (typeof choice === 'string' && !/^(auto|none|required)$/.test(choice)) faults.push(`tool_choice ${choice}`);
  const { type, name } = objectIn(choice);
  if (type === 'function' && !names.includes(name)) faults.push(`tool_choice ${String(name)}`);
  return faults;
}
