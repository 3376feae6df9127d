/** The four dialects a client may speak, each with its ways to read a request and to be told an answer of any upstream. */

import type { ClientDialect } from '../model/ports.ts';
import type { Protocol, ReadResult, RequestInput } from '../model/request.ts';
import { anthropicDialect } from './anthropic/dialect.ts';
import { foldAnthropicForeign } from './anthropic/fold-foreign.ts';
import { readAnthropicRequest } from './anthropic/read-request.ts';
import { writeAnthropicForeignEvents } from './anthropic/write-foreign-events.ts';
import { writeAnthropicResumedEvents } from './anthropic/write-resumed-events.ts';
import { geminiDialect } from './gemini/dialect.ts';
import { foldGeminiForeign } from './gemini/fold-foreign.ts';
import { readGeminiRequest } from './gemini/read-request.ts';
import { writeGeminiForeignEvents } from './gemini/write-foreign-events.ts';
import { writeGeminiResumedEvents } from './gemini/write-resumed-events.ts';
import { chatDialect } from './openai-chat/dialect.ts';
import { foldChatForeign } from './openai-chat/fold-foreign.ts';
import { readChatRequest } from './openai-chat/read-request.ts';
import { writeChatForeignEvents } from './openai-chat/write-foreign-events.ts';
import { writeChatResumedEvents } from './openai-chat/write-resumed-events.ts';
import { responsesDialect } from './openai-responses/dialect.ts';
import { foldResponsesForeign } from './openai-responses/fold-foreign.ts';
import { readResponsesRequest } from './openai-responses/read-request.ts';
import { writeResponsesForeignEvents } from './openai-responses/write-foreign-events.ts';
import { writeResponsesResumedEvents } from './openai-responses/write-resumed-events.ts';

export interface Dialect extends ClientDialect {
  readRequest(input: RequestInput): ReadResult;
}

export const DIALECTS: Readonly<Record<Protocol, Dialect>> = {
  anthropic: {
    ...anthropicDialect,
    readRequest: readAnthropicRequest,
    foreignWriter: (framing, options) => writeAnthropicForeignEvents(framing, options),
    foreignFold: foldAnthropicForeign,
    resumedWriter: writeAnthropicResumedEvents,
    countDocument: (tokens) => JSON.stringify({ input_tokens: tokens }),
  },
  gemini: {
    ...geminiDialect,
    readRequest: readGeminiRequest,
    foreignWriter: (framing, options) => writeGeminiForeignEvents(framing, options),
    foreignFold: foldGeminiForeign,
    resumedWriter: writeGeminiResumedEvents,
    countDocument: (tokens) => JSON.stringify({ totalTokens: tokens }),
  },
  'openai-chat': {
    ...chatDialect,
    readRequest: readChatRequest,
    foreignWriter: (framing, options) => writeChatForeignEvents(framing, options),
    foreignFold: foldChatForeign,
    resumedWriter: writeChatResumedEvents,
  },
  'openai-responses': {
    ...responsesDialect,
    readRequest: readResponsesRequest,
    foreignWriter: (framing, options) => writeResponsesForeignEvents(framing, options),
    foreignFold: foldResponsesForeign,
    resumedWriter: writeResponsesResumedEvents,
  },
};
