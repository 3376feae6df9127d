/** The judges, by dialect. */

import type { Protocol } from '../../../src/model/request.ts';
import type { Json } from '../said/json.ts';
import { anthropicDocumentFaults, anthropicStreamFaults } from './anthropic.ts';
import { geminiDocumentFaults, geminiStreamFaults } from './gemini.ts';
import { chatDocumentFaults, chatStreamFaults } from './openai-chat.ts';
import { responsesDocumentFaults, responsesStreamFaults } from './openai-responses.ts';

export const streamFaults: Readonly<Record<Protocol, (bytes: Uint8Array) => string[]>> = {
  anthropic: anthropicStreamFaults,
  gemini: geminiStreamFaults,
  'openai-chat': chatStreamFaults,
  'openai-responses': responsesStreamFaults,
};

export const documentFaults: Readonly<Record<Protocol, (document: Json) => string[]>> = {
  anthropic: anthropicDocumentFaults,
  gemini: geminiDocumentFaults,
  'openai-chat': chatDocumentFaults,
  'openai-responses': responsesDocumentFaults,
};
