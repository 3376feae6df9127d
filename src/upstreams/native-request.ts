/**
 * Puts a request into the dialect that an upstream speaks. The same dialect: the request as it is. Another: it is read into a conversation and
 * written anew, and what the upstream has no word for is refused here, before anything is sent.
 */

import type { Capabilities, Conversation, Loss } from '../model/conversation.ts';
import { Refusal } from '../model/failure.ts';
import type { UpstreamAttempt } from '../model/ports.ts';
import type { ClientRequest, Operation, Problem, Protocol } from '../model/request.ts';
import { readAnthropicConversation } from '../protocols/anthropic/read-conversation.ts';
import { writeAnthropicConversation } from '../protocols/anthropic/write-conversation.ts';
import { readGeminiConversation } from '../protocols/gemini/read-conversation.ts';
import { writeGeminiConversation } from '../protocols/gemini/write-conversation.ts';
import { editJson } from '../protocols/json/edit.ts';
import { readJsonBody } from '../protocols/json/read-body.ts';
import { readChatConversation } from '../protocols/openai-chat/read-conversation.ts';
import { writeChatConversation } from '../protocols/openai-chat/write-conversation.ts';
import { readResponsesConversation } from '../protocols/openai-responses/read-conversation.ts';
import { writeResponsesConversation } from '../protocols/openai-responses/write-conversation.ts';

export type CapabilitiesOf = (model: string) => Capabilities;

type Read = (request: ClientRequest) => { readonly conversation: Conversation } | { readonly problem: Problem };
type Write = (
  conversation: Conversation,
  target: {
    readonly model: string;
    readonly stream: boolean;
    readonly capabilities: Capabilities;
    readonly operation: Operation;
    readonly usesJsonSchema?: boolean;
    readonly provider?: 'gemini' | 'vertex';
  },
) => { readonly body: Uint8Array; readonly losses: readonly Loss[] } | { readonly problem: Problem };

const READ: Readonly<Record<Protocol, Read>> = {
  anthropic: readAnthropicConversation,
  gemini: readGeminiConversation,
  'openai-chat': readChatConversation,
  'openai-responses': readResponsesConversation,
};
const WRITE: Readonly<Record<Protocol, Write>> = {
  anthropic: writeAnthropicConversation,
  gemini: writeGeminiConversation,
  'openai-chat': writeChatConversation,
  'openai-responses': writeResponsesConversation,
};

/** Throws a `Refusal` of kind `request-refused` when the request cannot be said in the upstream's dialect. */
export function inNativeDialect(
  attempt: UpstreamAttempt,
  native: Protocol,
  capabilitiesOf: CapabilitiesOf,
  form: { readonly usesJsonSchema?: boolean } = {},
): UpstreamAttempt {
  const { request, model, edits } = attempt;
  if (request.protocol === native) return attempt;
  const read = READ[request.protocol](edited(request, edits));
  if ('problem' in read) throw refused(read.problem);
  const { operation } = request;
  const stream = operation === 'generate';
  const written = WRITE[native](read.conversation, {
    model,
    stream,
    capabilities: capabilitiesOf(model),
    operation,
    provider: attempt.account.provider === 'vertex' ? 'vertex' : 'gemini',
    ...form,
  });
  if ('problem' in written) throw refused(written.problem);
  const body = written.body;
  attempt.translated?.(body);
  const parsed = readJsonBody(body);
  if ('problem' in parsed) throw new Error(`the translation into ${native} is no JSON object`);
  // Headers and query of the client's dialect say nothing to another.
  const translated: ClientRequest = {
    protocol: native,
    operation,
    model: request.model,
    framing: stream ? 'sse' : 'json',
    body,
    json: parsed.json,
    passHeaders: {},
  };
  return { ...attempt, request: translated, edits: [] };
}

function edited(request: ClientRequest, edits: UpstreamAttempt['edits']): ClientRequest {
  if (edits.length === 0) return request;
  const body = editJson(request.body, edits);
  const parsed = readJsonBody(body);
  if ('problem' in parsed) throw new Error('edits made the request unreadable');
  return { ...request, body, json: parsed.json };
}

function refused(problem: Problem): Refusal {
  return new Refusal({ kind: 'request-refused', reach: 'unsent', detail: problem.message });
}
