/** The reading of each dialect, by its name. */

import type { Protocol } from '../../../src/model/request.ts';
import { saidInAnthropicDocument, saidInAnthropicStream } from './anthropic.ts';
import { saidInGeminiDocuments, saidInGeminiStream } from './gemini.ts';
import type { Json } from './json.ts';
import { saidInChatDocument, saidInChatStream } from './openai-chat.ts';
import { saidInResponsesDocument, saidInResponsesStream } from './openai-responses.ts';
import type { Said } from './said.ts';

export const saidInStream: Readonly<Record<Protocol, (bytes: Uint8Array) => Said>> = {
  anthropic: saidInAnthropicStream,
  gemini: saidInGeminiStream,
  'openai-chat': saidInChatStream,
  'openai-responses': saidInResponsesStream,
};

export const saidInDocument: Readonly<Record<Protocol, (document: Json) => Said>> = {
  anthropic: saidInAnthropicDocument,
  gemini: (document) => saidInGeminiDocuments([document]),
  'openai-chat': saidInChatDocument,
  'openai-responses': saidInResponsesDocument,
};
