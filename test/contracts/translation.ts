/** What the gateway does to a request, without the gateway: reader of the client's dialect, conversation, writer of the upstream's. */

import type { Capabilities, Conversation, Loss } from '../../src/model/conversation.ts';
import type { ClientRequest, Operation, Problem, Protocol } from '../../src/model/request.ts';
import { ANTHROPIC_LOSSES } from '../../src/protocols/anthropic/losses.ts';
import { readAnthropicConversation } from '../../src/protocols/anthropic/read-conversation.ts';
import { writeAnthropicConversation } from '../../src/protocols/anthropic/write-conversation.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { GEMINI_LOSSES } from '../../src/protocols/gemini/losses.ts';
import { readGeminiConversation } from '../../src/protocols/gemini/read-conversation.ts';
import { writeGeminiConversation } from '../../src/protocols/gemini/write-conversation.ts';
import { CHAT_LOSSES } from '../../src/protocols/openai-chat/losses.ts';
import { readChatConversation } from '../../src/protocols/openai-chat/read-conversation.ts';
import { writeChatConversation } from '../../src/protocols/openai-chat/write-conversation.ts';
import { RESPONSES_LOSSES } from '../../src/protocols/openai-responses/losses.ts';
import { readResponsesConversation } from '../../src/protocols/openai-responses/read-conversation.ts';
import { writeResponsesConversation } from '../../src/protocols/openai-responses/write-conversation.ts';
import { capabilitiesOf } from '../../src/routing/capabilities.ts';
import type { Json } from './said/json.ts';

type Read = (request: ClientRequest) => { readonly conversation: Conversation } | { readonly problem: Problem };
interface Target {
  readonly model: string;
  readonly stream: boolean;
  readonly capabilities: Capabilities;
  readonly operation: Operation;
}
type Written = { readonly body: Uint8Array; readonly losses: readonly Loss[] } | { readonly problem: Problem };
type Write = (conversation: Conversation, target: Target) => Written;

export const readConversation: Readonly<Record<Protocol, Read>> = {
  anthropic: readAnthropicConversation,
  gemini: readGeminiConversation,
  'openai-chat': readChatConversation,
  'openai-responses': readResponsesConversation,
};
const writeConversation: Readonly<Record<Protocol, Write>> = {
  anthropic: writeAnthropicConversation,
  gemini: writeGeminiConversation,
  'openai-chat': writeChatConversation,
  'openai-responses': writeResponsesConversation,
};

/** Every row that says what becomes of something that a dialect has no word for. */
export const lossTables: Readonly<Record<Protocol, readonly (Loss & { readonly side?: string })[]>> = {
  anthropic: ANTHROPIC_LOSSES,
  gemini: GEMINI_LOSSES,
  'openai-chat': CHAT_LOSSES,
  'openai-responses': RESPONSES_LOSSES,
};

export function readClientRequest(client: Protocol, json: Json, model = 'asked-model') {
  return DIALECTS[client].readRequest({
    operation: 'generate',
    body: new TextEncoder().encode(JSON.stringify(client === 'gemini' ? json : { ...json, model })),
    headers: {},
    query: new URLSearchParams(),
    pathModel: model,
    pathMethod: 'streamGenerateContent',
  });
}

/** As a conversation, through both readers of the client's dialect. */
export function conversationOf(client: Protocol, json: Json): { conversation: Conversation } | { problem: Problem } {
  const read = readClientRequest(client, json);
  return 'problem' in read ? read : readConversation[client](read.request);
}

export function written(conversation: Conversation, upstream: Protocol, model: string): Written {
  const capabilities = capabilitiesOf(model);
  return writeConversation[upstream](conversation, { model, stream: true, capabilities, operation: 'generate' });
}

/** One of each way to think, for every upstream. */
export const targetModels: Readonly<Record<Protocol, readonly string[]>> = {
  anthropic: ['claude-sonnet-4-5', 'claude-sonnet-5'],
  gemini: ['gemini-2.5-flash', 'gemini-3-pro-preview'],
  'openai-chat': ['gpt-4o', 'gpt-5'],
  'openai-responses': ['gpt-4.1', 'gpt-5.4'],
};
