/**
 * Recorded Messages requests, read into a conversation and written again: what is lost is what the table says, and nothing else. They stay
 * outside the project and are skipped visibly when absent.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import { anthropicWrittenLosses } from './losses.ts';
import { readAnthropicConversation } from './read-conversation.ts';
import { readAnthropicRequest } from './read-request.ts';
import { writeAnthropicConversation } from './write-conversation.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const requests = ['anthropic', 'vertex-claude'].flatMap((protocol) => {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => ({ name: `${protocol}/${name}`, file: join(folder, name, 'request.json') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({ name, bytes: new Uint8Array(readFileSync(file)) }))
    .filter(({ bytes }) => {
      const json = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
      return Array.isArray(json.messages) && json.mcp_servers === undefined && json.container === undefined;
    })
    .filter(({ name, bytes }) => !/json-err400/.test(name) && !isAnthropicOnly(Buffer.from(bytes).toString()));
});

/** A file of Anthropic's own, a tool added by a system turn, the same call id in two turns: no other dialect has these. */
function isAnthropicOnly(text: string): boolean {
  const ids = [...text.matchAll(/"id":\s*"([^"]+)"/g)].map(([, id]) => id);
  return /"file_id"|"tool_addition"/.test(text) || new Set(ids).size < ids.length;
}

const everything: Capabilities = {
  thinking: 'adaptive',
  levels: ['low', 'medium', 'high', 'xhigh', 'max'],
  canTurnOff: true,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
  systemTurns: true,
};

function roundTrip(bytes: Uint8Array, capabilities: Capabilities): { body: JsonObject; features: string[] } {
  const read = readAnthropicRequest({
    operation: 'generate',
    body: bytes,
    headers: {},
    query: new URLSearchParams(),
  });
  if ('problem' in read) throw new Error(read.problem.message);
  const conversed = readAnthropicConversation(read.request);
  if ('problem' in conversed) throw new Error(conversed.problem.message);
  const stream = read.request.framing === 'sse';
  const written = writeAnthropicConversation(conversed.conversation, {
    model: read.request.model,
    stream,
    capabilities,
    operation: 'generate',
  });
  if ('problem' in written) throw new Error(written.problem.message);
  const body = JSON.parse(Buffer.from(written.body).toString()) as JsonObject;
  return { body, features: written.losses.map(({ feature }) => feature) };
}

/** A Vertex AI body has no model. */
function withModel(bytes: Uint8Array): Uint8Array {
  const json = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
  return new TextEncoder().encode(JSON.stringify({ model: 'claude-x', max_tokens: 64, ...json }));
}

/** The same request, in the one form that the writer uses, without what the table says is lost. */
function canonical(json: JsonObject): JsonObject {
  const messages: JsonObject[] = [];
  for (const message of json.messages as JsonObject[]) {
    const content = blocksOf(message.content).filter(({ text }) => typeof text !== 'string' || text.trim() !== '');
    const last = messages.at(-1);
    if (content.length === 0) continue;
    if (last !== undefined && last.role === message.role)
      last.content = [...(last.content as JsonObject[]), ...content];
    else messages.push({ role: message.role, content });
  }
  const system = blocksOf(json.system ?? []);
  const tools = ((json.tools ?? []) as JsonObject[]).map(canonicalTool);
  return { messages, ...(system.length > 0 && { system }), ...(tools.length > 0 && { tools }) };
}

function canonicalTool(tool: JsonObject): JsonObject {
  if (tool.type !== undefined && tool.type !== 'custom') return tool;
  const { name, description, input_schema } = tool;
  return { name, ...(description !== undefined && description !== '' && { description }), input_schema };
}

function blocksOf(content: unknown): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content as JsonObject[]).map((block) => {
    const { cache_control: _cache, ...kept } = block;
    if (block.citations === null || (block.type !== 'text' && Array.isArray(block.citations))) delete kept.citations;
    if (block.type === 'text' && Array.isArray(block.citations) && block.citations.length === 0) delete kept.citations;
    if (block.type === 'document' || block.type === 'tool_use') {
      delete kept.citations;
      delete kept.caller;
    }
    if (block.type !== 'tool_result') return kept;
    const { is_error, content: inner, ...result } = kept;
    const blocks = inner === undefined || inner === '' ? [] : blocksOf(inner);
    return { ...result, ...(blocks.length > 0 && { content: blocks }), ...(is_error === true && { is_error }) };
  });
}

/** A document of text stands there as text. */
function hasTextDocument(json: JsonObject): boolean {
  return /"type":\s*"document".*"type":\s*"(text|content)"/.test(JSON.stringify(json.messages)) && hasDocument(json);
}

function hasDocument(json: JsonObject): boolean {
  return (json.messages as JsonObject[]).some(
    ({ content }) =>
      Array.isArray(content) &&
      (content as JsonObject[]).some(({ type, source }) => type === 'document' && !('url' in (source as object))),
  );
}

describe.skipIf(requests.length === 0)('recorded Messages requests', () => {
  it('are there in number', () => {
    expect(requests.length).toBeGreaterThan(110);
  });

  it.for(requests)('keeps the conversation of $name', ({ bytes }) => {
    const json = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
    const { body, features } = roundTrip(withModel(bytes), everything);
    const { messages, system, tools } = body;
    const expected = canonical(json);
    if (!hasTextDocument(json)) expect(messages).toEqual(expected.messages);
    expect(system).toEqual(expected.system);
    expect(tools).toEqual(expected.tools);
    const known = Object.values(anthropicWrittenLosses).map(({ feature }) => feature);
    expect(features.filter((feature) => !(known as string[]).includes(feature))).toEqual([]);
    expect(features).not.toContain(anthropicWrittenLosses['foreign-thoughts'].feature);
    expect(features).not.toContain(anthropicWrittenLosses['other-part'].feature);
  });

  it.for(requests)('keeps what $name asks beside it', ({ bytes }) => {
    const json = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
    const { body } = roundTrip(withModel(bytes), { ...everything, thinking: 'budget' });
    expect(body.max_tokens).toBe(json.max_tokens ?? 64);
    expect(body.stream).toBe(json.stream === true ? true : undefined);
    expect(body.metadata).toEqual(json.metadata ?? undefined);
    const { disable_parallel_tool_use: isSingle, ...choice } = (json.tool_choice ?? {}) as JsonObject;
    const asked = isSingle === true ? { ...choice, disable_parallel_tool_use: true } : choice;
    expect(body.tool_choice ?? {}).toEqual(json.tools === undefined ? {} : asked);
    const thinking = json.thinking as JsonObject | undefined;
    if (thinking?.type === 'enabled') {
      expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: thinking.budget_tokens });
    } else if (json.temperature !== undefined && thinking === undefined)
      expect(body.temperature).toBe(json.temperature);
  });
});
