/**
 * Recorded requests of every other dialect, written for Claude: legal, or refused by a row of the table. They stay outside the project and are
 * skipped visibly when absent.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../model/conversation.ts';
import type { ClientRequest, Problem, ReadResult, RequestInput } from '../../model/request.ts';
import { readGeminiConversation } from '../gemini/read-conversation.ts';
import { readGeminiRequest } from '../gemini/read-request.ts';
import type { JsonObject } from '../json/shapes.ts';
import { readChatConversation } from '../openai-chat/read-conversation.ts';
import { readChatRequest } from '../openai-chat/read-request.ts';
import { readResponsesConversation } from '../openai-responses/read-conversation.ts';
import { readResponsesRequest } from '../openai-responses/read-request.ts';
import { anthropicWrittenLosses } from './losses.ts';
import { able } from './write-conversation.testing.ts';
import { writeAnthropicConversation } from './write-conversation.ts';

interface Dialect {
  readonly folder: string;
  readonly request: (input: RequestInput) => ReadResult;
  readonly conversation: (
    request: ClientRequest,
  ) => { readonly conversation: Conversation } | { readonly problem: Problem };
}

const dialects: readonly Dialect[] = [
  { folder: 'gemini', request: readGeminiRequest, conversation: readGeminiConversation },
  { folder: 'vertex-gemini', request: readGeminiRequest, conversation: readGeminiConversation },
  { folder: 'openai-chat', request: readChatRequest, conversation: readChatConversation },
  { folder: 'gemini-openai-compat', request: readChatRequest, conversation: readChatConversation },
  { folder: 'openai-responses', request: readResponsesRequest, conversation: readResponsesConversation },
];

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const conversations = dialects.flatMap((dialect) => {
  const folder = join(fixtures, dialect.folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name, 'request.json');
    const conversation = existsSync(file) ? conversationOf(new Uint8Array(readFileSync(file)), dialect) : undefined;
    return conversation === undefined ? [] : [{ name: `${dialect.folder}/${name}`, conversation }];
  });
});

/** Nothing when its own reader refuses it. */
function conversationOf(body: Uint8Array, dialect: Dialect): Conversation | undefined {
  const read = dialect.request({
    operation: 'generate',
    body,
    headers: {},
    query: new URLSearchParams(),
    pathModel: 'gemini-3-flash',
    pathMethod: 'generateContent',
  });
  if ('problem' in read) return undefined;
  const conversed = dialect.conversation(read.request);
  return 'problem' in conversed ? undefined : conversed.conversation;
}

interface Message {
  readonly role: string;
  readonly content: readonly JsonObject[];
}

function faultsOf(body: JsonObject): string[] {
  const messages = body.messages as readonly Message[];
  const faults: string[] = [];
  const ids = new Set<unknown>();
  messages.forEach(({ role, content }, at) => {
    const before = messages[at - 1];
    if (content.length === 0) faults.push(`message ${at} is empty`);
    if (role === before?.role) faults.push(`two messages of ${role}`);
    const asked = before?.content.filter(({ type }) => type === 'tool_use').map(({ id }) => id) ?? [];
    for (const block of content) {
      if (block.type === 'text' && String(block.text).trim() === '') faults.push('a blank text');
      if (block.type === 'tool_use') {
        if (ids.has(block.id) || !/^[\w-]+$/.test(String(block.id))) faults.push(`the id ${String(block.id)}`);
        ids.add(block.id);
      }
      if (block.type === 'tool_result' && !asked.includes(block.tool_use_id)) {
        faults.push(`a result of ${String(block.tool_use_id)}, which was not asked right before`);
      }
    }
  });
  for (const tool of (body.tools ?? []) as JsonObject[]) {
    const schema = tool.input_schema as JsonObject | undefined;
    if (tool.type === undefined && schema?.type !== 'object') faults.push(`the schema of ${String(tool.name)}`);
  }
  if (typeof body.max_tokens !== 'number') faults.push('no limit of the answer');
  return faults;
}

describe.skipIf(conversations.length === 0)('recorded requests of other dialects, for Claude', () => {
  it('are there in number', () => {
    expect(conversations.length).toBeGreaterThan(250);
  });

  it.for(conversations)('writes $name legally, or says what Claude cannot do', ({ conversation }) => {
    const result = writeAnthropicConversation(conversation, {
      model: 'claude-x',
      stream: true,
      capabilities: able,
      operation: 'generate',
    });
    const rows = Object.values(anthropicWrittenLosses);
    if ('problem' in result) {
      const reasons = rows.filter(({ how }) => how === 'refused').map(({ why }) => why);
      expect(reasons.some((why) => result.problem.message.includes(why))).toBe(true);
      return;
    }
    expect(faultsOf(JSON.parse(Buffer.from(result.body).toString()) as JsonObject)).toEqual([]);
    expect(result.losses.filter((loss) => !rows.some((row) => row === loss))).toEqual([]);
  });

  it('are refused rarely', () => {
    const refused = conversations.flatMap(({ name, conversation }) => {
      const target = { model: 'claude-x', stream: true, capabilities: able, operation: 'generate' as const };
      const result = writeAnthropicConversation(conversation, target);
      return 'problem' in result ? [`${name}: ${result.problem.message}`] : [];
    });
    expect(refused.length).toBeLessThan(conversations.length / 8);
  });
});
