/** Whether the Messages API would take a request: its rules about turns, calls, thinking and settings, written without a look at the writer. */

import type { Capabilities } from '../../../src/model/conversation.ts';
import { isObject, type Json, objectIn, objectsIn, textIn } from '../said/json.ts';

export function anthropicRequestFaults(body: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(body)) if (!members.has(name)) faults.push(`the member ${name}`);
  const limit = Number(body.max_tokens);
  if (!Number.isInteger(limit) || limit < 1) faults.push(`max_tokens ${String(body.max_tokens)}`);
  if (limit > (capabilities.maxOutputTokens ?? limit)) faults.push('max_tokens above the model’s maximum');
  for (const block of objectsIn(body.system)) {
    if (block.type !== 'text' || textIn(block.text).trim() === '') faults.push('a system block without words');
  }
  return [
    ...faults,
    ...messageFaults(objectsIn(body.messages), capabilities),
    ...thinkingFaults(body, capabilities, limit),
    ...toolFaults(body, capabilities),
  ];
}

const members = new Set([
  ...['model', 'messages', 'system', 'max_tokens', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences'],
  ...['tools', 'tool_choice', 'thinking', 'output_config', 'metadata', 'cache_control', 'service_tier'],
]);

function messageFaults(messages: readonly Json[], capabilities: Capabilities): string[] {
  const faults: string[] = [];
  if (messages.length === 0) return ['no message'];
  let due: string[] = [];
  const seen = new Set<string>();
  messages.forEach((message, at) => {
    const { role } = message;
    if (!['user', 'assistant', 'system'].includes(textIn(role))) faults.push(`the role ${String(role)}`);
    if (role === 'system' && capabilities.systemTurns !== true) faults.push('a system turn for a model without them');
    if (role === 'assistant' && messages[at - 1]?.role === 'assistant') faults.push('two assistant turns in a row');
    const blocks = blocksOf(message.content);
    if (blocks.length === 0) faults.push(`message ${at} is empty`);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    const front = blocks.slice(0, results.length).every(({ type }) => type === 'tool_result');
    if (!front) faults.push('tool results that do not stand first');
    const given = results.map((block) => textIn(block.tool_use_id)).toSorted();
    if (given.join() !== due.toSorted().join()) faults.push(`results for ${given.join()} where ${due.join()} were due`);
    due = role === 'assistant' ? blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => textIn(id)) : [];
    for (const id of due) {
      if (seen.has(id)) faults.push(`the call id ${id} twice`);
      seen.add(id);
    }
    for (const block of blocks) faults.push(...blockFaults(block, role === 'assistant'));
  });
  if (due.length > 0) faults.push('calls without results at the end');
  const last = messages.at(-1);
  if (last?.role === 'assistant') {
    if (!capabilities.prefill) faults.push('a prefill for a model that takes none');
    if (/\s$/.test(textIn(blocksOf(last.content).at(-1)?.text))) faults.push('a prefill that ends in blanks');
  }
  return faults;
}

function blocksOf(content: unknown): readonly Json[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content);
}

const ownBlocks = new Set([
  ...['text', 'image', 'document', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'search_result'],
  ...['server_tool_use', 'mcp_tool_use', 'container_upload', 'compaction', 'fallback', 'tool_addition', 'tool_removal'],
]);

function blockFaults(block: Json, isModel: boolean): string[] {
  const type = textIn(block.type);
  const faults: string[] = [];
  if (!ownBlocks.has(type) && !type.endsWith('_tool_result')) faults.push(`a block of type ${type}`);
  if (type === 'text' && textIn(block.text).trim() === '') faults.push('a text of blanks');
  if ((type === 'thinking' || type === 'tool_use') && !isModel) faults.push(`${type} in a user turn`);
  if ((type === 'image' || type === 'document' || type === 'tool_result') && isModel)
    faults.push(`${type} in a model turn`);
  if (type === 'thinking' && textIn(block.signature) === '') faults.push('thinking without a signature');
  if (textIn(block.signature).startsWith('agt1.')) faults.push('a sealed signature of another family');
  if (type === 'tool_use') {
    if (!/^[a-zA-Z0-9_-]+$/.test(textIn(block.id))) faults.push(`the call id ${String(block.id)}`);
    if (!/^[a-zA-Z0-9_-]{1,200}$/.test(textIn(block.name))) faults.push(`the call name ${String(block.name)}`);
    if (!isObject(block.input)) faults.push('a call whose input is no object');
  }
  if (type === 'tool_result') {
    for (const inner of blocksOf(block.content)) {
      if (inner.type === 'text' && textIn(inner.text).trim() === '' && typeof block.content !== 'string')
        faults.push('a blank text in a result');
    }
  }
  if (type === 'image' || type === 'document') faults.push(...sourceFaults(objectIn(block.source)));
  return faults;
}

function sourceFaults({ type, data, media_type: mimeType, url }: Json): string[] {
  if (type === 'base64') {
    const isKnown = /^(image\/(jpeg|png|gif|webp)|application\/pdf)$/.test(textIn(mimeType));
    return isKnown && textIn(data) !== '' ? [] : [`media of type ${String(mimeType)}`];
  }
  if (type === 'url') return /^https?:\/\//.test(textIn(url)) ? [] : [`the address ${String(url)}`];
  return type === 'text' || type === 'file' || type === 'content' ? [] : [`a source of type ${String(type)}`];
}

function thinkingFaults(body: Json, capabilities: Capabilities, limit: number): string[] {
  const { thinking, output_config: output } = body;
  const { type, budget_tokens: budget } = objectIn(thinking);
  const faults: string[] = [];
  if (type === 'enabled') {
    if (capabilities.thinking !== 'budget') faults.push('thinking enabled for a model that takes no budget');
    if (Number(budget) < 1024 || Number(budget) >= limit) faults.push(`a budget of ${String(budget)} in ${limit}`);
  } else if (type === 'adaptive') {
    if (capabilities.thinking !== 'adaptive') faults.push('adaptive thinking for a model without it');
  } else if (type === 'disabled') {
    if (!capabilities.canTurnOff) faults.push('thinking turned off for a model that always thinks');
  } else if (thinking !== undefined) faults.push(`thinking of type ${String(type)}`);
  const { effort } = objectIn(output);
  const knowsEffort = effort === undefined || (capabilities.levels ?? []).includes(textIn(effort));
  if (!knowsEffort) faults.push(`the effort ${String(effort)}`);
  const isThinking = type === 'enabled' || type === 'adaptive';
  const samples = [body.temperature, body.top_p, body.top_k].some((value) => value !== undefined);
  if (samples && !capabilities.sampling) faults.push('sampling for a model that refuses it');
  if (isThinking && (body.top_k !== undefined || (body.temperature ?? 1) !== 1)) faults.push('sampling while thinking');
  if (Number(body.temperature ?? 0) > 1) faults.push('a temperature above 1');
  const forced = /^(any|tool)$/.test(textIn(objectIn(body.tool_choice).type));
  if (type === 'enabled' && forced) faults.push('a forced tool while thinking');
  if (type === 'enabled' && objectsIn(body.messages).at(-1)?.role === 'assistant')
    faults.push('a prefill while thinking');
  return faults;
}

function toolFaults(body: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  const tools = objectsIn(body.tools);
  for (const { type, name, input_schema: schema } of tools) {
    if (type !== undefined && type !== 'custom') continue;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(textIn(name))) faults.push(`the tool name ${String(name)}`);
    if (objectIn(schema).type !== 'object') faults.push(`a schema of ${String(name)} that is no object`);
  }
  if (new Set(tools.map(({ name }) => name)).size !== tools.length) faults.push('two tools of one name');
  const { type, name } = objectIn(body.tool_choice);
  if (type === undefined) return faults;
  if (tools.length === 0) faults.push('tool_choice without tools');
  if (!['auto', 'any', 'tool', 'none'].includes(textIn(type))) faults.push(`tool_choice ${String(type)}`);
  if (type === 'tool' && !tools.some((tool) => tool.name === name)) faults.push(`tool_choice ${String(name)}`);
  if (/^(any|tool)$/.test(textIn(type)) && !capabilities.forcedTools) faults.push('a forced tool for a model without');
  return faults;
}
